/** Why a choice ended, in chat's words and in the canonical ones. */
import type { FinishReason } from "../../core/events.ts";
import type { Manners } from "../manners.ts";

const fromChat: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

/**
 * What the client's SDK knows. A paused turn, a full window and a vendor's own word have no word in
 * chat: the nearest is sent and the provider's stands in `native_finish_reason`, as OpenRouter has it.
 */
const toChat: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
  refusal: "content_filter",
  pause: "stop",
  "context-window": "length",
  other: "stop",
};

/**
 * `word` as the provider said it. A choice that holds tool calls and "stop" wants tools all the same:
 * OpenAI says "stop" where `tool_choice` forced a function. One that holds nothing but a refusal and
 * "stop" declined: that is how OpenAI's models refuse.
 */
export function readFinish(
  word: string,
  choice: { hasToolCalls: boolean; hasOnlyRefusal: boolean },
  manners: Manners | undefined,
): FinishReason {
  const reason = manners?.finishReasons?.[word] ?? fromChat[word] ?? "other";
  if (reason !== "stop") return reason;
  if (choice.hasToolCalls) return "tool-calls";
  return choice.hasOnlyRefusal ? "refusal" : "stop";
}

/** A refusal that is told in `message.refusal` ends with "stop", as OpenAI has it. */
export function writeFinish(reason: FinishReason, hasRefusal: boolean): string {
  return reason === "refusal" && hasRefusal ? "stop" : toChat[reason];
}
