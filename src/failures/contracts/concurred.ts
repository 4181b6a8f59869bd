import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";
import { type CodeRow, type Contract, docUrl } from "./contract.ts";
import { typeOfStatus } from "./native.ts";

const houseCodes = {
  UNAUTHORIZED: { status: 401, meaning: "Missing or invalid authentication" },
  INVALID_API_KEY: { status: 401, meaning: "API key is invalid or expired" },
  FORBIDDEN: { status: 403, meaning: "Access denied to this resource" },
  BAD_REQUEST: { status: 400, meaning: "Malformed request" },
  MISSING_REQUIRED_FIELD: { status: 400, meaning: "Required field not provided" },
  INVALID_MODEL: { status: 400, meaning: "Unknown or unsupported model" },
  INVALID_MESSAGE_LENGTH: { status: 400, meaning: "Message exceeds 2000 characters" },
  STREAMING_REQUIRED: { status: 400, meaning: "Fight mode requires streaming" },
  GUARDRAIL_BLOCKED: {
    status: 400,
    meaning: "Request blocked by guardrails (PII, content moderation)",
  },
  RATE_LIMIT_EXCEEDED: { status: 429, meaning: "Too many requests" },
  MODEL_UNAVAILABLE: { status: 503, meaning: "Model temporarily unavailable" },
  INTERNAL_ERROR: { status: 500, meaning: "Server error" },
  // Parley's own
  NOT_FOUND: { status: 404, meaning: "No such path or resource" },
  METHOD_NOT_ALLOWED: { status: 405, meaning: "HTTP method not supported on this endpoint" },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: "Request body exceeds the size limit" },
  QUOTA_EXCEEDED: { status: 429, meaning: "Balance, quota or budget used up" },
  SERVICE_UNAVAILABLE: { status: 503, meaning: "The gateway or a service it needs is short" },
} as const satisfies Record<string, CodeRow>;

/** Answered in OpenAI's envelope, as documented for requests with tools. */
const toolCodes = {
  tool_schema_invalid: {
    status: 400,
    meaning: 'A tool\'s parameters is malformed, missing type:"object", or fails name pattern.',
  },
  tool_choice_invalid: {
    status: 400,
    meaning: "tool_choice is malformed or references a tool not in tools[].",
  },
  tool_call_id_mismatch: {
    status: 400,
    meaning:
      'A role:"tool" message\'s tool_call_id does not match any prior assistant tool_calls[].id.',
  },
  tool_unsupported_for_model: {
    status: 400,
    meaning: "The requested model cannot use tools (e.g. deepseek-reasoner, deepseek-r1).",
  },
  tool_call_invalid_arguments: {
    status: 400,
    meaning: "strict:true schema validation failed after retries.",
  },
  tool_provider_error: {
    status: 502,
    meaning: "Upstream provider errored mid-call. Wraps the provider's message.",
  },
} as const satisfies Record<string, CodeRow>;

const codes = { ...houseCodes, ...toolCodes };
type ConcurredCode = keyof typeof codes;

/** A pair: the code without tools, and the code with tools in the request. */
type Entry = ConcurredCode | readonly [ConcurredCode, ConcurredCode];

const table = {
  "key.missing": "UNAUTHORIZED",
  "key.malformed": "INVALID_API_KEY",
  "key.header_unreadable": "UNAUTHORIZED",
  "key.unknown": "INVALID_API_KEY",
  "key.revoked": "INVALID_API_KEY",
  "key.disabled": "INVALID_API_KEY",
  "key.expired": "INVALID_API_KEY",
  "key.model_forbidden": "FORBIDDEN",
  "key.address_forbidden": "FORBIDDEN",
  "key.group_forbidden": "FORBIDDEN",
  "key.scope_missing": "FORBIDDEN",
  "session.required": "FORBIDDEN",
  "resource.not_yours": "FORBIDDEN",
  "mfa.required": "FORBIDDEN",
  "mfa.code_wrong": "INVALID_API_KEY",
  "mfa.recovery_code_wrong": "INVALID_API_KEY",
  "request.path_unknown": "NOT_FOUND",
  "request.method_wrong": "METHOD_NOT_ALLOWED",
  "request.http_malformed": "BAD_REQUEST",
  "request.headers_too_large": "BAD_REQUEST",
  "request.body_too_large": "PAYLOAD_TOO_LARGE",
  "request.body_missing": "BAD_REQUEST",
  "request.body_unreadable": "BAD_REQUEST",
  "request.body_slow": "BAD_REQUEST",
  "request.content_type": "BAD_REQUEST",
  "request.json_invalid": "BAD_REQUEST",
  "request.json_not_object": "BAD_REQUEST",
  "request.json_too_deep": "BAD_REQUEST",
  "request.utf8_invalid": "BAD_REQUEST",
  "request.field_missing": "MISSING_REQUIRED_FIELD",
  "request.field_type": "BAD_REQUEST",
  "request.field_value": "BAD_REQUEST",
  "request.field_unknown": "BAD_REQUEST",
  "request.invalid": "BAD_REQUEST",
  "request.not_expressible": "BAD_REQUEST",
  "idempotency.conflict": "BAD_REQUEST",
  "idempotency.in_progress": "BAD_REQUEST",
  "client.disconnected": "BAD_REQUEST",
  "limit.requests": "RATE_LIMIT_EXCEEDED",
  "limit.tokens": "RATE_LIMIT_EXCEEDED",
  "limit.concurrency": "RATE_LIMIT_EXCEEDED",
  "meter.balance_exhausted": "QUOTA_EXCEEDED",
  "meter.plan_exhausted": "QUOTA_EXCEEDED",
  "meter.key_quota_exhausted": "QUOTA_EXCEEDED",
  "meter.budget_exhausted": "QUOTA_EXCEEDED",
  "price.missing": "MODEL_UNAVAILABLE",
  "tokens.uncountable": "BAD_REQUEST",
  "gateway.overloaded": "SERVICE_UNAVAILABLE",
  "gateway.draining": "SERVICE_UNAVAILABLE",
  "gateway.store_unavailable": "SERVICE_UNAVAILABLE",
  "gateway.store_write_failed": "SERVICE_UNAVAILABLE",
  "gateway.management_write_failed": "INTERNAL_ERROR",
  "gateway.credential_unreadable": "INTERNAL_ERROR",
  "gateway.defect": "INTERNAL_ERROR",
  "model.unknown": "INVALID_MODEL",
  "model.unavailable": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "model.no_offering_usable": "MODEL_UNAVAILABLE",
  "model.batch_only": "BAD_REQUEST",
  "model.tier_opt_in": "BAD_REQUEST",
  "model.responses_only": "BAD_REQUEST",
  "model.no_responses_endpoint": "BAD_REQUEST",
  "model.no_endpoint": "BAD_REQUEST",
  "capability.tools": "tool_unsupported_for_model",
  "capability.tool_choice_required": "BAD_REQUEST",
  "capability.structured_output": "BAD_REQUEST",
  "capability.json_mode": "BAD_REQUEST",
  "capability.tools_with_structured_output": "BAD_REQUEST",
  "capability.vision": "BAD_REQUEST",
  "capability.modalities": "BAD_REQUEST",
  "capability.reasoning": "BAD_REQUEST",
  "capability.thinking_disable": "BAD_REQUEST",
  "capability.streaming": "BAD_REQUEST",
  "capability.non_streaming": "BAD_REQUEST",
  "capability.hosted_tool": "BAD_REQUEST",
  "context.too_long": "BAD_REQUEST",
  "route.cost": "BAD_REQUEST",
  "route.latency": "BAD_REQUEST",
  "route.throughput": "BAD_REQUEST",
  "route.provider_blocked": "BAD_REQUEST",
  "route.provider_not_allowed": "BAD_REQUEST",
  "route.byok_required": "BAD_REQUEST",
  "route.platform_unavailable": "BAD_REQUEST",
  "route.parameters_unsupported": "BAD_REQUEST",
  "channel.no_key": "MODEL_UNAVAILABLE",
  "channel.mapping_failed": "MODEL_UNAVAILABLE",
  "channel.override_invalid": "MODEL_UNAVAILABLE",
  "upstream.connect_failed": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.connection_lost": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.timeout": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.stalled": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.rate_limited": "RATE_LIMIT_EXCEEDED",
  "upstream.overloaded": "MODEL_UNAVAILABLE",
  "upstream.credential_rejected": "MODEL_UNAVAILABLE",
  "upstream.account_exhausted": "MODEL_UNAVAILABLE",
  "upstream.model_unknown": "INVALID_MODEL",
  "upstream.context_too_long": "BAD_REQUEST",
  "upstream.content_filtered": "GUARDRAIL_BLOCKED",
  "upstream.parameter_rejected": "BAD_REQUEST",
  "upstream.request_rejected": "BAD_REQUEST",
  "upstream.server_error": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.gateway_timeout": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.status_unexpected": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.error_unknown": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.not_json": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.shape_unknown": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.empty": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.body_broken": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.body_too_large": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.stream_expected": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.stream_broken": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.stream_unfinished": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "upstream.event_unreadable": ["MODEL_UNAVAILABLE", "tool_provider_error"],
  "guard.pii": "GUARDRAIL_BLOCKED",
  "guard.moderation": "GUARDRAIL_BLOCKED",
  "guard.sensitive_words": "GUARDRAIL_BLOCKED",
  "tool.schema_invalid": "tool_schema_invalid",
  "tool.choice_invalid": "tool_choice_invalid",
  "tool.call_id_mismatch": "tool_call_id_mismatch",
  "tool.arguments_invalid": "tool_call_invalid_arguments",
  "tool.arguments_unrepresentable": "BAD_REQUEST",
  "arena.streaming_required": "STREAMING_REQUIRED",
  "arena.message_too_long": "INVALID_MESSAGE_LENGTH",
  "search.not_configured": "INTERNAL_ERROR",
  "search.unavailable": "SERVICE_UNAVAILABLE",
  "resource.not_found": "NOT_FOUND",
  "resource.duplicate": "BAD_REQUEST",
  "resource.field_immutable": "BAD_REQUEST",
  "resource.state_wrong": "BAD_REQUEST",
  "resource.read_only": "BAD_REQUEST",
  "resource.operation_forbidden": "BAD_REQUEST",
  "feature.disabled": "FORBIDDEN",
} as const satisfies Record<Cause, Entry>;

const entries: Readonly<Record<Cause, Entry>> = table;

function codeOf(cause: Cause, tools = false): ConcurredCode {
  const entry = entries[cause];
  return typeof entry === "string" ? entry : entry[tools ? 1 : 0];
}

/** Messages that the documentation fixes. */
function messageOf(failure: Failure, code: ConcurredCode): string {
  if (code === "UNAUTHORIZED") return "Authentication required. Provide a valid API key.";
  if (code === "RATE_LIMIT_EXCEEDED") return "Rate limit exceeded. Try again later.";
  if (code === "MISSING_REQUIRED_FIELD" && failure.param !== undefined)
    return `Missing required field: ${failure.param}`;
  if (code === "INVALID_MODEL" && typeof failure.details?.requestedModel === "string")
    return `Invalid model: ${failure.details.requestedModel}`;
  return failure.message;
}

function detailsOf(failure: Failure, code: ConcurredCode): Record<string, unknown> {
  const details: Record<string, unknown> = { ...failure.details };
  if (code === "MISSING_REQUIRED_FIELD") details.field = failure.param;
  else if (failure.param !== undefined) details.field ??= failure.param;
  if (code === "RATE_LIMIT_EXCEEDED") details.retryAfter = failure.retryAfter;
  details.suggestion ??= failure.suggestion;
  return details;
}

function toolType(code: ConcurredCode): string {
  return codes[code].status >= 500 ? "server_error" : "invalid_request_error";
}

/** Concurred's clients: the house envelope, with OpenAI's `type` and `param` beside it; tool codes in OpenAI's envelope. */
export const concurred: Contract = {
  name: "concurred",
  codes,
  code: codeOf,
  render(failure, context) {
    const code = codeOf(failure.cause, context.tools);
    const { status } = codes[code];
    if (code in toolCodes) {
      return {
        status,
        body: {
          error: {
            type: toolType(code),
            code,
            message: failure.message,
            ...(failure.param === undefined ? {} : { param: failure.param }),
          },
        },
      };
    }
    return {
      status,
      body: {
        error: {
          code,
          message: messageOf(failure, code),
          details: detailsOf(failure, code),
          type: typeOfStatus(status),
          param: failure.param ?? null,
          doc_url: docUrl(failure, context),
          request_id: context.requestId,
        },
      },
    };
  },
  renderInStream(failure, context) {
    const code = codeOf(failure.cause, context.tools);
    return { error: { type: "server_error", code, message: messageOf(failure, code) } };
  },
};
