import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProviderError } from "../../dialects/dialect.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import type { ProviderCall } from "../provider.ts";
import { cohereFailures } from "./failures.ts";
import { cohere } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://api.cohere.com",
  credential: "key",
  options: {},
  dialect: "cohere",
  model: "command-a-03-2025",
  stream: false,
  body: new Uint8Array(),
};

describe("a call to Cohere", () => {
  it("goes to /v2/chat with the key", async () => {
    assert.deepEqual(await cohere.address(call), {
      url: "https://api.cohere.com/v2/chat",
      headers: { authorization: "Bearer key" },
    });
  });

  it("goes to the same path where the base URL ends in a slash or a version", async () => {
    for (const end of ["", "/", "/v1", "/v2", "/v2/"]) {
      const { url } = await cohere.address({ ...call, baseUrl: `http://127.0.0.1:9/x${end}` });
      assert.equal(url, "http://127.0.0.1:9/x/v2/chat");
    }
  });

  it("names the channel's client", async () => {
    const { headers } = await cohere.address({ ...call, options: { client_name: "us" } });
    assert.equal(headers["x-client-name"], "us");
  });
});

describe("an error of Cohere's", () => {
  const told = (status: number, message: string): ProviderError => ({ status, body: { message } });
  const cases: [Cause, ProviderError][] = [
    [
      "upstream.context_too_long",
      told(400, "too many tokens: total number of tokens in the prompt cannot exceed 4081"),
    ],
    [
      "upstream.parameter_rejected",
      told(400, "too many tokens: max tokens must be less than or equal to 4096"),
    ],
    [
      "upstream.parameter_rejected",
      told(400, "invalid request: temperature must be between 0 and 1.0 inclusive."),
    ],
    ["upstream.request_rejected", told(400, "invalid request: prompt must be at least 1 token")],
    ["upstream.request_rejected", told(422, "invalid")],
    ["upstream.model_unknown", told(404, "model 'x' not found, make sure the correct ID was used")],
    ["upstream.request_rejected", told(404, "invalid connector id")],
    ["upstream.credential_rejected", told(401, "invalid api token")],
    ["upstream.credential_rejected", told(403, "forbidden")],
    ["upstream.account_exhausted", told(402, "Please add a payment method")],
    [
      "upstream.account_exhausted",
      told(429, "You are using a Trial key, which is limited to 1000 API calls / month."),
    ],
    [
      "upstream.rate_limited",
      told(429, "You are using a Trial key, which is limited to 20 API calls / minute."),
    ],
    ["upstream.content_filtered", told(498, "blocked")],
    ["upstream.status_unexpected", told(499, "request cancelled")],
    ["upstream.server_error", told(500, "internal server error")],
    ["upstream.request_rejected", told(501, "not implemented")],
    ["upstream.overloaded", told(503, "unavailable")],
    ["upstream.gateway_timeout", told(504, "timed out")],
    ["upstream.server_error", { body: { code: "ERROR", message: "It broke." }, inStream: true }],
    ["upstream.gateway_timeout", { body: { code: "TIMEOUT" }, inStream: true }],
    ["upstream.error_unknown", { body: { message: "?" }, inStream: true }],
  ];
  for (const [cause, error] of cases) {
    it(`is ${cause} for ${error.status ?? "in the stream"}: ${JSON.stringify(error.body).slice(0, 80)}`, () => {
      const failure = cohere.failure(error);
      assert.equal(failure.cause, cause);
      assert.equal(failure.provider, "cohere");
    });
  }

  it("cites the vendor's documentation in every row", () => {
    for (const row of cohereFailures) assert.ok(row.source.startsWith("https://docs.cohere.com/"));
  });
});
