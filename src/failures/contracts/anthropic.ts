import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";
import type { CodeRow, Contract, RenderContext } from "./contract.ts";
import { nativeStatus } from "./native.ts";

/** Anthropic's error types. Source: platform.claude.com/docs/en/api/errors */
const codes = {
  invalid_request_error: {
    status: 400,
    meaning: "The format or content of the request is at fault",
  },
  authentication_error: { status: 401, meaning: "The API key is at fault" },
  billing_error: { status: 402, meaning: "Balance, quota or budget used up" },
  permission_error: { status: 403, meaning: "The API key may not do this" },
  not_found_error: { status: 404, meaning: "The resource or model does not exist" },
  request_too_large: { status: 413, meaning: "The request exceeds the size limit" },
  rate_limit_error: { status: 429, meaning: "A rate limit was hit" },
  api_error: { status: 500, meaning: "An unexpected error" },
  timeout_error: { status: 504, meaning: "The request timed out" },
  overloaded_error: { status: 529, meaning: "Temporarily overloaded" },
} as const satisfies Record<string, CodeRow>;

type AnthropicType = keyof typeof codes;

const table = {
  "key.missing": "authentication_error",
  "key.malformed": "authentication_error",
  "key.header_unreadable": "authentication_error",
  "key.unknown": "authentication_error",
  "key.revoked": "authentication_error",
  "key.disabled": "authentication_error",
  "key.expired": "authentication_error",
  "key.model_forbidden": "permission_error",
  "key.address_forbidden": "permission_error",
  "key.group_forbidden": "permission_error",
  "key.scope_missing": "permission_error",
  "session.required": "permission_error",
  "resource.not_yours": "not_found_error",
  "mfa.required": "permission_error",
  "mfa.code_wrong": "authentication_error",
  "mfa.recovery_code_wrong": "authentication_error",
  "request.path_unknown": "not_found_error",
  "request.method_wrong": "invalid_request_error",
  "request.http_malformed": "invalid_request_error",
  "request.headers_too_large": "invalid_request_error",
  "request.body_too_large": "request_too_large",
  "request.body_missing": "invalid_request_error",
  "request.body_unreadable": "invalid_request_error",
  "request.body_slow": "invalid_request_error",
  "request.content_type": "invalid_request_error",
  "request.json_invalid": "invalid_request_error",
  "request.json_not_object": "invalid_request_error",
  "request.json_too_deep": "invalid_request_error",
  "request.utf8_invalid": "invalid_request_error",
  "request.field_missing": "invalid_request_error",
  "request.field_type": "invalid_request_error",
  "request.field_value": "invalid_request_error",
  "request.field_unknown": "invalid_request_error",
  "request.invalid": "invalid_request_error",
  "request.not_expressible": "invalid_request_error",
  "idempotency.conflict": "invalid_request_error",
  "idempotency.in_progress": "invalid_request_error",
  "client.disconnected": "invalid_request_error",
  "limit.requests": "rate_limit_error",
  "limit.tokens": "rate_limit_error",
  "limit.concurrency": "rate_limit_error",
  "meter.balance_exhausted": "billing_error",
  "meter.plan_exhausted": "billing_error",
  "meter.key_quota_exhausted": "billing_error",
  "meter.budget_exhausted": "billing_error",
  "price.missing": "invalid_request_error",
  "tokens.uncountable": "invalid_request_error",
  "gateway.overloaded": "overloaded_error",
  "gateway.draining": "overloaded_error",
  "gateway.store_unavailable": "overloaded_error",
  "gateway.store_write_failed": "overloaded_error",
  "gateway.management_write_failed": "api_error",
  "gateway.credential_unreadable": "api_error",
  "gateway.defect": "api_error",
  "model.unknown": "not_found_error",
  "model.unavailable": "overloaded_error",
  "model.no_offering_usable": "api_error",
  "model.batch_only": "invalid_request_error",
  "model.tier_opt_in": "invalid_request_error",
  "model.responses_only": "invalid_request_error",
  "model.no_responses_endpoint": "invalid_request_error",
  "model.no_endpoint": "invalid_request_error",
  "capability.tools": "invalid_request_error",
  "capability.tool_choice_required": "invalid_request_error",
  "capability.structured_output": "invalid_request_error",
  "capability.json_mode": "invalid_request_error",
  "capability.tools_with_structured_output": "invalid_request_error",
  "capability.vision": "invalid_request_error",
  "capability.modalities": "invalid_request_error",
  "capability.reasoning": "invalid_request_error",
  "capability.thinking_disable": "invalid_request_error",
  "capability.streaming": "invalid_request_error",
  "capability.non_streaming": "invalid_request_error",
  "capability.hosted_tool": "invalid_request_error",
  "context.too_long": "invalid_request_error",
  "route.cost": "invalid_request_error",
  "route.latency": "invalid_request_error",
  "route.throughput": "invalid_request_error",
  "route.provider_blocked": "invalid_request_error",
  "route.provider_not_allowed": "invalid_request_error",
  "route.byok_required": "invalid_request_error",
  "route.platform_unavailable": "invalid_request_error",
  "route.parameters_unsupported": "invalid_request_error",
  "channel.no_key": "api_error",
  "channel.mapping_failed": "api_error",
  "channel.override_invalid": "api_error",
  "upstream.connect_failed": "api_error",
  "upstream.connection_lost": "api_error",
  "upstream.timeout": "timeout_error",
  "upstream.stalled": "timeout_error",
  "upstream.rate_limited": "rate_limit_error",
  "upstream.overloaded": "overloaded_error",
  "upstream.credential_rejected": "api_error",
  "upstream.account_exhausted": "api_error",
  "upstream.model_unknown": "not_found_error",
  "upstream.context_too_long": "invalid_request_error",
  "upstream.content_filtered": "invalid_request_error",
  "upstream.parameter_rejected": "invalid_request_error",
  "upstream.request_rejected": "invalid_request_error",
  "upstream.server_error": "api_error",
  "upstream.gateway_timeout": "timeout_error",
  "upstream.status_unexpected": "api_error",
  "upstream.error_unknown": "api_error",
  "upstream.not_json": "api_error",
  "upstream.shape_unknown": "api_error",
  "upstream.empty": "api_error",
  "upstream.body_broken": "api_error",
  "upstream.body_too_large": "api_error",
  "upstream.stream_expected": "api_error",
  "upstream.stream_broken": "api_error",
  "upstream.stream_unfinished": "api_error",
  "upstream.event_unreadable": "api_error",
  "guard.pii": "invalid_request_error",
  "guard.moderation": "invalid_request_error",
  "guard.sensitive_words": "invalid_request_error",
  "tool.schema_invalid": "invalid_request_error",
  "tool.choice_invalid": "invalid_request_error",
  "tool.call_id_mismatch": "invalid_request_error",
  "tool.arguments_invalid": "api_error",
  "tool.arguments_unrepresentable": "invalid_request_error",
  "arena.streaming_required": "invalid_request_error",
  "arena.message_too_long": "invalid_request_error",
  "search.not_configured": "api_error",
  "search.unavailable": "overloaded_error",
  "resource.not_found": "not_found_error",
  "resource.duplicate": "invalid_request_error",
  "resource.field_immutable": "invalid_request_error",
  "resource.state_wrong": "invalid_request_error",
  "resource.read_only": "invalid_request_error",
  "resource.operation_forbidden": "invalid_request_error",
  "feature.disabled": "permission_error",
} as const satisfies Record<Cause, AnthropicType>;

const types: Readonly<Record<Cause, AnthropicType>> = table;

function statusOf(cause: Cause): number {
  const type = types[cause];
  // Where the type says no more than "at fault", the status may say it more exactly (405, 409, 502).
  return type === "invalid_request_error" || type === "api_error"
    ? nativeStatus(cause)
    : codes[type].status;
}

function bodyOf(failure: Failure, context: RenderContext) {
  return {
    type: "error",
    error: {
      type: types[failure.cause],
      message: failure.message,
      suggestion: failure.suggestion,
      ...detailsOf(failure),
    },
    request_id: context.requestId,
  };
}

/** What Anthropic's SDK goes by: it sends a conversation whole where a thread is told to be unsupported. */
function detailsOf({ details }: Failure): { details?: Record<string, unknown> } {
  if (details?.error_code === undefined) return {};
  const { error_code, unsupported } = details;
  return { details: { error_code, unsupported } };
}

/** For Anthropic's clients: `{"type": "error", "error": {type, message}, "request_id"}`. */
export const anthropic: Contract = {
  name: "anthropic",
  codes,
  code: (cause) => types[cause],
  render: (failure, context) => ({
    status: statusOf(failure.cause),
    body: bodyOf(failure, context),
  }),
  renderInStream: bodyOf,
};
