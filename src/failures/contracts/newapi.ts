import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";
import { type CodeRow, type Contract, docUrl, type RenderContext } from "./contract.ts";
import { typeOfStatus } from "./native.ts";

const codes = {
  invalid_request: { status: 400, meaning: "Invalid request parameters" },
  bad_request_body: { status: 400, meaning: "Malformed request body" },
  read_request_body_failed: { status: 400, meaning: "Failed to read request body" },
  convert_request_failed: { status: 400, meaning: "Request conversion failed" },
  sensitive_words_detected: { status: 400, meaning: "Sensitive content detected" },
  prompt_blocked: { status: 400, meaning: "Prompt was blocked" },
  access_denied: { status: 403, meaning: "Access denied" },
  model_not_found: { status: 404, meaning: "Model not found" },
  invalid_api_type: { status: 400, meaning: "Unsupported API type" },
  get_channel_failed: { status: 503, meaning: "No available channel" },
  "channel:no_available_key": { status: 503, meaning: "No available channel key" },
  "channel:invalid_key": { status: 502, meaning: "Invalid channel key" },
  "channel:model_mapped_error": { status: 500, meaning: "Model mapping error" },
  "channel:response_time_exceeded": { status: 504, meaning: "Upstream timeout" },
  insufficient_user_quota: { status: 403, meaning: "Insufficient quota" },
  pre_consume_token_quota_failed: { status: 403, meaning: "Quota pre-deduction failed" },
  model_price_error: { status: 400, meaning: "Model pricing error" },
  count_token_failed: { status: 400, meaning: "Token counting failed" },
  do_request_failed: { status: 502, meaning: "Upstream request failed" },
  bad_response: { status: 502, meaning: "Bad upstream response" },
  bad_response_status_code: { status: 502, meaning: "Bad upstream status code" },
  empty_response: { status: 502, meaning: "Empty upstream response" },
  read_response_body_failed: { status: 502, meaning: "Failed to read upstream response" },
  json_marshal_failed: { status: 500, meaning: "Serialization failed" },
  query_data_error: { status: 500, meaning: "Data query error" },
  update_data_error: { status: 500, meaning: "Data write error" },
  // Parley's own
  rate_limit_exceeded: { status: 429, meaning: "Too many requests or tokens in the window" },
  not_found: { status: 404, meaning: "No such path or resource" },
  method_not_allowed: { status: 405, meaning: "HTTP method not supported on this endpoint" },
  service_unavailable: { status: 503, meaning: "The gateway itself is short or stopping" },
  internal_error: { status: 500, meaning: "A defect of the gateway" },
} as const satisfies Record<string, CodeRow>;

type NewapiCode = keyof typeof codes;

/** A status of its own where the row's depends on the cause; `provider`: the 4xx or 5xx that the provider sent. */
type Entry = NewapiCode | { code: NewapiCode; status: number | "provider" };

const table = {
  "key.missing": { code: "access_denied", status: 401 },
  "key.malformed": { code: "access_denied", status: 401 },
  "key.header_unreadable": { code: "access_denied", status: 401 },
  "key.unknown": { code: "access_denied", status: 401 },
  "key.revoked": "access_denied",
  "key.disabled": "access_denied",
  "key.expired": "access_denied",
  "key.model_forbidden": "access_denied",
  "key.address_forbidden": "access_denied",
  "key.group_forbidden": "access_denied",
  "key.scope_missing": "access_denied",
  "session.required": "access_denied",
  "resource.not_yours": "not_found",
  "mfa.required": "access_denied",
  "mfa.code_wrong": "access_denied",
  "mfa.recovery_code_wrong": "access_denied",
  "request.path_unknown": "not_found",
  "request.method_wrong": "method_not_allowed",
  "request.http_malformed": "invalid_request",
  "request.headers_too_large": "invalid_request",
  "request.body_too_large": { code: "read_request_body_failed", status: 413 },
  "request.body_missing": "read_request_body_failed",
  "request.body_unreadable": "read_request_body_failed",
  "request.body_slow": "read_request_body_failed",
  "request.content_type": "read_request_body_failed",
  "request.json_invalid": "bad_request_body",
  "request.json_not_object": "bad_request_body",
  "request.json_too_deep": "bad_request_body",
  "request.utf8_invalid": "bad_request_body",
  "request.field_missing": "invalid_request",
  "request.field_type": "invalid_request",
  "request.field_value": "invalid_request",
  "request.field_unknown": "invalid_request",
  "request.invalid": "invalid_request",
  "request.not_expressible": "convert_request_failed",
  "idempotency.conflict": "invalid_request",
  "idempotency.in_progress": "invalid_request",
  "client.disconnected": "invalid_request",
  "limit.requests": "rate_limit_exceeded",
  "limit.tokens": "rate_limit_exceeded",
  "limit.concurrency": "rate_limit_exceeded",
  "meter.balance_exhausted": "insufficient_user_quota",
  "meter.plan_exhausted": "insufficient_user_quota",
  "meter.key_quota_exhausted": "pre_consume_token_quota_failed",
  "meter.budget_exhausted": "insufficient_user_quota",
  "price.missing": "model_price_error",
  "tokens.uncountable": "count_token_failed",
  "gateway.overloaded": "service_unavailable",
  "gateway.draining": "service_unavailable",
  "gateway.store_unavailable": "query_data_error",
  "gateway.store_write_failed": "update_data_error",
  "gateway.management_write_failed": "update_data_error",
  "gateway.credential_unreadable": "channel:invalid_key",
  "gateway.defect": "internal_error",
  "model.unknown": "model_not_found",
  "model.unavailable": "get_channel_failed",
  "model.no_offering_usable": "get_channel_failed",
  "model.batch_only": "invalid_request",
  "model.tier_opt_in": "invalid_request",
  "model.responses_only": "invalid_api_type",
  "model.no_responses_endpoint": "invalid_api_type",
  "model.no_endpoint": "invalid_api_type",
  "capability.tools": "invalid_request",
  "capability.tool_choice_required": "invalid_request",
  "capability.structured_output": "invalid_request",
  "capability.json_mode": "invalid_request",
  "capability.tools_with_structured_output": "invalid_request",
  "capability.vision": "invalid_request",
  "capability.modalities": "invalid_request",
  "capability.reasoning": "invalid_request",
  "capability.thinking_disable": "invalid_request",
  "capability.streaming": "invalid_request",
  "capability.non_streaming": "invalid_request",
  "capability.hosted_tool": "invalid_request",
  "context.too_long": "invalid_request",
  "route.cost": "invalid_request",
  "route.latency": "invalid_request",
  "route.throughput": "invalid_request",
  "route.provider_blocked": "invalid_request",
  "route.provider_not_allowed": "invalid_request",
  "route.byok_required": "invalid_request",
  "route.platform_unavailable": "invalid_request",
  "route.parameters_unsupported": "invalid_request",
  "channel.no_key": "channel:no_available_key",
  "channel.mapping_failed": "channel:model_mapped_error",
  "channel.override_invalid": "convert_request_failed",
  "upstream.connect_failed": "do_request_failed",
  "upstream.connection_lost": "do_request_failed",
  "upstream.timeout": "channel:response_time_exceeded",
  "upstream.stalled": "channel:response_time_exceeded",
  "upstream.rate_limited": { code: "bad_response_status_code", status: "provider" },
  "upstream.overloaded": { code: "bad_response_status_code", status: "provider" },
  "upstream.credential_rejected": "channel:invalid_key",
  "upstream.account_exhausted": "channel:no_available_key",
  "upstream.model_unknown": "model_not_found",
  "upstream.context_too_long": "invalid_request",
  "upstream.content_filtered": "prompt_blocked",
  "upstream.parameter_rejected": "invalid_request",
  "upstream.request_rejected": { code: "bad_response_status_code", status: "provider" },
  "upstream.server_error": { code: "bad_response_status_code", status: "provider" },
  "upstream.gateway_timeout": { code: "bad_response_status_code", status: "provider" },
  "upstream.status_unexpected": { code: "bad_response_status_code", status: "provider" },
  "upstream.error_unknown": "bad_response",
  "upstream.not_json": "bad_response",
  "upstream.shape_unknown": "bad_response",
  "upstream.empty": "empty_response",
  "upstream.body_broken": "read_response_body_failed",
  "upstream.body_too_large": "read_response_body_failed",
  "upstream.stream_expected": "bad_response",
  "upstream.stream_broken": "read_response_body_failed",
  "upstream.stream_unfinished": "read_response_body_failed",
  "upstream.event_unreadable": "bad_response",
  "guard.pii": "prompt_blocked",
  "guard.moderation": "prompt_blocked",
  "guard.sensitive_words": "sensitive_words_detected",
  "tool.schema_invalid": "invalid_request",
  "tool.choice_invalid": "invalid_request",
  "tool.call_id_mismatch": "invalid_request",
  "tool.arguments_invalid": "bad_response",
  "tool.arguments_unrepresentable": "json_marshal_failed",
  "arena.streaming_required": "invalid_request",
  "arena.message_too_long": "invalid_request",
  "search.not_configured": "internal_error",
  "search.unavailable": "service_unavailable",
  "resource.not_found": "not_found",
  "resource.duplicate": "invalid_request",
  "resource.field_immutable": "invalid_request",
  "resource.state_wrong": "invalid_request",
  "resource.read_only": "invalid_request",
  "resource.operation_forbidden": "invalid_request",
  "feature.disabled": "access_denied",
} as const satisfies Record<Cause, Entry>;

const entries: Readonly<Record<Cause, Entry>> = table;

function codeOf(cause: Cause): NewapiCode {
  const entry = entries[cause];
  return typeof entry === "string" ? entry : entry.code;
}

function statusOf(failure: Failure): number {
  const entry = entries[failure.cause];
  if (typeof entry === "string") return codes[entry].status;
  if (entry.status !== "provider") return entry.status;
  const sent = failure.providerStatus;
  // A provider's 401 or 403 speaks of the gateway's credential and is never the client's.
  return sent !== undefined && sent >= 400 && sent <= 599 && sent !== 401 && sent !== 403
    ? sent
    : (defaultProviderStatus[failure.cause] ?? codes[entry.code].status);
}

/** For what a provider said inside a 200 or a stream, where it sent no status. */
const defaultProviderStatus: Partial<Record<Cause, number>> = {
  "upstream.rate_limited": 429,
  "upstream.overloaded": 503,
  "upstream.request_rejected": 400,
  "upstream.gateway_timeout": 504,
};

function errorObject(failure: Failure, context: RenderContext) {
  const status = statusOf(failure);
  return {
    message: failure.message,
    type: typeOfStatus(status),
    code: codeOf(failure.cause),
    param: failure.param ?? null,
    doc_url: docUrl(failure, context),
    request_id: context.requestId,
  };
}

/** For clients written for new-api: `{"error": {message, type, code}}`. */
export const newapi: Contract = {
  name: "newapi",
  codes,
  code: codeOf,
  render: (failure, context) => ({
    status: statusOf(failure),
    body: { error: errorObject(failure, context) },
  }),
  renderInStream: (failure, context) => ({ error: errorObject(failure, context) }),
};
