import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Json } from "../core/json.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { catalogue } from "../failures/catalogue/index.ts";
import { anthropic } from "./anthropic/index.ts";
import { bedrock } from "./bedrock/index.ts";
import { cohere } from "./cohere/index.ts";
import { type FailureRow, failureFromTable } from "./failure-table.ts";
import { openai } from "./openai/index.ts";

const fail = (body: Json, status?: number, headers: Record<string, string> = {}) =>
  failureFromTable([], { body, headers, ...(status === undefined ? {} : { status }) }, "acme");

const byStatus: readonly [number, Cause][] = [
  [400, "upstream.request_rejected"],
  [401, "upstream.credential_rejected"],
  [402, "upstream.account_exhausted"],
  [403, "upstream.credential_rejected"],
  [404, "upstream.status_unexpected"],
  [408, "upstream.gateway_timeout"],
  [413, "upstream.request_rejected"],
  [422, "upstream.request_rejected"],
  [429, "upstream.rate_limited"],
  [500, "upstream.server_error"],
  [503, "upstream.overloaded"],
  [504, "upstream.gateway_timeout"],
  [520, "upstream.server_error"],
  [524, "upstream.gateway_timeout"],
  [529, "upstream.overloaded"],
  [302, "upstream.status_unexpected"],
  [418, "upstream.status_unexpected"],
];
for (const [status, cause] of byStatus) {
  test(`a ${status} that says nothing more is ${cause}`, () => {
    const failure = fail({ error: { message: "no" } }, status);
    assert.equal(failure.cause, cause);
    assert.equal(failure.providerStatus, status);
    assert.equal(failure.provider, "acme");
  });
}

const shapes: readonly [string, Json, string, string | undefined][] = [
  ["OpenAI's", { error: { message: "bad", type: "t", code: "c", param: "top_p" } }, "bad", "top_p"],
  ["an error that is text", { error: "bad" }, "bad", undefined],
  ["a message alone", { message: "bad" }, "bad", undefined],
  ["a detail that is text", { detail: "bad" }, "bad", undefined],
  [
    "FastAPI's",
    { detail: [{ type: "missing", loc: ["body", "messages", 0, "role"], msg: "bad" }] },
    "bad",
    "messages[0].role",
  ],
  [
    "FastAPI's in a message",
    { object: "error", message: { detail: [{ loc: ["body", "seed"], msg: "bad" }] } },
    "bad",
    "seed",
  ],
  [
    "a list of errors",
    { errors: [{ message: "bad", code: 7003 }], success: false },
    "bad",
    undefined,
  ],
  [
    "Google's list",
    [{ error: { code: 400, message: "bad", status: "INVALID_ARGUMENT" } }],
    "bad",
    undefined,
  ],
  ["a problem document", { title: "Bad Request", status: 400, detail: "bad" }, "bad", undefined],
  ["plain text", "bad\n", "bad", undefined],
];
for (const [what, body, message, param] of shapes) {
  test(`${what} words reach the client`, () => {
    const failure = fail(body, 400);
    assert.equal(failure.message, message);
    assert.equal(failure.param, param);
  });
}

test("a refusal that names a field is a rejected parameter", () => {
  assert.equal(
    fail({ error: { message: "bad", param: "n" } }, 400).cause,
    "upstream.parameter_rejected",
  );
});

test("a web page is never shown to the client, but to the operator", () => {
  const page = "<!DOCTYPE html><html><title>Sorry</title></html>";
  const failure = fail(page, 400);
  assert.equal(failure.message, catalogue["upstream.request_rejected"].message);
  assert.match(failure.operator ?? "", /Sorry/);
  assert.equal(fail(page, 404).cause, "upstream.status_unexpected");
});

test("words about the gateway's account stay with the operator", () => {
  const failure = fail(
    { error: { message: "Rate limit for org-AbC123xyz, key sk-0123456789abcdef" } },
    429,
  );
  assert.equal(failure.message, catalogue["upstream.rate_limited"].message);
  assert.match(failure.operator ?? "", /org-AbC123xyz/);
  assert.doesNotMatch(failure.operator ?? "", /0123456789/);
});

test("a key inside an escaped text is hidden from the operator as well", () => {
  const failure = fail({ error: { metadata: { raw: '{"m":"\\nsk-0123456789abcdef"}' } } }, 500);
  assert.doesNotMatch(failure.operator ?? "", /0123456789/);
});

test("a long message is cut", () => {
  assert.equal(fail({ message: "word ".repeat(1000) }, 400).message.length, 1000);
});

for (const message of [
  "You exceeded your current quota, please check your plan and billing details.",
  "Insufficient Balance",
  "账户余额不足",
]) {
  test(`a 429 that says "${message.slice(0, 30)}" is an exhausted account`, () => {
    assert.equal(fail({ error: { message } }, 429).cause, "upstream.account_exhausted");
  });
}

test("a quota that Google says will refill is a rate limit, with its delay", () => {
  const failure = fail(
    [
      {
        error: {
          code: 429,
          message: "You exceeded your current quota",
          status: "RESOURCE_EXHAUSTED",
          details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "17.2s" }],
        },
      },
    ],
    429,
  );
  assert.equal(failure.cause, "upstream.rate_limited");
  assert.equal(failure.retryAfter, 18);
});

const waits: readonly [string, Record<string, string>, string, number][] = [
  ["seconds", { "retry-after": "7" }, "", 7],
  ["milliseconds", { "retry-after-ms": "2500", "retry-after": "9" }, "", 3],
  ["a date", { "retry-after": new Date(Date.now() + 30_000).toUTCString() }, "", 30],
  [
    "the limit that is used up",
    {
      "x-ratelimit-reset-requests": "1m30s",
      "x-ratelimit-remaining-requests": "5",
      "x-ratelimit-reset-tokens": "6m0s",
      "x-ratelimit-remaining-tokens": "0",
    },
    "",
    360,
  ],
  [
    "the earliest reset",
    { "x-ratelimit-reset-requests": "24h", "x-ratelimit-reset-tokens": "20ms" },
    "",
    1,
  ],
  ["a point in time", { "x-ratelimit-reset": String(Date.now() + 12_000) }, "", 12],
  ["the text", {}, "Please try again in 6.5s.", 7],
  ["words in the text", {}, "Please retry after 15 seconds.", 15],
  ["nothing", {}, "", 10],
];
for (const [what, headers, message, seconds] of waits) {
  test(`a rate limit's wait is read from ${what}`, () => {
    const wait = fail({ error: { message } }, 429, headers).retryAfter ?? 0;
    assert.ok(Math.abs(wait - seconds) <= 1, `${wait}`);
  });
}

test("an error without a status is judged by its type, else unknown", () => {
  assert.equal(
    fail({ error: { type: "overloaded_error", message: "x" } }).cause,
    "upstream.overloaded",
  );
  assert.equal(fail({ error: { message: "x" } }, 200).cause, "upstream.error_unknown");
  assert.equal(fail({ error: { code: 502, message: "x" } }, 200).cause, "upstream.server_error");
  assert.equal(fail(null).cause, "upstream.error_unknown");
});

test("the vendor's rows come first, the first that fits counts", () => {
  const rows: FailureRow[] = [
    {
      status: 403,
      message: ["input", "flagged"],
      cause: "upstream.content_filtered",
      source: "https://x.example",
    },
    {
      status: [400, 499],
      code: 1113,
      cause: "upstream.account_exhausted",
      source: "https://x.example",
    },
  ];
  const cause = (body: Json, status: number) =>
    failureFromTable(rows, { status, body }, "acme").cause;
  assert.equal(
    cause({ error: { message: "Your Input was flagged" } }, 403),
    "upstream.content_filtered",
  );
  assert.equal(cause({ error: { message: "no" } }, 403), "upstream.credential_rejected");
  assert.equal(
    cause({ error: { code: "1113", message: "no" } }, 429),
    "upstream.account_exhausted",
  );
});

const openaiCases: readonly [number | undefined, Json, Cause][] = [
  [400, { code: "context_length_exceeded", param: "messages" }, "upstream.context_too_long"],
  [404, { code: "model_not_found" }, "upstream.model_unknown"],
  [403, { code: "model_not_found" }, "upstream.model_unknown"],
  [401, { code: "invalid_api_key", type: "invalid_request_error" }, "upstream.credential_rejected"],
  [403, { code: "unsupported_country_region_territory" }, "upstream.credential_rejected"],
  [429, { code: "insufficient_quota", type: "insufficient_quota" }, "upstream.account_exhausted"],
  [
    429,
    { code: "credit_balance_exhausted", type: "insufficient_quota" },
    "upstream.account_exhausted",
  ],
  [429, { code: "rate_limit_exceeded", type: "tokens" }, "upstream.rate_limited"],
  [429, { code: "slow_down", type: "rate_limit_error" }, "upstream.rate_limited"],
  [503, { code: "slow_down" }, "upstream.overloaded"],
  [500, { type: "server_error", code: null }, "upstream.server_error"],
  [undefined, { type: "server_error", code: "server_error" }, "upstream.server_error"],
  [400, { code: "unsupported_value", param: "messages[0].role" }, "upstream.parameter_rejected"],
  [400, { code: "content_policy_violation" }, "upstream.content_filtered"],
  [400, { code: "billing_hard_limit_reached" }, "upstream.account_exhausted"],
];
for (const [status, error, cause] of openaiCases) {
  test(`OpenAI's ${status ?? "stream"} ${JSON.stringify(error)} is ${cause}`, () => {
    const failure = openai.failure({
      body: { error },
      ...(status === undefined ? {} : { status }),
    });
    assert.equal(failure.cause, cause);
  });
}

test("no error makes it throw, and no client sees more than 1000 characters", () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
      fc.jsonValue(),
      (status, body) => {
        const failure = openai.failure({
          body: JSON.parse(JSON.stringify(body)),
          ...(status === undefined ? {} : { status }),
        });
        assert.ok(failure.message.length <= 1000);
      },
    ),
  );
});

describe("statuses that a vendor does not document", () => {
  // Cohere documents 404 as a resource of the request.
  for (const provider of [anthropic, bedrock, cohere])
    for (const [status, cause] of byStatus)
      if (!(provider === cohere && status === 404))
        test(`${provider.name}: a ${status} that says nothing more is ${cause}`, () => {
          assert.equal(provider.failure({ body: "", status }).cause, cause);
        });
});

test("a refusal that names a field is about that field, whatever type it has", () => {
  const error = { message: "no", type: "invalid_request_error", param: "frobnicate" };
  const failure = anthropic.failure({ body: { error }, status: 400 });
  assert.equal(failure.cause, "upstream.parameter_rejected");
  assert.equal(failure.param, "frobnicate");
});
