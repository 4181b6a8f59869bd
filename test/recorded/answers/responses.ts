/** OpenAI's Responses. https://platform.openai.com/docs/api-reference/responses/object */
import { isObject, type Json } from "../../../src/core/json.ts";
import { type Answer, emptyAnswer, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, parsed, text } from "../walk.ts";

export function readResponses(payloads: readonly Json[]): Outcome {
  for (const payload of payloads) {
    const type = text(payload, "type");
    const error =
      type === "error"
        ? (at(payload, "error") ?? payload)
        : (at(payload, "response", "error") ?? at(payload, "error"));
    if (
      isObject(error) &&
      (payloads.length > 1 ||
        at(payload, "output") === undefined ||
        text(payload, "status") === "failed")
    ) {
      const code = text(error, "code");
      const message = `${text(error, "message")} ${code}`.trim();
      return { failed: { status: 0, message, inStream: payloads.length > 1 } };
    }
  }
  const last = payloads.at(-1) ?? null;
  if (payloads.length === 1 && at(last, "response") === undefined && !isObject(at(last, "item")))
    return { answer: readResponse(last, list(last, "output")) };
  const end = payloads.find((payload) =>
    /^response\.(completed|incomplete)$/.test(text(payload, "type")),
  );
  const done = payloads.filter((payload) => text(payload, "type") === "response.output_item.done");
  const items = done.map((payload) => at(payload, "item") ?? null);
  const response = at(end, "response") ?? null;
  if (end === undefined)
    return { failed: { status: 0, message: "the stream ends too soon", inStream: true } };
  return { answer: readResponse(response, items.length > 0 ? items : list(response, "output")) };
}

function readResponse(response: Json, items: readonly Json[]): Answer {
  const answer = emptyAnswer();
  for (const item of items) readItem(item, answer);
  const why = text(response, "incomplete_details", "reason");
  const cut = why === "max_output_tokens" ? "length" : why === "content_filter" ? why : "stop";
  answer.finish = answer.calls.length > 0 && why === "" ? "tool_calls" : cut;
  const usage = at(response, "usage");
  if (isObject(usage))
    answer.usage = {
      input: number(usage, "input_tokens"),
      output: number(usage, "output_tokens"),
      cached: number(usage, "input_tokens_details", "cached_tokens"),
      reasoning: number(usage, "output_tokens_details", "reasoning_tokens"),
    };
  return answer;
}

function readItem(item: Json, answer: Answer): void {
  switch (text(item, "type")) {
    case "message":
      for (const part of list(item, "content")) {
        if (text(part, "type") === "refusal") answer.refusal += text(part, "refusal");
        else answer.text += text(part, "text");
        for (const note of list(part, "annotations"))
          answer.kept.push(text(note, "url"), text(note, "file_id"));
      }
      return;
    case "reasoning": {
      const whole = [...list(item, "summary"), ...list(item, "content")];
      answer.reasoning += whole.map((piece) => text(piece, "text")).join("");
      answer.kept.push(text(item, "encrypted_content"));
      return;
    }
    case "function_call":
      answer.calls.push({ name: text(item, "name"), arguments: parsed(text(item, "arguments")) });
      answer.kept.push(text(item, "call_id"));
      return;
    case "custom_tool_call":
      answer.calls.push({ name: text(item, "name"), arguments: parsed(text(item, "input")) });
      answer.kept.push(text(item, "call_id"));
      return;
    default:
      answer.kept.push(...leaves(object(item)));
  }
}
