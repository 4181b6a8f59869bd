/**
 * What errors mean where a vendor's own table does not say: words that OpenAI's format has made common,
 * then HTTP statuses, then the `type` of errors that come without a status (inside a stream).
 */
import type { FailureRow } from "./failure-table.ts";

const openai = "https://developers.openai.com/api/docs/guides/error-codes";
const http = "https://www.rfc-editor.org/rfc/rfc9110#name-status-codes";
const anthropic = "https://docs.anthropic.com/en/api/errors";

/** Codes, types and phrases that have one meaning wherever they appear. */
export const generalRows: readonly FailureRow[] = [
  { code: "context_length_exceeded", cause: "upstream.context_too_long", source: openai },
  { code: "model_not_found", cause: "upstream.model_unknown", source: openai },
  { status: 404, message: ["model", "not found"], cause: "upstream.model_unknown", source: openai },
  {
    status: [400, 404],
    message: ["model", "does not exist"],
    cause: "upstream.model_unknown",
    source: openai,
  },
  { code: "invalid_api_key", cause: "upstream.credential_rejected", source: openai },
  { code: "insufficient_quota", cause: "upstream.account_exhausted", source: openai },
  { type: "insufficient_quota", cause: "upstream.account_exhausted", source: openai },
  { code: "billing_hard_limit_reached", cause: "upstream.account_exhausted", source: openai },
  { code: "rate_limit_exceeded", cause: "upstream.rate_limited", source: openai },
  { code: "unsupported_parameter", cause: "upstream.parameter_rejected", source: openai },
  { code: "unsupported_value", cause: "upstream.parameter_rejected", source: openai },
  { code: "content_policy_violation", cause: "upstream.content_filtered", source: openai },
  { code: "content_filter", cause: "upstream.content_filtered", source: openai },
  ...phrases([400, 499], "upstream.context_too_long", [
    "maximum context length",
    "context length exceeded",
    "context window exceeds",
    "exceeds the context window",
    "exceed context window",
    "prompt is too long",
  ]),
  ...phrases([400, 429], "upstream.account_exhausted", [
    "insufficient balance",
    "insufficient credits",
    "insufficient quota",
    "insufficient funds",
    "exceeded your current quota",
    "credit balance is too low",
    "out of credits",
    "not enough credits",
    "account balance",
    "余额不足",
    "欠费",
  ]),
  { status: 429, message: "billing", cause: "upstream.account_exhausted", source: openai },
];

function phrases(
  status: readonly [number, number],
  cause: FailureRow["cause"],
  messages: readonly string[],
): FailureRow[] {
  return messages.map((message) => ({ status, message, cause, source: openai }));
}

/** By HTTP status alone. What is not here is `upstream.status_unexpected`. */
export const statusRows: readonly FailureRow[] = [
  { status: 400, cause: "upstream.request_rejected", source: http },
  { status: 401, cause: "upstream.credential_rejected", source: http },
  { status: 402, cause: "upstream.account_exhausted", source: http },
  { status: 403, cause: "upstream.credential_rejected", source: http },
  { status: 404, cause: "upstream.request_rejected", source: http },
  { status: 408, cause: "upstream.gateway_timeout", source: http },
  { status: 409, cause: "upstream.request_rejected", source: http },
  { status: 413, cause: "upstream.request_rejected", source: http },
  { status: 422, cause: "upstream.request_rejected", source: http },
  { status: 429, cause: "upstream.rate_limited", source: http },
  { status: 503, cause: "upstream.overloaded", source: http },
  { status: 504, cause: "upstream.gateway_timeout", source: http },
  {
    status: 524,
    cause: "upstream.gateway_timeout",
    source:
      "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/",
  },
  { status: 529, cause: "upstream.overloaded", source: anthropic },
  { status: [500, 599], cause: "upstream.server_error", source: http },
];

/** By `type`, or a code that says as much, where there is no status. */
export const typeRows: readonly FailureRow[] = [
  { type: "invalid_request_error", cause: "upstream.request_rejected", source: openai },
  { code: "invalid_request_error", cause: "upstream.request_rejected", source: openai },
  { type: "authentication_error", cause: "upstream.credential_rejected", source: anthropic },
  { type: "permission_error", cause: "upstream.credential_rejected", source: anthropic },
  { type: "billing_error", cause: "upstream.account_exhausted", source: anthropic },
  { type: "not_found_error", cause: "upstream.request_rejected", source: anthropic },
  { type: "rate_limit_error", cause: "upstream.rate_limited", source: openai },
  { type: "overloaded_error", cause: "upstream.overloaded", source: anthropic },
  { type: "service_unavailable_error", cause: "upstream.overloaded", source: openai },
  { type: "timeout_error", cause: "upstream.gateway_timeout", source: anthropic },
  { type: "server_error", cause: "upstream.server_error", source: openai },
  { code: "server_error", cause: "upstream.server_error", source: openai },
  { type: "api_error", cause: "upstream.server_error", source: anthropic },
  { type: "internal_server_error", cause: "upstream.server_error", source: openai },
];
