/** Cohere's v2 chat. https://docs.cohere.com/reference/chat */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { type Answer, emptyAnswer, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, parsed, text } from "../walk.ts";

const finishes: Readonly<Record<string, string>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool_calls",
};

export function readCohere(payloads: readonly Json[]): Outcome {
  const answer = emptyAnswer();
  const calls: { name: string; arguments: string }[] = [];
  for (const payload of payloads) {
    const message = at(payload, "delta", "message") ?? at(payload, "message");
    if (typeof message === "string")
      return { failed: { status: 0, message, inStream: payloads.length > 1 } };
    if (isObject(message)) readMessage(message, answer, calls);
    const end = isObject(at(payload, "delta")) ? object(payload, "delta") : object(payload);
    const reason = text(end, "finish_reason");
    if (reason === "ERROR")
      return { failed: { status: 0, message: text(end, "error"), inStream: payloads.length > 1 } };
    if (reason !== "") answer.finish = finishes[reason] ?? reason;
    const usage = at(end, "usage");
    if (isObject(usage))
      answer.usage = {
        input: number(usage, "tokens", "input_tokens"),
        output: number(usage, "tokens", "output_tokens"),
        cached: number(usage, "cached_tokens"),
        reasoning: 0,
      };
  }
  answer.calls = calls.map((call) => ({
    name: call.name,
    arguments: parsed(call.arguments || "{}"),
  }));
  return { answer };
}

/** Whole messages have lists where deltas have one object. */
function readMessage(
  message: JsonObject,
  answer: Answer,
  calls: { name: string; arguments: string }[],
): void {
  for (const part of several(message.content)) {
    answer.text += text(part, "text");
    answer.reasoning += text(part, "thinking");
  }
  answer.reasoning += text(message, "tool_plan");
  for (const call of several(message.tool_calls)) {
    if (at(call, "id") !== undefined) {
      calls.push({ name: text(call, "function", "name"), arguments: "" });
      answer.kept.push(text(call, "id"));
    }
    const last = calls.at(-1);
    if (last !== undefined) last.arguments += text(call, "function", "arguments");
  }
  for (const citation of several(message.citations))
    answer.kept.push(...leaves(list(citation, "sources")));
}

function several(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
}
