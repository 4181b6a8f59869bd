import type { JsonObject } from "../core/json.ts";
import type { Usage } from "../core/usage.ts";
import type { Attempt, UsageRow } from "../core/usage-row.ts";
import { moment } from "./http.ts";

/** `operator`: with everything. `tenant`: without what the platform's providers said about the platform's own account. */
export type Audience = "operator" | "tenant";

/** A usage row as it is answered. Durations in milliseconds, counts in tokens. */
export function usageAnswer(row: UsageRow, audience: Audience): JsonObject {
  return {
    id: row.id,
    object: "request",
    at: moment(row.at),
    account_id: row.account,
    project_id: row.project,
    key_id: row.key,
    surface: row.surface,
    contract: row.contract,
    model_requested: row.modelRequested,
    model_served: row.modelServed ?? null,
    provider: row.provider ?? null,
    channel_id: row.channel ?? null,
    stream: row.stream,
    status: row.status,
    cause: row.cause ?? null,
    finish_reason: row.finish ?? null,
    usage: row.usage === undefined ? null : tokens(row.usage),
    usage_source: row.usageSource,
    first_content_ms: row.firstContentMs ?? null,
    total_ms: row.totalMs,
    attempts: row.attempts.map((attempt) => attemptAnswer(attempt, audience)),
  };
}

function attemptAnswer(attempt: Attempt, audience: Audience): JsonObject {
  return {
    channel_id: attempt.channel,
    provider: attempt.provider,
    model: attempt.model,
    status: attempt.status ?? null,
    cause: attempt.cause ?? null,
    ms: attempt.ms,
    ...(audience === "operator" && {
      credential_id: attempt.credential ?? null,
      operator: attempt.operator ?? null,
    }),
  };
}

function tokens(usage: Usage): JsonObject {
  return {
    input: usage.input,
    output: usage.output,
    ...(usage.cachedRead !== undefined && { cached_read: usage.cachedRead }),
    ...(usage.cachedWrite5m !== undefined && { cached_write_5m: usage.cachedWrite5m }),
    ...(usage.cachedWrite1h !== undefined && { cached_write_1h: usage.cachedWrite1h }),
    ...(usage.reasoning !== undefined && { reasoning: usage.reasoning }),
    ...(usage.inputAudio !== undefined && { input_audio: usage.inputAudio }),
    ...(usage.outputAudio !== undefined && { output_audio: usage.outputAudio }),
    ...(usage.inputImage !== undefined && { input_image: usage.inputImage }),
    ...(usage.outputImage !== undefined && { output_image: usage.outputImage }),
    ...(usage.acceptedPrediction !== undefined && {
      accepted_prediction: usage.acceptedPrediction,
    }),
    ...(usage.rejectedPrediction !== undefined && {
      rejected_prediction: usage.rejectedPrediction,
    }),
    ...(usage.hostedToolCalls !== undefined && { hosted_tool_calls: usage.hostedToolCalls }),
    ...(usage.serviceTier !== undefined && { service_tier: usage.serviceTier }),
  };
}
