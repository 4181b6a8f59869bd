import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProviderError } from "../../dialects/dialect.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import type { ProviderCall } from "../provider.ts";
import { anthropicFailures } from "./failures.ts";
import { anthropic } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://api.anthropic.com",
  credential: "sk-ant-x",
  options: {},
  dialect: "anthropic-messages",
  model: "claude-sonnet-4-5",
  stream: false,
  body: new Uint8Array(),
};

describe("a call to Anthropic", () => {
  it("goes to /v1/messages with the key and the version", async () => {
    assert.deepEqual(await anthropic.address(call), {
      url: "https://api.anthropic.com/v1/messages",
      headers: { "x-api-key": "sk-ant-x", "anthropic-version": "2023-06-01" },
    });
  });

  it("goes to the same path where the base URL ends in a slash or in the version", async () => {
    for (const baseUrl of [
      "http://127.0.0.1:9/x",
      "http://127.0.0.1:9/x/",
      "http://127.0.0.1:9/x/v1",
    ]) {
      const { url } = await anthropic.address({ ...call, baseUrl });
      assert.equal(url, "http://127.0.0.1:9/x/v1/messages");
    }
  });

  it("carries the channel's betas", async () => {
    const { headers } = await anthropic.address({ ...call, options: { beta: "a,b" } });
    assert.equal(headers["anthropic-beta"], "a,b");
  });
});

function told(type: string, message: string, rest: Partial<ProviderError> = {}): ProviderError {
  return { body: { type: "error", error: { type, message }, request_id: "req_1" }, ...rest };
}

describe("an error of Anthropic's", () => {
  const cases: [Cause, ProviderError][] = [
    [
      "upstream.credential_rejected",
      told("authentication_error", "invalid x-api-key", { status: 401 }),
    ],
    ["upstream.credential_rejected", told("permission_error", "no access", { status: 403 })],
    ["upstream.model_unknown", told("not_found_error", "model: claude-x", { status: 404 })],
    ["upstream.status_unexpected", told("not_found_error", "Not found", { status: 404 })],
    ["upstream.request_rejected", told("not_found_error", "File not found", { status: 404 })],
    [
      "upstream.context_too_long",
      told("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", {
        status: 400,
      }),
    ],
    [
      "upstream.context_too_long",
      told(
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 1 + 2 > 3",
        { status: 400 },
      ),
    ],
    [
      "upstream.account_exhausted",
      told("invalid_request_error", "Your credit balance is too low to access the Anthropic API.", {
        status: 400,
      }),
    ],
    ["upstream.account_exhausted", told("billing_error", "Payment failed", { status: 402 })],
    [
      "upstream.parameter_rejected",
      told("invalid_request_error", "`temperature` is deprecated for this model.", { status: 400 }),
    ],
    ["upstream.request_rejected", told("invalid_request_error", "messages: bad", { status: 400 })],
    [
      "upstream.request_rejected",
      told("request_too_large", "Request exceeds the maximum size", { status: 413 }),
    ],
    ["upstream.rate_limited", told("rate_limit_error", "Slow down", { status: 429 })],
    ["upstream.server_error", told("api_error", "Internal server error", { status: 500 })],
    ["upstream.gateway_timeout", told("timeout_error", "Timed out", { status: 504 })],
    ["upstream.overloaded", told("overloaded_error", "Overloaded", { status: 529 })],
    ["upstream.overloaded", told("overloaded_error", "Overloaded", { inStream: true })],
    ["upstream.server_error", told("api_error", "Internal server error", { inStream: true })],
    ["upstream.error_unknown", told("new_error", "?", { inStream: true })],
  ];
  for (const [cause, error] of cases) {
    it(`is ${cause} for ${error.status ?? "in the stream"}: ${JSON.stringify(error.body).slice(0, 80)}`, () => {
      const failure = anthropic.failure(error);
      assert.equal(failure.cause, cause);
      assert.equal(failure.provider, "anthropic");
    });
  }

  it("says when a used-up limit refills, where `retry-after` does not", () => {
    const reset = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const headers = {
      "anthropic-ratelimit-requests-remaining": "10",
      "anthropic-ratelimit-requests-reset": reset(500),
      "anthropic-ratelimit-input-tokens-remaining": "0",
      "anthropic-ratelimit-input-tokens-reset": reset(30),
    };
    const error = told("rate_limit_error", "Slow down", { status: 429, headers });
    const { retryAfter } = anthropic.failure(error);
    assert.ok(retryAfter !== undefined && retryAfter >= 29 && retryAfter <= 31);
    const stated = { ...error, headers: { ...headers, "retry-after": "7" } };
    assert.equal(anthropic.failure(stated).retryAfter, 7);
  });

  it("cites the vendor's documentation in every row", () => {
    for (const row of anthropicFailures) {
      assert.ok(row.source.startsWith("https://platform.claude.com/docs/"));
    }
  });
});
