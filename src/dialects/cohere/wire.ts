/** Cohere's v2 chat: names that both directions share. https://docs.cohere.com/reference/chat */
import type { FinishEvent, FinishReason } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque } from "../../core/request.ts";

export const DIALECT = "cohere";

/** The maker that state has when a client sends it as Cohere would have given it. */
export const COHERE: Origin = { provider: "cohere" };

/**
 * Marks a thought as the `tool_plan` of its message, so that it goes back to that place. It holds nothing
 * beyond that, and a thought without it goes back as a `thinking` block.
 */
export function planMark(origin: Origin): Opaque {
  return { value: PLAN, kind: PLAN, origin };
}

const PLAN = "tool_plan";

export function isPlan(state: Opaque | undefined): boolean {
  return state?.kind === PLAN;
}

const canonical: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool-calls",
  // The earlier API's word, which this one has no other for.
  ERROR_TOXIC: "content-filter",
};

/** Reasons that are failures, whatever was said before. */
export const failed: ReadonlySet<string> = new Set(["ERROR", "TIMEOUT"]);

export function finishReason(word: string): FinishReason {
  return Object.hasOwn(canonical, word) ? (canonical[word] ?? "other") : "other";
}

const wire: Readonly<Record<Exclude<FinishReason, "other">, string>> = {
  stop: "COMPLETE",
  length: "MAX_TOKENS",
  "tool-calls": "TOOL_CALL",
  "content-filter": "ERROR_TOXIC",
  refusal: "COMPLETE",
  pause: "COMPLETE",
  // Cohere says so too when the context is full.
  "context-window": "MAX_TOKENS",
};

/** The word for a client: the provider's own where it is Cohere's. */
export function finishWord(finish: FinishEvent): string {
  const { reason, reported } = finish;
  if (reported !== undefined && canonical[reported] === reason) return reported;
  if (reason === "other") return reported ?? "COMPLETE";
  if (reason === "stop" && finish.stopSequence !== undefined) return "STOP_SEQUENCE";
  return wire[reason];
}

/**
 * Log probabilities in chat's form, with Cohere's token ids beside them: one entry a piece of text, whose
 * probability is that of all its tokens.
 */
export function readLogprobs(item: JsonObject): Json {
  const { text, token_ids, logprobs } = item;
  const each = Array.isArray(logprobs) ? logprobs.filter((p) => typeof p === "number") : [];
  return {
    token: typeof text === "string" ? text : "",
    logprob: each.reduce((sum, p) => sum + p, 0),
    bytes: null,
    top_logprobs: [],
    token_ids: token_ids ?? [],
    logprobs: each,
  };
}

export function writeLogprobs(entry: Json): JsonObject {
  if (!isObject(entry)) return { text: "", token_ids: [], logprobs: [] };
  const { token, logprob, token_ids, logprobs } = entry;
  return {
    text: token ?? "",
    token_ids: token_ids ?? [],
    logprobs: logprobs ?? (typeof logprob === "number" ? [logprob] : []),
  };
}
