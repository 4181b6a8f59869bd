import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../core/json.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { compatible } from "./compatible/index.ts";
import { failureFromTable } from "./failure-table.ts";
import { gemini } from "./gemini/index.ts";
import { openai } from "./openai/index.ts";

type Case = [status: number | undefined, body: Json];

const said = (status: number | undefined, message: string): Case => [
  status,
  { error: { message } },
];

function causeOf([status, body]: Case): Cause {
  return failureFromTable([], { body, ...(status === undefined ? {} : { status }) }, "acme").cause;
}

function all(cause: Cause, cases: readonly Case[]): void {
  for (const one of cases)
    it(`${one[0] ?? "no status"} ${JSON.stringify(one[1]).slice(0, 90)}`, () =>
      assert.equal(causeOf(one), cause));
}

describe("the gateway's credential is at fault, whatever the status, in", () => {
  all("upstream.credential_rejected", [
    [
      400,
      [
        {
          error: {
            code: 400,
            message: "API key not valid. Please pass a valid API key.",
            status: "INVALID_ARGUMENT",
            details: [{ reason: "API_KEY_INVALID" }],
          },
        },
      ],
    ],
    [400, { error: { code: 400, message: "x", details: [{ reason: "API_KEY_EXPIRED" }] } }],
    said(400, "API key expired. Please renew the API key."),
    said(400, "Incorrect API key provided: xa***"),
    said(400, "Your API key was reported as leaked."),
    said(400, "No API key was provided"),
    said(400, "The access token is missing the required scopes."),
    said(404, "Invalid API Key"),
    said(422, "The provided credentials have expired."),
    said(500, "Invalid API key"),
    said(undefined, "invalid token"),
    said(200, "Your token has expired, sign in again"),
    [400, { message: "The security token included in the request is invalid.", __type: "X" }],
    [400, { __type: "UnrecognizedClientException", message: "x" }],
    [400, { code: "InvalidApiKey", message: "x" }],
    [403, { error: { type: "permission_error", message: "x" } }],
    [200, { code: -1, msg: "无效的令牌" }],
    said(400, "Authentication failed"),
  ]);
});

describe("the client's own keys and tokens stay the client's in", () => {
  all("upstream.request_rejected", [
    said(400, "Invalid schema for function 'login': 'api_key' is required to be supplied."),
    said(400, "Tool 'get_credentials' is missing its description."),
    said(400, "Unexpected token in JSON at position 4"),
    said(400, "Invalid stop token"),
  ]);
  it("a field at fault", () => {
    const body = { error: { message: "Invalid token ids", param: "logit_bias" } };
    assert.equal(causeOf([400, body]), "upstream.parameter_rejected");
  });
});

describe("the context is too short, in the words of", () => {
  const words: Record<string, string> = {
    OpenAI:
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    "OpenAI's Responses": "Your input exceeds the context window of this model.",
    Anthropic: "prompt is too long: 210000 tokens > 200000 maximum",
    "Anthropic, with max_tokens":
      "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
    Google:
      "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    "llama.cpp": "the request exceeds the available context size, try increasing it",
    Mistral:
      "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    Cohere: "too many tokens: size limit exceeded by 4000 tokens",
    Groq: "Please reduce the length of the messages or completion.",
    xAI: "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    Bedrock: "Input is too long for requested model.",
    TGI: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.",
    "TGI, inputs alone":
      "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000",
    DashScope: "Range of input length should be [1, 30720]",
    Moonshot: "Invalid request: Your request exceeded model token limit: 8192",
    "Z.ai": "Prompt exceeds max length",
    MiniMax: "invalid params, context window exceeds limit (2013)",
    "LM Studio":
      "Trying to keep the first 9001 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
    Ollama: "the input length exceeds the context length",
    SGLang: "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
    vLLM: "The decoder prompt (length 9001) is longer than the maximum model length of 8192.",
    "GitHub Models": "Request body too large for gpt-4o model. Max size: 8000 tokens.",
    Copilot: "prompt token count of 70000 exceeds the limit of 64000",
    Ark: "Total tokens of image and text exceed max message tokens",
  };
  for (const [who, message] of Object.entries(words))
    it(who, () => assert.equal(causeOf(said(400, message)), "upstream.context_too_long"));
  all("upstream.context_too_long", [
    [413, { error: { code: "tokens_limit_reached", message: "x" } }],
    [500, { error: { code: 500, message: "context size has been exceeded" } }],
    [200, { error: { message: "maximum context length is 10 tokens" } }],
  ]);
});

describe("tokens are spoken of, but not the context, in", () => {
  all("upstream.request_rejected", [
    said(400, "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens"),
    said(
      400,
      "max_tokens is too large: 100000. The model supports at most 16384 completion tokens.",
    ),
  ]);
  all("upstream.rate_limited", [
    said(429, "Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9000"),
  ]);
});

describe("the prompt is filtered in", () => {
  all("upstream.content_filtered", [
    [
      403,
      {
        error: {
          code: 403,
          message: "Your chosen model requires moderation.",
          metadata: { reasons: ["violence"], flagged_input: "…" },
        },
      },
    ],
    said(403, "Your input was flagged for violence."),
    said(400, "Your request was rejected as a result of our safety system."),
    said(400, "The prompt violates our usage policy."),
    said(400, "Output blocked by content filtering policy"),
    said(400, "Input data may contain inappropriate content."),
    said(400, "输入内容包含敏感信息"),
    [
      400,
      { error: { code: "x", message: "x", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    ],
    [400, { code: "DataInspectionFailed", message: "x" }],
  ]);
});

describe("the account, not the prompt, is at fault in", () => {
  all("upstream.credential_rejected", [
    said(403, "Your organization has been flagged for violating our policies."),
    said(403, "Forbidden"),
  ]);
  all("upstream.account_exhausted", [
    [200, { code: -1, msg: "insufficient balance" }],
    [403, { error: { code: "insufficient_user_quota", message: "user quota is not enough" } }],
  ]);
});

describe("the model is unknown in", () => {
  all("upstream.model_unknown", [
    [
      404,
      {
        error: {
          code: "DeploymentNotFound",
          message: "The API deployment for this resource does not exist.",
        },
      },
    ],
    said(404, "The model `x` does not exist or you do not have access to it."),
    said(404, 'model "x" not found, try pulling it first'),
    said(404, "No endpoints found for acme/x."),
    said(404, "models/x is not found for API version v1beta"),
    said(404, "The model `x` has been deprecated"),
    said(400, "Model Not Exist"),
    said(400, "x is not a valid model ID"),
    said(400, "The model `x` has been decommissioned and is no longer supported."),
    said(400, "Unknown model: x"),
    said(undefined, "The model x does not exist"),
    [400, { code: "ModelNotFound", message: "x" }],
    [400, { code: -1, msg: "模型不存在" }],
  ]);
});

describe("the address is wrong, not the request, in", () => {
  all("upstream.status_unexpected", [
    [404, { detail: "Not Found" }],
    [404, "404 page not found\n"],
    [404, { error: "Not Found" }],
    [404, { status: 404, error: "Not Found", path: "/v1/chat/completions" }],
    [404, { message: "no Route matched with those values" }],
    [404, { error: { message: "Invalid URL (POST /v1/x/completions)", type: "x" } }],
    [404, { error: { code: "404", message: "Resource not found" } }],
    [404, { message: "Cannot POST /v1/messages", error: "Not Found", statusCode: 404 }],
    [404, "<html><head><title>404 Not Found</title></head></html>"],
    [404, "<center><h1>404 Not Found</h1></center>"],
    [404, ""],
  ]);
  it("no 404 that names a thing of the request", () => {
    const file = said(404, "No such file: file-abc");
    const named: Case = [404, { error: { message: "not found", param: "previous_response_id" } }];
    assert.equal(causeOf(file), "upstream.request_rejected");
    assert.equal(causeOf(named), "upstream.request_rejected");
  });
});

describe("a vendor's own table", () => {
  it("comes before the words", () => {
    const groq = compatible.find(({ name }) => name === "groq");
    assert.ok(groq?.kind === "http");
    const body = { error: { code: "tool_use_failed", message: "tool not found by the model" } };
    assert.equal(groq.failure({ status: 400, body }).cause, "tool.arguments_invalid");
  });

  it("does not blame the client for the gateway's credential", () => {
    const body = { error: { type: "invalid_request_error", message: "Expired API key" } };
    assert.equal(openai.failure({ status: 400, body }).cause, "upstream.credential_rejected");
  });

  it("that blames the request in general leaves the words to say for what", () => {
    const body = {
      error: { status: "INVALID_ARGUMENT", message: "The request exceeds the context window." },
    };
    assert.equal(gemini.failure({ status: 400, body }).cause, "upstream.context_too_long");
  });
});

it("no shape of words takes long", () => {
  for (const unit of [
    "model ",
    "api key ",
    "exceed ",
    "context ",
    "input tokens ",
    "prompt",
    ".",
  ]) {
    const message = unit.repeat(Math.ceil(250_000 / unit.length));
    const began = performance.now();
    causeOf([400, { error: { message } }]);
    assert.ok(performance.now() - began < 500, `slow on ${unit}`);
  }
});
