/** Why an answer ended. https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
import type { FinishEvent, FinishReason } from "../../core/events.ts";

const canonical: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tool-calls",
  pause_turn: "pause",
  // The turn stops after its history was summarised, to be sent again.
  compaction: "pause",
  refusal: "refusal",
  model_context_window_exceeded: "context-window",
};

export function finishReason(stopReason: string): FinishReason {
  return Object.hasOwn(canonical, stopReason) ? (canonical[stopReason] ?? "other") : "other";
}

const wire: Readonly<Record<Exclude<FinishReason, "other">, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  // Messages has one word for an answer that was cut or declined.
  "content-filter": "refusal",
  refusal: "refusal",
  pause: "pause_turn",
  "context-window": "model_context_window_exceeded",
};

/** The word for a client: the provider's own where it is Anthropic's; of what has no word, the provider's. */
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
