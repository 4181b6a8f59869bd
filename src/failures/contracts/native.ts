import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";
import { type CodeRow, type Contract, docUrl, type RenderContext } from "./contract.ts";

/** The documented rows of OpenAI-style clients, and Parley's own (below the line). */
const codes = {
  batch_only: { status: 400, meaning: "Model is batch-only and cannot serve real-time requests" },
  budget_exhausted: { status: 429, meaning: "Account or project budget reached" },
  byok_keys_required: { status: 400, meaning: "BYOK keys required but none are configured" },
  client_disconnected: {
    status: 0,
    meaning: "Client closed the connection before the response completed",
  },
  content_filtered: {
    status: 400,
    meaning: "The upstream provider’s content filter rejects the request",
  },
  context_length_exceeded: {
    status: 400,
    meaning: "Token count exceeds the model’s context window",
  },
  cost_constraint_exceeded: { status: 400, meaning: "No provider meets the cost constraint" },
  duplicate_resource: { status: 409, meaning: "A resource with this identifier already exists" },
  expired_api_key: { status: 401, meaning: "API key has expired" },
  feature_disabled: { status: 403, meaning: "Feature is not available for this account or plan" },
  field_immutable: { status: 400, meaning: "Field cannot be modified after resource creation" },
  hosted_tool_not_supported: {
    status: 400,
    meaning: "Model does not support the requested hosted tool on available providers",
  },
  idempotency_conflict: { status: 409, meaning: "Idempotency key reused with a different payload" },
  insufficient_permissions: {
    status: 403,
    meaning: "Caller authenticated but lacks the required scope",
  },
  insufficient_quota: { status: 429, meaning: "No quota remaining on the current plan" },
  internal_error: { status: 500, meaning: "Unexpected server error" },
  invalid_api_key: {
    status: 401,
    meaning: "API key is missing, malformed, revoked, or unrecognized",
  },
  invalid_parameter_value: {
    status: 400,
    meaning: "Field present, value outside allowed range or set",
  },
  invalid_recovery_code: { status: 401, meaning: "MFA recovery code is invalid or already used" },
  invalid_request: { status: 400, meaning: "Malformed or invalid request" },
  json_mode_not_supported: { status: 400, meaning: "Model does not support JSON mode" },
  latency_constraint_exceeded: { status: 400, meaning: "No provider meets the latency constraint" },
  method_not_allowed: { status: 405, meaning: "HTTP method not supported on this endpoint" },
  mfa_required: { status: 403, meaning: "Action requires multi-factor authentication step-up" },
  mfa_verification_failed: {
    status: 401,
    meaning: "TOTP verification code is incorrect or expired",
  },
  missing_required_parameter: { status: 400, meaning: "Required parameter not provided" },
  model_not_found: { status: 404, meaning: "Requested model ID isn’t in the catalog" },
  model_unavailable: { status: 503, meaning: "The requested model is temporarily unavailable" },
  no_compatible_endpoint: {
    status: 400,
    meaning: "No provider supports the required API endpoint for this model",
  },
  no_provider_available: { status: 503, meaning: "No provider can serve this request right now" },
  no_responses_endpoint: {
    status: 400,
    meaning: "Request requires the Response API but no provider supports it for this model",
  },
  non_streaming_not_supported: { status: 400, meaning: "Model requires streaming" },
  operation_not_allowed: {
    status: 400,
    meaning: "Operation not permitted for current resource state or role",
  },
  payload_too_large: { status: 413, meaning: "Request body exceeds the size limit" },
  platform_keys_unavailable: { status: 400, meaning: "No platform keys available for this model" },
  provider_blocked: { status: 400, meaning: "All providers for this model are in the blocklist" },
  provider_not_in_allowlist: {
    status: 400,
    meaning: "No provider in the allowlist supports this model",
  },
  rate_limit_exceeded: { status: 429, meaning: "Requests-per-minute cap hit" },
  reasoning_not_supported: {
    status: 400,
    meaning: "Model does not support reasoning/extended thinking",
  },
  required_params_not_supported: {
    status: 400,
    meaning: "No provider supports all required parameters",
  },
  resource_not_found: { status: 404, meaning: "Requested resource not found" },
  response_api_only: { status: 400, meaning: "Model is only available via the Response API" },
  service_unavailable: { status: 503, meaning: "Planned or temporary capacity shortage" },
  state_precondition_failed: {
    status: 409,
    meaning: "Resource is not in the required state for this operation",
  },
  streaming_not_supported: { status: 400, meaning: "Model does not support streaming" },
  structured_output_not_supported: {
    status: 400,
    meaning: "Model does not support structured output",
  },
  thinking_disable_not_supported: {
    status: 400,
    meaning: "Model does not support disabling thinking",
  },
  throughput_constraint_not_met: {
    status: 400,
    meaning: "No provider meets the throughput constraint",
  },
  tier_opt_in_required: {
    status: 400,
    meaning: "Model requires explicit tier opt-in (e.g., priority tier for fast mode)",
  },
  tool_choice_required_not_supported: {
    status: 400,
    meaning: "Model does not support tool_choice=“required”",
  },
  tools_not_supported: { status: 400, meaning: "Model does not support tool/function calling" },
  tools_with_structured_output_not_supported: {
    status: 400,
    meaning: "Model does not support tools with structured output",
  },
  unknown_field: { status: 400, meaning: "Request contains an unrecognized field" },
  unsupported_modalities: { status: 400, meaning: "Audio output is not supported" },
  upstream_error: {
    status: 502,
    meaning: "An upstream provider returned an invalid or unparseable response",
  },
  upstream_timeout: { status: 504, meaning: "Upstream exceeded the request deadline" },
  vision_not_supported: { status: 400, meaning: "Model does not support vision/image input" },
  // Parley's own
  guardrail_blocked: { status: 400, meaning: "A guardrail of the gateway blocks the request" },
  model_price_error: {
    status: 400,
    meaning: "The model has no price and a spending limit applies",
  },
} as const satisfies Record<string, CodeRow>;

type NativeCode = keyof typeof codes;

const table = {
  "key.missing": "invalid_api_key",
  "key.malformed": "invalid_api_key",
  "key.header_unreadable": "invalid_api_key",
  "key.unknown": "invalid_api_key",
  "key.revoked": "invalid_api_key",
  "key.disabled": "invalid_api_key",
  "key.expired": "expired_api_key",
  "key.model_forbidden": "insufficient_permissions",
  "key.address_forbidden": "insufficient_permissions",
  "key.group_forbidden": "insufficient_permissions",
  "key.scope_missing": "insufficient_permissions",
  "session.required": "insufficient_permissions",
  "resource.not_yours": "resource_not_found",
  "mfa.required": "mfa_required",
  "mfa.code_wrong": "mfa_verification_failed",
  "mfa.recovery_code_wrong": "invalid_recovery_code",
  "request.path_unknown": "resource_not_found",
  "request.method_wrong": "method_not_allowed",
  "request.http_malformed": "invalid_request",
  "request.headers_too_large": "invalid_request",
  "request.body_too_large": "payload_too_large",
  "request.body_missing": "invalid_request",
  "request.body_unreadable": "invalid_request",
  "request.body_slow": "invalid_request",
  "request.content_type": "invalid_request",
  "request.json_invalid": "invalid_request",
  "request.json_not_object": "invalid_request",
  "request.json_too_deep": "invalid_request",
  "request.utf8_invalid": "invalid_request",
  "request.field_missing": "missing_required_parameter",
  "request.field_type": "invalid_parameter_value",
  "request.field_value": "invalid_parameter_value",
  "request.field_unknown": "unknown_field",
  "request.invalid": "invalid_request",
  "request.not_expressible": "invalid_parameter_value",
  "idempotency.conflict": "idempotency_conflict",
  "idempotency.in_progress": "state_precondition_failed",
  "client.disconnected": "client_disconnected",
  "limit.requests": "rate_limit_exceeded",
  "limit.tokens": "rate_limit_exceeded",
  "limit.concurrency": "rate_limit_exceeded",
  "meter.balance_exhausted": "insufficient_quota",
  "meter.plan_exhausted": "insufficient_quota",
  "meter.key_quota_exhausted": "insufficient_quota",
  "meter.budget_exhausted": "budget_exhausted",
  "price.missing": "model_price_error",
  "tokens.uncountable": "invalid_parameter_value",
  "gateway.overloaded": "service_unavailable",
  "gateway.draining": "service_unavailable",
  "gateway.store_unavailable": "service_unavailable",
  "gateway.store_write_failed": "service_unavailable",
  "gateway.management_write_failed": "internal_error",
  "gateway.credential_unreadable": "internal_error",
  "gateway.defect": "internal_error",
  "model.unknown": "model_not_found",
  "model.unavailable": "model_unavailable",
  "model.no_offering_usable": "no_provider_available",
  "model.batch_only": "batch_only",
  "model.tier_opt_in": "tier_opt_in_required",
  "model.responses_only": "response_api_only",
  "model.no_responses_endpoint": "no_responses_endpoint",
  "model.no_endpoint": "no_compatible_endpoint",
  "capability.tools": "tools_not_supported",
  "capability.tool_choice_required": "tool_choice_required_not_supported",
  "capability.structured_output": "structured_output_not_supported",
  "capability.json_mode": "json_mode_not_supported",
  "capability.tools_with_structured_output": "tools_with_structured_output_not_supported",
  "capability.vision": "vision_not_supported",
  "capability.modalities": "unsupported_modalities",
  "capability.reasoning": "reasoning_not_supported",
  "capability.thinking_disable": "thinking_disable_not_supported",
  "capability.streaming": "streaming_not_supported",
  "capability.non_streaming": "non_streaming_not_supported",
  "capability.hosted_tool": "hosted_tool_not_supported",
  "context.too_long": "context_length_exceeded",
  "route.cost": "cost_constraint_exceeded",
  "route.latency": "latency_constraint_exceeded",
  "route.throughput": "throughput_constraint_not_met",
  "route.provider_blocked": "provider_blocked",
  "route.provider_not_allowed": "provider_not_in_allowlist",
  "route.byok_required": "byok_keys_required",
  "route.platform_unavailable": "platform_keys_unavailable",
  "route.parameters_unsupported": "required_params_not_supported",
  "channel.no_key": "no_provider_available",
  "channel.mapping_failed": "no_provider_available",
  "channel.override_invalid": "no_provider_available",
  "upstream.connect_failed": "upstream_error",
  "upstream.connection_lost": "upstream_error",
  "upstream.timeout": "upstream_timeout",
  "upstream.stalled": "upstream_timeout",
  "upstream.rate_limited": "rate_limit_exceeded",
  "upstream.overloaded": "model_unavailable",
  "upstream.credential_rejected": "no_provider_available",
  "upstream.account_exhausted": "no_provider_available",
  "upstream.model_unknown": "model_not_found",
  "upstream.context_too_long": "context_length_exceeded",
  "upstream.content_filtered": "content_filtered",
  "upstream.parameter_rejected": "invalid_parameter_value",
  "upstream.request_rejected": "invalid_request",
  "upstream.server_error": "upstream_error",
  "upstream.gateway_timeout": "upstream_timeout",
  "upstream.status_unexpected": "upstream_error",
  "upstream.error_unknown": "upstream_error",
  "upstream.not_json": "upstream_error",
  "upstream.shape_unknown": "upstream_error",
  "upstream.empty": "upstream_error",
  "upstream.body_broken": "upstream_error",
  "upstream.body_too_large": "upstream_error",
  "upstream.stream_expected": "upstream_error",
  "upstream.stream_broken": "upstream_error",
  "upstream.stream_unfinished": "upstream_error",
  "upstream.event_unreadable": "upstream_error",
  "guard.pii": "guardrail_blocked",
  "guard.moderation": "guardrail_blocked",
  "guard.sensitive_words": "guardrail_blocked",
  "tool.schema_invalid": "invalid_parameter_value",
  "tool.choice_invalid": "invalid_parameter_value",
  "tool.call_id_mismatch": "invalid_parameter_value",
  "tool.arguments_invalid": "upstream_error",
  "tool.arguments_unrepresentable": "invalid_parameter_value",
  "arena.streaming_required": "non_streaming_not_supported",
  "arena.message_too_long": "invalid_parameter_value",
  "search.not_configured": "internal_error",
  "search.unavailable": "service_unavailable",
  "resource.not_found": "resource_not_found",
  "resource.duplicate": "duplicate_resource",
  "resource.field_immutable": "field_immutable",
  "resource.state_wrong": "state_precondition_failed",
  "resource.read_only": "operation_not_allowed",
  "resource.operation_forbidden": "operation_not_allowed",
  "feature.disabled": "feature_disabled",
} as const satisfies Record<Cause, NativeCode>;

/** The `type` by status, which picks the error class in OpenAI's SDKs. */
export function typeOfStatus(status: number): string {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

/** The HTTP status that a cause has where nothing else is said. */
export function nativeStatus(cause: Cause): number {
  return codes[table[cause]].status;
}

function errorObject(failure: Failure, context: RenderContext) {
  const code = table[failure.cause];
  return {
    message: failure.message,
    type: typeOfStatus(codes[code].status),
    code,
    param: failure.param ?? null,
    doc_url: docUrl(failure, context),
    ...(failure.provider === undefined ? {} : { provider: failure.provider }),
    suggestion: failure.suggestion,
    request_id: context.requestId,
    ...(failure.details === undefined ? {} : { details: failure.details }),
  };
}

/** For OpenAI-style clients: `{"error": {message, type, code, param, doc_url, …}}`. */
export const native: Contract = {
  name: "native",
  codes,
  code: (cause) => table[cause],
  render: (failure, context) => ({
    status: nativeStatus(failure.cause),
    body: { error: errorObject(failure, context) },
  }),
  renderInStream: (failure, context) => ({ error: errorObject(failure, context) }),
};
