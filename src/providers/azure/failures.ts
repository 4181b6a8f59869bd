/** Azure OpenAI's errors and what they mean. */
import type { FailureRow } from "../failure-table.ts";

const docs = "https://learn.microsoft.com/en-us/azure/ai-foundry/openai";
const reference = `${docs}/reference`;
const filter = `${docs}/concepts/content-filter`;
const quota = `${docs}/how-to/quota`;
const limits = `${docs}/quotas-limits`;
const provisioned = `${docs}/how-to/provisioned-get-started`;
const versions = `${docs}/api-version-lifecycle`;
const deploying = `${docs}/how-to/create-resource`;
const identity = `${docs}/how-to/managed-identity`;
const reasoning = `${docs}/how-to/reasoning`;
const abuse = `${docs}/concepts/abuse-monitoring`;
const models = `${docs}/concepts/models`;
const retirements = `${docs}/concepts/model-retirements`;
const network =
  "https://learn.microsoft.com/en-us/azure/ai-services/cognitive-services-virtual-networks";

export const azureFailures: readonly FailureRow[] = [
  // The content filter
  { code: "content_filter", cause: "upstream.content_filtered", source: filter },
  { code: "ResponsibleAIPolicyViolation", cause: "upstream.content_filtered", source: filter },
  { code: "content_policy_violation", cause: "upstream.content_filtered", source: filter },
  {
    message: "content management policy",
    cause: "upstream.content_filtered",
    source: filter,
  },
  // The deployment, which is the model's name here
  { code: "DeploymentNotFound", cause: "upstream.model_unknown", source: deploying },
  { status: 404, message: "api deployment", cause: "upstream.model_unknown", source: deploying },
  { code: "model_not_found", cause: "upstream.model_unknown", source: models },
  { code: "unknown_model", cause: "upstream.model_unknown", source: models },
  { code: "ModelDeprecated", cause: "upstream.model_unknown", source: retirements },
  { status: 410, cause: "upstream.model_unknown", source: retirements },
  {
    code: "OperationNotSupported",
    cause: "upstream.request_rejected",
    source: models,
  },
  // The address, which is the operator's
  {
    status: [400, 404],
    message: "api version",
    cause: "upstream.status_unexpected",
    source: versions,
  },
  {
    status: 404,
    message: "resource not found",
    cause: "upstream.status_unexpected",
    source: reference,
  },
  // The request
  { code: "context_length_exceeded", cause: "upstream.context_too_long", source: models },
  { message: "maximum context length", cause: "upstream.context_too_long", source: models },
  ...parameterRejected([
    "unsupported_parameter",
    "unsupported_value",
    "unknown_parameter",
    "invalid_value",
    "invalid_type",
    "missing_required_parameter",
    "integer_below_min_value",
    "integer_above_max_value",
    "decimal_above_max_value",
    "decimal_below_min_value",
    "string_above_max_length",
    "array_above_max_length",
  ]),
  // The credential and the account
  { code: "PermissionDenied", cause: "upstream.credential_rejected", source: identity },
  { code: "Unauthorized", cause: "upstream.credential_rejected", source: reference },
  { code: "InvalidAuthenticationToken", cause: "upstream.credential_rejected", source: identity },
  { message: "invalid subscription key", cause: "upstream.credential_rejected", source: reference },
  {
    status: 403,
    message: "virtual network/firewall",
    cause: "upstream.credential_rejected",
    source: network,
  },
  {
    status: 403,
    message: "public access is disabled",
    cause: "upstream.credential_rejected",
    source: network,
  },
  {
    status: 403,
    message: "temporarily blocked",
    cause: "upstream.account_exhausted",
    source: abuse,
  },
  { code: "insufficient_quota", cause: "upstream.account_exhausted", source: limits },
  // Limits and the vendor's own trouble
  { code: "RateLimitReached", cause: "upstream.rate_limited", source: quota },
  { code: "too_many_requests", cause: "upstream.rate_limited", source: quota },
  { status: 429, message: "rate limit", cause: "upstream.rate_limited", source: quota },
  { code: "NoCapacity", cause: "upstream.overloaded", source: provisioned },
  { status: 429, message: "at capacity", cause: "upstream.overloaded", source: provisioned },
  { status: 429, cause: "upstream.rate_limited", source: quota },
  { status: 401, cause: "upstream.credential_rejected", source: reference },
  { status: 403, cause: "upstream.credential_rejected", source: identity },
  { status: 408, cause: "upstream.gateway_timeout", source: limits },
  { status: 424, cause: "upstream.server_error", source: reference },
  { status: 503, cause: "upstream.overloaded", source: provisioned },
  { status: 504, cause: "upstream.gateway_timeout", source: reference },
  { status: [500, 599], cause: "upstream.server_error", source: reference },
  { code: "InternalServerError", cause: "upstream.server_error", source: reference },
  // What is left of errors that blame the request
  { status: 400, cause: "upstream.request_rejected", source: reference },
];

function parameterRejected(codes: readonly string[]): FailureRow[] {
  return codes.map((code) => ({ code, cause: "upstream.parameter_rejected", source: reasoning }));
}
