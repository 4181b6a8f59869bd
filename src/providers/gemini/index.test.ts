import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../core/json.ts";
import type { ProviderCall } from "../provider.ts";
import { gemini } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://generativelanguage.googleapis.com",
  credential: "secret",
  options: {},
  dialect: "gemini",
  model: "gemini-3-flash-preview",
  stream: false,
  body: new Uint8Array(),
};

describe("the Gemini API's address", () => {
  it("holds the model and the method, and the key stands in a header", async () => {
    assert.deepEqual(await gemini.address(call), {
      url: "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash-preview:generateContent",
      headers: { "x-goog-api-key": "secret" },
    });
  });

  it("asks for server-sent events when streaming", async () => {
    const { url } = await gemini.address({ ...call, stream: true });
    assert.match(url, /:streamGenerateContent\?alt=sse$/);
  });

  it("takes a base URL with or without the version, and tuned models", async () => {
    const { url } = await gemini.address({
      ...call,
      baseUrl: "http://127.0.0.1:9/v1beta/",
      model: "tunedModels/my model",
    });
    assert.equal(url, "http://127.0.0.1:9/v1beta/tunedModels/my%20model:generateContent");
  });

  it("cannot be led elsewhere by the model's name", async () => {
    const { url } = await gemini.address({ ...call, model: "x?key=1#" });
    assert.match(url, /models\/x%3Fkey%3D1%23:generateContent$/);
  });
});

function told(status: number, message: string, word: string, details: Json[] = []) {
  return { status, body: { error: { code: status, message, status: word, details } } };
}

describe("the Gemini API's errors", () => {
  const cases: [name: string, error: ReturnType<typeof told>, cause: string][] = [
    [
      "a wrong key is the credential's fault although the status is 400",
      told(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"),
      "upstream.credential_rejected",
    ],
    [
      "an unknown model",
      told(
        404,
        "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.",
        "NOT_FOUND",
      ),
      "upstream.model_unknown",
    ],
    [
      "too long an input",
      told(
        400,
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "INVALID_ARGUMENT",
      ),
      "upstream.context_too_long",
    ],
    [
      "a place without free use",
      told(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
      "upstream.account_exhausted",
    ],
    [
      "an unknown field",
      told(
        400,
        "Invalid JSON payload received. Unknown name \"foo\" at 'generation_config': Cannot find field.",
        "INVALID_ARGUMENT",
      ),
      "upstream.parameter_rejected",
    ],
    ["overload", told(503, "The model is overloaded.", "UNAVAILABLE"), "upstream.overloaded"],
    ["its own failure", told(500, "An internal error", "INTERNAL"), "upstream.server_error"],
    ["its own deadline", told(504, "Deadline", "DEADLINE_EXCEEDED"), "upstream.gateway_timeout"],
    [
      "a plan that allows nothing",
      told(
        429,
        "You exceeded your current quota. Quota exceeded for metric: x, limit: 0, model: gemini-3-pro",
        "RESOURCE_EXHAUSTED",
      ),
      "upstream.account_exhausted",
    ],
  ];
  for (const [name, error, cause] of cases) {
    it(`tell ${name}`, () => {
      assert.equal(gemini.failure(error).cause, cause);
      assert.equal(gemini.failure({ status: error.status, body: [error.body] }).cause, cause);
      assert.equal(
        gemini.failure({ body: error.body, inStream: true }).cause,
        cause,
        "in a stream, without an HTTP status",
      );
    });
  }

  it("tell a limit that refills, and when", () => {
    const failure = gemini.failure(
      told(429, "You exceeded your current quota, please check your plan.", "RESOURCE_EXHAUSTED", [
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.4s" },
      ]),
    );
    assert.equal(failure.cause, "upstream.rate_limited");
    assert.equal(failure.retryAfter, 35);
  });
});
