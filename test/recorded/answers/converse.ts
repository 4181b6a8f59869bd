/** Bedrock's Converse and ConverseStream. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { emptyAnswer, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, parsed, text } from "../walk.ts";

const finishes: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tool_calls",
  guardrail_intervened: "content_filter",
  content_filtered: "content_filter",
  model_context_window_exceeded: "length",
};

export function readConverse(payloads: readonly Json[]): Outcome {
  for (const payload of payloads) {
    const exception = Object.keys(object(payload)).find((key) => key.endsWith("Exception"));
    if (exception !== undefined) {
      const message = text(payload, exception, "message");
      return { failed: { status: 0, message, inStream: true } };
    }
  }
  const [first = null] = payloads;
  if (at(first, "output") === undefined && typeof at(first, "message") === "string")
    return { failed: { status: 0, message: text(first, "message"), inStream: false } };
  return readWhole(at(first, "output") === undefined ? joined(payloads) : object(first));
}

/** A stream in the form of a whole answer. */
function joined(events: readonly Json[]): JsonObject {
  const blocks: JsonObject[] = [];
  let rest: JsonObject = {};
  for (const event of events) {
    const start = object(event, "contentBlockStart");
    const piece = object(event, "contentBlockDelta");
    const index = number(start.contentBlockIndex ?? piece.contentBlockIndex ?? 0);
    if (isObject(start.start)) blocks[index] = { ...object(start, "start") };
    if (isObject(piece.delta)) {
      blocks[index] ??= {};
      append(blocks[index], piece.delta);
    }
    rest = { ...rest, ...object(event, "messageStop"), ...object(event, "metadata") };
  }
  for (const block of blocks) {
    if (block === undefined) continue;
    const { toolUse, reasoningContent } = block;
    if (isObject(toolUse))
      block.toolUse = { ...toolUse, input: parsed(text(toolUse, "input") || "{}") };
    // Deltas have the text where whole answers have an object of it.
    if (isObject(reasoningContent) && typeof reasoningContent.redactedContent !== "string")
      block.reasoningContent = { reasoningText: reasoningContent };
  }
  return {
    ...rest,
    output: { message: { content: blocks.filter((block) => block !== undefined) } },
  };
}

/** Texts of the delta are appended to the block's, objects within it likewise. */
function append(block: JsonObject, delta: JsonObject): void {
  for (const [name, value] of Object.entries(delta)) {
    const before = block[name];
    if (typeof value === "string") block[name] = (typeof before === "string" ? before : "") + value;
    else if (isObject(value)) {
      const into: JsonObject = isObject(before) ? { ...before } : {};
      append(into, value);
      block[name] = into;
    } else block[name] = value;
  }
}

function readWhole(body: JsonObject): Outcome {
  const answer = emptyAnswer();
  for (const block of list(body, "output", "message", "content")) {
    const call = at(block, "toolUse");
    const thought = at(block, "reasoningContent");
    if (typeof at(block, "text") === "string") answer.text += text(block, "text");
    else if (isObject(call) && call.type !== "server_tool_use") {
      answer.calls.push({ name: text(call, "name"), arguments: call.input ?? {} });
      answer.kept.push(text(call, "toolUseId"));
    } else if (isObject(thought)) {
      answer.reasoning += text(thought, "reasoningText", "text");
      answer.kept.push(
        text(thought, "reasoningText", "signature"),
        text(thought, "redactedContent"),
      );
    } else answer.kept.push(...leaves(block));
  }
  const reason = text(body, "stopReason");
  answer.finish = finishes[reason] ?? reason;
  const usage = object(body, "usage");
  if (Object.keys(usage).length > 0) {
    const cached = number(usage, "cacheReadInputTokens");
    answer.usage = {
      input: number(usage, "inputTokens") + cached + number(usage, "cacheWriteInputTokens"),
      output: number(usage, "outputTokens"),
      cached,
      reasoning: 0,
    };
  }
  return { answer };
}
