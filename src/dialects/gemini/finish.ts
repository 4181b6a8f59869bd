/** Finish reasons. https://ai.google.dev/api/generate-content#FinishReason */
import type { FinishEvent, FinishReason } from "../../core/events.ts";

const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content-filter",
  RECITATION: "content-filter",
  LANGUAGE: "other",
  OTHER: "other",
  BLOCKLIST: "content-filter",
  PROHIBITED_CONTENT: "content-filter",
  SPII: "content-filter",
  MODEL_ARMOR: "content-filter",
  IMAGE_SAFETY: "content-filter",
  IMAGE_PROHIBITED_CONTENT: "content-filter",
  IMAGE_RECITATION: "content-filter",
  IMAGE_OTHER: "other",
  NO_IMAGE: "other",
  MALFORMED_FUNCTION_CALL: "other",
  UNEXPECTED_TOOL_CALL: "other",
  TOO_MANY_TOOL_CALLS: "other",
  MISSING_THOUGHT_SIGNATURE: "other",
  MALFORMED_RESPONSE: "other",
  CONTINUATION: "pause",
};

const modelFailures: ReadonlySet<string> = new Set([
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
  "MALFORMED_RESPONSE",
]);

/** Whether the model, or its tools' caller, failed, rather than ended its answer. */
export function isModelFailure(word: string): boolean {
  return modelFailures.has(word);
}

/** `called`: the answer holds a function call; Google ends those with `STOP` too. */
export function readFinishReason(word: string, called: boolean): FinishReason {
  const reason = reasons[word] ?? "other";
  return reason === "stop" && called ? "tool-calls" : reason;
}

const words: Readonly<Record<FinishReason, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  "tool-calls": "STOP",
  "content-filter": "SAFETY",
  refusal: "SAFETY",
  pause: "CONTINUATION",
  "context-window": "MAX_TOKENS",
  other: "OTHER",
};

/** Google's own word where it was Google's and means the same. */
export function writeFinishReason(event: FinishEvent): string {
  const { reported, reason } = event;
  if (reported !== undefined && reported in reasons) {
    if (readFinishReason(reported, reason === "tool-calls") === reason) return reported;
  }
  return words[reason];
}
