/** OpenAI's errors, in both of its formats. */
import type { JsonObject } from "../../../src/core/json.ts";
import { secrets } from "../faults/secrets.ts";
import type { VendorError } from "./wire.ts";

/** OpenAI's words: https://platform.openai.com/docs/guides/error-codes, secrets as its messages really carry them. */
export const openaiErrors: Record<VendorError, [number, JsonObject]> = {
  server_error: [
    500,
    {
      message: `The server had an error while processing your request on ${secrets.host} (${secrets.address})`,
      type: "server_error",
      param: null,
      code: null,
    },
  ],
  overloaded: [
    503,
    {
      message: `That model is currently overloaded at deployment ${secrets.deployment}`,
      type: "server_error",
      param: null,
      code: "server_overloaded",
    },
  ],
  rate_limited: [
    429,
    {
      message: `Rate limit reached for truth-1 in organization ${secrets.organisation} on tokens per min (TPM): Limit 30000, Used 29999. Please try again in 38s.`,
      type: "tokens",
      param: null,
      code: "rate_limit_exceeded",
    },
  ],
  account_exhausted: [
    429,
    {
      message: `You exceeded your current quota, please check your plan and billing details. Account ${secrets.account}, balance $${secrets.balance}.`,
      type: "insufficient_quota",
      param: null,
      code: "insufficient_quota",
    },
  ],
  credential_rejected: [
    401,
    {
      message: `Incorrect API key provided: ${secrets.maskedKey}. Organization ${secrets.organisation}.`,
      type: "invalid_request_error",
      param: null,
      code: "invalid_api_key",
    },
  ],
  context_too_long: [
    400,
    {
      message: `This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. (deployment ${secrets.deployment})`,
      type: "invalid_request_error",
      param: "messages",
      code: "context_length_exceeded",
    },
  ],
  content_filtered: [
    400,
    {
      message: `The response was filtered due to the prompt triggering the content management policy. (deployment ${secrets.deployment})`,
      type: null,
      param: "prompt",
      code: "content_filter",
    },
  ],
  model_unknown: [
    404,
    {
      message: `The model \`truth-1\` does not exist or you do not have access to it. (${secrets.project})`,
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    },
  ],
  parameter_rejected: [
    400,
    {
      message: `Invalid 'temperature': must be between 0 and 2. (${secrets.host})`,
      type: "invalid_request_error",
      param: "temperature",
      code: "invalid_value",
    },
  ],
  request_rejected: [
    400,
    {
      message: `The request body could not be used by ${secrets.host}.`,
      type: "invalid_request_error",
      param: null,
      code: null,
    },
  ],
};
