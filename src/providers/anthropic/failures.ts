/** Anthropic's errors and what they mean. */
import type { FailureRow } from "../failure-table.ts";

const errors = "https://platform.claude.com/docs/en/api/errors";
const streaming = "https://platform.claude.com/docs/en/build-with-claude/streaming#error-events";
const rates = "https://platform.claude.com/docs/en/api/rate-limits";
const windows = "https://platform.claude.com/docs/en/build-with-claude/context-windows";
const spend = `${rates}#setting-your-own-spend-limit`;

export const anthropicFailures: readonly FailureRow[] = [
  // The account
  { status: 402, cause: "upstream.account_exhausted", source: errors },
  { type: "billing_error", cause: "upstream.account_exhausted", source: errors },
  {
    status: [400, 403],
    message: "credit balance is too low",
    cause: "upstream.account_exhausted",
    source: errors,
  },
  {
    status: 400,
    message: "reached your specified api usage limits",
    cause: "upstream.account_exhausted",
    source: spend,
  },
  {
    status: [400, 429],
    message: "spend limit",
    cause: "upstream.account_exhausted",
    source: spend,
  },
  {
    status: 400,
    message: "organization has been disabled",
    cause: "upstream.credential_rejected",
    source: errors,
  },
  // The request
  {
    status: [400, 413],
    message: "prompt is too long",
    cause: "upstream.context_too_long",
    source: windows,
  },
  {
    status: 400,
    message: "exceed context limit",
    cause: "upstream.context_too_long",
    source: windows,
  },
  {
    status: 400,
    message: "exceeds the context window",
    cause: "upstream.context_too_long",
    source: windows,
  },
  {
    status: 400,
    message: "output blocked by content filtering policy",
    cause: "upstream.content_filtered",
    source: errors,
  },
  {
    message: "extra inputs are not permitted",
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  { message: "field required", cause: "upstream.parameter_rejected", source: errors },
  { message: "input should be", cause: "upstream.parameter_rejected", source: errors },
  {
    message: "is deprecated for this model",
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  {
    message: "is not supported for this model",
    cause: "upstream.parameter_rejected",
    source: errors,
  },
  { status: 413, cause: "upstream.request_rejected", source: `${errors}#request-size-limits` },
  { type: "request_too_large", cause: "upstream.request_rejected", source: errors },
  { status: 409, cause: "upstream.request_rejected", source: errors },
  // The model
  { status: 404, message: "model:", cause: "upstream.model_unknown", source: errors },
  { type: "not_found_error", message: "model:", cause: "upstream.model_unknown", source: errors },
  // The credential
  { status: 401, cause: "upstream.credential_rejected", source: errors },
  { type: "authentication_error", cause: "upstream.credential_rejected", source: errors },
  { status: 403, cause: "upstream.credential_rejected", source: errors },
  { type: "permission_error", cause: "upstream.credential_rejected", source: errors },
  // Limits and the vendor's own trouble
  { status: 429, cause: "upstream.rate_limited", source: rates },
  { type: "rate_limit_error", cause: "upstream.rate_limited", source: rates },
  { status: 529, cause: "upstream.overloaded", source: errors },
  { type: "overloaded_error", cause: "upstream.overloaded", source: streaming },
  { status: 504, cause: "upstream.gateway_timeout", source: errors },
  { type: "timeout_error", cause: "upstream.gateway_timeout", source: errors },
  { status: 500, type: "api_error", cause: "upstream.server_error", source: errors },
  // What is left of errors that blame the request
  { type: "not_found_error", cause: "upstream.request_rejected", source: errors },
  { type: "invalid_request_error", cause: "upstream.request_rejected", source: errors },
];
