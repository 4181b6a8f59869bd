/** Anthropic's Messages. https://platform.claude.com/docs/en/api/messages */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { emptyAnswer, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, parsed, text } from "../walk.ts";

const finishes: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tool_calls",
  pause_turn: "stop",
  compaction: "stop",
  refusal: "content_filter",
  model_context_window_exceeded: "length",
};

export function readMessages(payloads: readonly Json[]): Outcome {
  const error = payloads.find((payload) => at(payload, "type") === "error");
  if (error !== undefined) {
    const message = text(error, "error", "message");
    return { failed: { status: 0, message, inStream: payloads.length > 1 } };
  }
  const [first = null] = payloads;
  return readMessage(at(first, "type") === "message_start" ? joined(payloads) : first);
}

/** A stream's message, put together as the documentation says. */
function joined(events: readonly Json[]): JsonObject {
  let message: JsonObject = {};
  const blocks: JsonObject[] = [];
  const inputs: string[] = [];
  for (const event of events) {
    const index = number(event, "index");
    const block = blocks[index] ?? {};
    const delta = object(event, "delta");
    switch (text(event, "type")) {
      case "message_start":
        message = { ...object(event, "message") };
        break;
      case "content_block_start":
        blocks[index] = { ...object(event, "content_block") };
        break;
      case "content_block_delta":
        for (const field of ["text", "thinking", "signature", "content"])
          if (typeof delta[field] === "string") block[field] = text(block, field) + delta[field];
        if (typeof delta.partial_json === "string")
          inputs[index] = (inputs[index] ?? "") + delta.partial_json;
        if (delta.citation !== undefined)
          block.citations = [...list(block, "citations"), delta.citation];
        break;
      case "message_delta": {
        const usage = { ...object(message, "usage"), ...object(event, "usage") };
        message = { ...message, ...delta, usage };
      }
    }
  }
  inputs.forEach((input, index) => {
    const block = blocks[index];
    if (block !== undefined && input !== "") block.input = parsed(input);
  });
  return { ...message, content: blocks };
}

function readMessage(message: Json): Outcome {
  const answer = emptyAnswer();
  for (const block of list(message, "content")) {
    switch (text(block, "type")) {
      case "text":
        answer.text += text(block, "text");
        for (const citation of list(block, "citations"))
          answer.kept.push(text(citation, "url"), text(citation, "cited_text"));
        break;
      case "thinking":
        answer.reasoning += text(block, "thinking");
        answer.kept.push(text(block, "signature"));
        break;
      case "redacted_thinking":
        answer.kept.push(text(block, "data"));
        break;
      case "tool_use":
        answer.calls.push({ name: text(block, "name"), arguments: at(block, "input") ?? {} });
        answer.kept.push(text(block, "id"));
        break;
      default:
        answer.kept.push(...leaves(block));
    }
  }
  const reason = text(message, "stop_reason");
  answer.finish = finishes[reason] ?? reason;
  const usage = object(message, "usage");
  const cached = number(usage, "cache_read_input_tokens");
  answer.usage = {
    input: number(usage, "input_tokens") + cached + number(usage, "cache_creation_input_tokens"),
    output: number(usage, "output_tokens"),
    cached,
    reasoning: number(usage, "output_tokens_details", "thinking_tokens"),
  };
  if (isObject(at(message, "stop_details")))
    answer.kept.push(text(message, "stop_details", "explanation"));
  return { answer };
}
