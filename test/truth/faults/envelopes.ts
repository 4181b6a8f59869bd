/** Error bodies of other makers of this kind of API, and of gateways in between. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import { both, type Fault, told } from "./fault.ts";
import { secrets } from "./secrets.ts";
import { accountPhrases, failed, html } from "./vendor-errors.ts";

type Told = [name: string, what: string, status: number, body: unknown, causes: Cause[]];

const rows: Told[] = [
  [
    "error-string-500",
    "500 whose error is a string",
    500,
    { error: `boom at ${secrets.host}` },
    failed,
  ],
  ["error-null-500", "500 whose error is null", 500, { error: null }, failed],
  [
    "error-array-500",
    "500 whose body is an array",
    500,
    [{ error: { code: 500, message: "Internal", status: "INTERNAL" } }],
    failed,
  ],
  [
    "detail-500",
    "500 with a traceback in `detail`",
    500,
    {
      detail: `Traceback (most recent call last):\n  File "/srv/app.py", line 7, in call\nKeyError: '${secrets.key}'`,
    },
    failed,
  ],
  [
    "stack-500",
    "500 with a stack trace in its message",
    500,
    {
      error: {
        message: `TypeError: x is undefined\n    at call (/srv/${secrets.host}/index.js:10:7)`,
        stack: "at call (/srv/index.js:10:7)",
      },
    },
    failed,
  ],
  [
    "message-object-500",
    "500 whose message is an object",
    500,
    { error: { message: { text: "broken" }, code: 13 } },
    failed,
  ],
  [
    "completion-500",
    "500 over the body of a success",
    500,
    {
      choices: [
        { index: 0, message: { role: "assistant", content: "Fine." }, finish_reason: "stop" },
      ],
    },
    failed,
  ],
  [
    "vllm-500",
    "500 in vLLM's bare envelope",
    500,
    {
      object: "error",
      message: "EngineCore died",
      type: "InternalServerError",
      param: null,
      code: 500,
    },
    failed,
  ],
  [
    "openrouter-502",
    "502 in OpenRouter's envelope, the raw answer in its metadata",
    502,
    {
      error: {
        code: 502,
        message: "Provider returned error",
        metadata: { raw: html("502 Bad Gateway"), provider_name: secrets.deployment },
      },
    },
    failed,
  ],
  [
    "oneapi-503",
    "503 of a reseller without a channel",
    503,
    {
      error: {
        message: `No available channel for model truth-1 under group ${secrets.account}`,
        type: "new_api_error",
        code: "",
      },
    },
    ["upstream.overloaded", "upstream.model_unknown"],
  ],
  [
    "anthropic-529",
    "529 in Anthropic's envelope",
    529,
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    ["upstream.overloaded"],
  ],
  [
    "overloaded-500",
    "500 that says it is overloaded",
    500,
    {
      error: {
        message: "The engine is currently overloaded, please try again later",
        type: "engine_overloaded_error",
      },
    },
    ["upstream.overloaded", ...failed],
  ],
  [
    "fastapi-404",
    "404 of a wrong base URL (FastAPI)",
    404,
    { detail: "Not Found" },
    ["upstream.status_unexpected", "upstream.error_unknown"],
  ],
  [
    "vllm-404",
    "unknown model in vLLM's bare envelope",
    404,
    {
      object: "error",
      message: "The model `truth-1` does not exist.",
      type: "NotFoundError",
      param: null,
      code: 404,
    },
    ["upstream.model_unknown"],
  ],
  [
    "ollama-404",
    "unknown model in Ollama's words",
    404,
    {
      error: {
        message: 'model "truth-1" not found, try pulling it first',
        type: "api_error",
        param: null,
        code: null,
      },
    },
    ["upstream.model_unknown"],
  ],
  [
    "azure-404",
    "unknown deployment (Azure)",
    404,
    {
      error: {
        code: "DeploymentNotFound",
        message: `The API deployment ${secrets.deployment} for this resource does not exist.`,
      },
    },
    ["upstream.model_unknown"],
  ],
  [
    "moderation-403",
    "403 for a flagged prompt (OpenRouter)",
    403,
    {
      error: {
        code: 403,
        message: "Your chosen model requires moderation and your input was flagged for violence.",
        metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "OpenAI" },
      },
    },
    ["upstream.content_filtered"],
  ],
  [
    "azure-filter-400",
    "filtered prompt in Azure's envelope",
    400,
    {
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
    ["upstream.content_filtered"],
  ],
  [
    "openai-policy-400",
    "filtered prompt (content_policy_violation)",
    400,
    {
      error: {
        message: "Your request was rejected as a result of our safety system.",
        type: "invalid_request_error",
        param: null,
        code: "content_policy_violation",
      },
    },
    ["upstream.content_filtered"],
  ],
  [
    "vllm-context-400",
    "context length in vLLM's words",
    400,
    {
      object: "error",
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
    ["upstream.context_too_long"],
  ],
  [
    "openrouter-context-400",
    "context length in OpenRouter's words",
    400,
    {
      error: {
        code: 400,
        message:
          "This endpoint's maximum context length is 8192 tokens. However, you requested about 9001 tokens.",
      },
    },
    ["upstream.context_too_long"],
  ],
  [
    "llamacpp-context-400",
    "context length in llama.cpp's words",
    400,
    {
      error: {
        code: 400,
        message: "the request exceeds the available context size, try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 9001,
        n_ctx: 8192,
      },
    },
    ["upstream.context_too_long"],
  ],
  [
    "anthropic-context-400",
    "context length in Anthropic's words",
    400,
    {
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "prompt is too long: 210000 tokens > 200000 maximum",
      },
    },
    ["upstream.context_too_long"],
  ],
  [
    "unprocessable-422",
    "422 with a list of details (FastAPI)",
    422,
    { detail: [{ loc: ["body", "temperature"], msg: "must be at most 2", type: "value_error" }] },
    ["upstream.request_rejected", "upstream.parameter_rejected"],
  ],
];

export function envelopes(): Fault[] {
  const unknownParameter = {
    message: "Unknown parameter: 'frobnicate'.",
    type: "invalid_request_error",
    param: "frobnicate",
    code: "unknown_parameter",
  };
  const named = both(
    "unknown-parameter-400",
    "400 for an unknown parameter",
    json(400, { error: unknownParameter }),
    {
      kind: "told",
      causes: ["upstream.parameter_rejected"],
      param: "frobnicate",
    },
  );
  const others = rows.map(([name, what, status, body, causes]) => ({
    ...both(name, what, json(status, body), told(...causes)),
    unsaid: accountPhrases,
  }));
  return [...others, named];
}
