/** OpenAI's errors and what they mean. */
import type { FailureRow } from "../failure-table.ts";

const guide = "https://developers.openai.com/api/docs/guides/error-codes";
const rates = "https://developers.openai.com/api/docs/guides/rate-limits";
const chat = "https://developers.openai.com/api/reference/resources/chat";
const responses = "https://developers.openai.com/api/reference/resources/responses";
const images = "https://developers.openai.com/api/docs/guides/images-vision";
const safety = "https://developers.openai.com/api/docs/guides/safety-checks";
const countries = "https://developers.openai.com/api/docs/supported-countries";

export const openaiFailures: readonly FailureRow[] = [
  // The request
  { code: "context_length_exceeded", cause: "upstream.context_too_long", source: chat },
  {
    status: 400,
    message: "maximum context length",
    cause: "upstream.context_too_long",
    source: chat,
  },
  { code: "string_above_max_length", cause: "upstream.parameter_rejected", source: chat },
  { code: "array_above_max_length", cause: "upstream.parameter_rejected", source: chat },
  { code: "unsupported_parameter", cause: "upstream.parameter_rejected", source: chat },
  { code: "unsupported_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "invalid_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "invalid_type", cause: "upstream.parameter_rejected", source: chat },
  { code: "unknown_parameter", cause: "upstream.parameter_rejected", source: chat },
  { code: "missing_required_parameter", cause: "upstream.parameter_rejected", source: chat },
  { code: "integer_below_min_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "integer_above_max_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "decimal_above_max_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "decimal_below_min_value", cause: "upstream.parameter_rejected", source: chat },
  { code: "invalid_image", cause: "upstream.request_rejected", source: images },
  { code: "invalid_image_url", cause: "upstream.request_rejected", source: images },
  { code: "invalid_image_format", cause: "upstream.request_rejected", source: images },
  { code: "image_parse_error", cause: "upstream.request_rejected", source: images },
  { code: "invalid_base64_image", cause: "upstream.request_rejected", source: images },
  { code: "image_content_policy_violation", cause: "upstream.content_filtered", source: images },
  { code: "content_policy_violation", cause: "upstream.content_filtered", source: safety },
  { code: "content_filter", cause: "upstream.content_filtered", source: safety },
  { code: "invalid_prompt", cause: "upstream.content_filtered", source: safety },
  // Of the Responses API, also in `response.failed`
  { code: "bio_policy", cause: "upstream.content_filtered", source: responses },
  { code: "misalignment_policy_violation", cause: "upstream.content_filtered", source: responses },
  ...[
    "invalid_image_mode",
    "image_too_large",
    "image_too_small",
    "image_file_too_large",
    "image_file_not_found",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "data_residency_mismatch",
  ].map((code): FailureRow => ({ code, cause: "upstream.request_rejected", source: responses })),
  { code: "vector_store_timeout", cause: "upstream.gateway_timeout", source: responses },
  { code: "cyber_policy_violation", cause: "upstream.content_filtered", source: safety },
  // The model
  { code: "model_not_found", cause: "upstream.model_unknown", source: chat },
  {
    status: 404,
    message: ["model", "does not exist"],
    cause: "upstream.model_unknown",
    source: chat,
  },
  {
    status: 404,
    message: ["model", "has been deprecated"],
    cause: "upstream.model_unknown",
    source: "https://developers.openai.com/api/docs/deprecations",
  },
  {
    status: [403, 404],
    message: "does not have access to model",
    cause: "upstream.model_unknown",
    source: chat,
  },
  // The credential and the account
  { code: "invalid_api_key", cause: "upstream.credential_rejected", source: guide },
  { code: "ip_not_authorized", cause: "upstream.credential_rejected", source: guide },
  { code: "invalid_organization", cause: "upstream.credential_rejected", source: guide },
  {
    code: "unsupported_country_region_territory",
    cause: "upstream.credential_rejected",
    source: countries,
  },
  { code: "account_deactivated", cause: "upstream.account_exhausted", source: guide },
  { code: "billing_not_active", cause: "upstream.account_exhausted", source: guide },
  { code: "billing_hard_limit_reached", cause: "upstream.account_exhausted", source: guide },
  { code: "credit_balance_exhausted", cause: "upstream.account_exhausted", source: guide },
  {
    code: "organization_spend_limit_exceeded",
    cause: "upstream.account_exhausted",
    source: guide,
  },
  { code: "project_spend_limit_exceeded", cause: "upstream.account_exhausted", source: guide },
  {
    code: "organization_usage_limit_exceeded",
    cause: "upstream.account_exhausted",
    source: guide,
  },
  { code: "insufficient_quota", cause: "upstream.account_exhausted", source: guide },
  { type: "insufficient_quota", cause: "upstream.account_exhausted", source: guide },
  // Limits and the vendor's own trouble
  { code: "rate_limit_exceeded", cause: "upstream.rate_limited", source: rates },
  { type: "rate_limit_error", cause: "upstream.rate_limited", source: rates },
  { code: "slow_down", status: 503, cause: "upstream.overloaded", source: guide },
  { code: "slow_down", cause: "upstream.rate_limited", source: guide },
  { code: "server_is_overloaded", cause: "upstream.overloaded", source: guide },
  { type: "service_unavailable_error", cause: "upstream.overloaded", source: guide },
  { message: "currently overloaded", cause: "upstream.overloaded", source: guide },
  { code: "server_error", status: [500, 502], cause: "upstream.server_error", source: guide },
  { type: "server_error", status: [500, 502], cause: "upstream.server_error", source: guide },
];
