/** Rows that no request can provoke yet, by the part of Parley with which they come. */
import type { ContractName } from "./rows.ts";

const comesWith: Readonly<Record<string, Readonly<Record<ContractName, readonly string[]>>>> = {
  accounts: {
    native: [
      "feature_disabled",
      "invalid_recovery_code",
      "mfa_required",
      "mfa_verification_failed",
    ],
    concurred: [],
    newapi: [],
  },
  money: {
    native: ["budget_exhausted", "insufficient_quota"],
    concurred: [],
    newapi: [
      "insufficient_user_quota",
      "pre_consume_token_quota_failed",
      "model_price_error",
      "count_token_failed",
      "update_data_error",
    ],
  },
  routing: {
    native: [
      "byok_keys_required",
      "cost_constraint_exceeded",
      "latency_constraint_exceeded",
      "platform_keys_unavailable",
      "provider_blocked",
      "provider_not_in_allowlist",
      "required_params_not_supported",
      "throughput_constraint_not_met",
    ],
    concurred: [],
    newapi: [],
  },
  guardrails: {
    native: [],
    concurred: ["GUARDRAIL_BLOCKED"],
    newapi: ["sensitive_words_detected"],
  },
  tools: {
    native: [],
    concurred: [
      "tool_schema_invalid",
      "tool_choice_invalid",
      "tool_call_id_mismatch",
      "tool_call_invalid_arguments",
    ],
    newapi: [],
  },
  arena: {
    native: [],
    concurred: ["INVALID_MESSAGE_LENGTH", "STREAMING_REQUIRED"],
    newapi: [],
  },
  idempotency: { native: ["idempotency_conflict"], concurred: [], newapi: [] },
};

/** With what a row comes, where that is known. */
export function awaited(contract: ContractName, code: string): string | undefined {
  return Object.entries(comesWith).find(([, codes]) => codes[contract].includes(code))?.[0];
}
