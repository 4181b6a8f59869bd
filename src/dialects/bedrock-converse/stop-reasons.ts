/** Why an answer ended. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax */
import type { FinishEvent, FinishReason } from "../../core/events.ts";

const canonical: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tool-calls",
  guardrail_intervened: "content-filter",
  content_filtered: "content-filter",
  model_context_window_exceeded: "context-window",
  // The model wrote what is no answer, or no call, of its own format.
  malformed_model_output: "other",
  malformed_tool_use: "other",
};

export function finishReason(stopReason: string): FinishReason {
  return Object.hasOwn(canonical, stopReason) ? (canonical[stopReason] ?? "other") : "other";
}

const wire: Readonly<Record<Exclude<FinishReason, "other">, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "content_filtered",
  // Converse has no word for a model that declined, nor for a pause: the turn ended.
  refusal: "end_turn",
  pause: "end_turn",
  "context-window": "model_context_window_exceeded",
};

/** The word for a client: the provider's own where it is Bedrock's; of what has no word, the provider's. */
export function stopReason(finish: FinishEvent): string {
  const { reason, reported } = finish;
  if (
    reported !== undefined &&
    Object.hasOwn(canonical, reported) &&
    canonical[reported] === reason
  ) {
    return reported;
  }
  if (reason === "other") return reported ?? "end_turn";
  if (reason === "stop" && finish.stopSequence !== undefined) return "stop_sequence";
  return wire[reason];
}
