/** Cohere's errors and what they mean. */
import type { FailureRow } from "../failure-table.ts";

const errors = "https://docs.cohere.com/reference/errors";
const chat = "https://docs.cohere.com/reference/chat";
const rates = "https://docs.cohere.com/docs/rate-limits";

export const cohereFailures: readonly FailureRow[] = [
  // The request
  {
    status: 400,
    message: ["too many tokens", "max tokens must be"],
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  {
    status: [400, 422],
    message: "too many tokens",
    cause: "upstream.context_too_long",
    source: errors,
  },
  { status: 400, message: "must be between", cause: "upstream.parameter_rejected", source: errors },
  { status: 400, message: "only one of", cause: "upstream.parameter_rejected", source: errors },
  {
    status: 400,
    message: "cannot specify both",
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  {
    status: 400,
    message: ["response_format", "is not supported"],
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  { status: 400, message: "unknown field", cause: "upstream.parameter_rejected", source: errors },
  // The model
  { status: 404, message: ["model", "not found"], cause: "upstream.model_unknown", source: errors },
  {
    status: 400,
    message: ["model", "is not supported by the"],
    cause: "upstream.model_unknown",
    source: errors,
  },
  // The credential and the account
  { status: 401, cause: "upstream.credential_rejected", source: errors },
  { status: 403, cause: "upstream.credential_rejected", source: chat },
  { status: 402, cause: "upstream.account_exhausted", source: errors },
  {
    status: 429,
    message: "api calls / month",
    cause: "upstream.account_exhausted",
    source: rates,
  },
  // A word that is on the vendor's list, in the request or in the answer
  { status: 498, cause: "upstream.content_filtered", source: chat },
  // Limits and the vendor's own trouble
  { status: 429, cause: "upstream.rate_limited", source: errors },
  { status: 499, cause: "upstream.status_unexpected", source: errors },
  { status: 501, cause: "upstream.request_rejected", source: chat },
  { status: 503, cause: "upstream.overloaded", source: chat },
  { status: 504, cause: "upstream.gateway_timeout", source: chat },
  { status: 500, cause: "upstream.server_error", source: errors },
  // Finish reasons of answers that are none
  { code: "ERROR", cause: "upstream.server_error", source: chat },
  { code: "TIMEOUT", cause: "upstream.gateway_timeout", source: chat },
  // What is left of errors that blame the request
  { status: 400, cause: "upstream.request_rejected", source: errors },
  { status: 422, cause: "upstream.request_rejected", source: errors },
  { status: 404, cause: "upstream.request_rejected", source: errors },
];
