/** Messages as canonical turns. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from "../../core/request.ts";
import { readCitations } from "./citations.ts";
import { readDetail, readExtraContent, readOrigin } from "./opaque.ts";
import { json, object, readContent, readImages, readMark } from "./read-parts.ts";
import { dialectName, type WireMessage, type WireToolCall } from "./wire.ts";

type AssistantMessage = Extract<WireMessage, { role: "assistant" }>;
type ToolMessage = Extract<WireMessage, { role: "tool" }>;
type FunctionMessage = Extract<WireMessage, { role: "function" }>;

const fieldsOf = {
  plain: new Set(["role", "content", "name", "cache_control"]),
  tool: new Set(["role", "content", "name", "cache_control", "tool_call_id"]),
  assistant: new Set([
    "role",
    "content",
    "name",
    "cache_control",
    "refusal",
    "tool_calls",
    "function_call",
    "audio",
    "annotations",
    "images",
    "reasoning_content",
    "reasoning",
    "reasoning_details",
    "extra_content",
    "provider_citations",
    "provider_parts",
  ]),
};

export function readMessages(messages: readonly WireMessage[]): Turn[] {
  const calls = new CallNames();
  return messages.map((message, index) => {
    const path = `messages[${index}]`;
    if (message.role === "assistant") return readAssistant(message, path, index, calls);
    if (message.role === "tool") return readTool(message, path, calls);
    if (message.role === "function") return readFunction(message, index, calls);
    const parts = readContent(message.content, `${path}.content`);
    markLast(parts, message);
    return finish({ role: message.role, parts }, message, fieldsOf.plain);
  });
}

/** Which function each call of the conversation is for. */
class CallNames {
  readonly #names = new Map<string, string>();
  /** Legacy calls have no id: a result answers the latest call of its function. */
  readonly #latest = new Map<string, string>();

  add(id: string, name: string): void {
    this.#names.set(id, name);
    this.#latest.set(name, id);
  }
  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }
  latestOf(name: string): string | undefined {
    return this.#latest.get(name);
  }
}

function readAssistant(
  message: AssistantMessage,
  path: string,
  index: number,
  calls: CallNames,
): Turn {
  const parts: Part[] = readReasoning(message);
  if (message.content != null) {
    // An empty string beside something else is how clients say that there is no text.
    const silent = message.content === "" && saysMore(message);
    if (!silent) parts.push(...readContent(message.content, `${path}.content`));
  }
  addToText(parts, message);
  if (message.refusal) parts.push({ type: "refusal", text: message.refusal });
  if (message.images != null) parts.push(...readImages(message.images.map(json)));
  if (message.audio != null) {
    parts.push({ type: "audio", source: { kind: "provider-file", id: message.audio.id } });
  }
  markLast(parts, message);
  for (const call of message.tool_calls ?? []) parts.push(readToolCall(call));
  if (message.function_call != null) {
    const { name, arguments: text } = message.function_call;
    parts.push({ type: "tool-call", id: `call_function_${index}`, name, arguments: text });
  }
  for (const part of parts) if (part.type === "tool-call") calls.add(part.id, part.name);
  for (const entry of message.provider_parts ?? []) addNative(parts, json(entry));
  const turn = finish({ role: "assistant", parts }, message, fieldsOf.assistant);
  const { other } = readCitations(json(message.annotations ?? null), null);
  if (other.length > 0) addExtra(turn, "annotations", other);
  return turn;
}

function saysMore(message: AssistantMessage): boolean {
  const { tool_calls, function_call, refusal, audio } = message;
  return Boolean(tool_calls?.length || function_call || refusal || audio);
}

/** `reasoning_details` is the full form; a plain field beside it repeats its text. */
function readReasoning(message: AssistantMessage): ReasoningPart[] {
  const parts: ReasoningPart[] = [];
  let lastIndex: number | undefined;
  for (const entry of message.reasoning_details ?? []) {
    const detail = readDetail(json(entry));
    if (detail === undefined) continue;
    let part = parts.at(-1);
    if (part === undefined || detail.index === undefined || detail.index !== lastIndex) {
      part = { type: "reasoning", text: "" };
      if (detail.kind === "summary") part.kind = "summary";
      parts.push(part);
    }
    lastIndex = detail.index;
    part.text += detail.text;
    if (detail.signature !== undefined) part.signature = detail.signature;
  }
  const plain = message.reasoning_content ?? message.reasoning;
  if (plain != null && parts.every((part) => part.text === "")) {
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && only.signature?.kind === "signature") {
      only.text = plain;
    } else if (plain !== "" || parts.length === 0) {
      parts.unshift({ type: "reasoning", text: plain });
    }
  }
  for (const part of parts) {
    if (part.text === "" && part.signature && part.signature.kind !== "signature") {
      part.redacted = true;
    }
  }
  return parts;
}

/** What the message says of its text as a whole belongs to its last piece. */
function addToText(parts: Part[], message: AssistantMessage): void {
  const { citations } = readCitations(
    json(message.annotations ?? null),
    json(message.provider_citations ?? null),
  );
  const signature = readExtraContent(json(message.extra_content ?? null));
  if (citations.length === 0 && signature === undefined) return;
  let text = parts.findLast((part): part is TextPart => part.type === "text");
  if (text === undefined) {
    text = { type: "text", text: "" };
    parts.push(text);
  }
  if (citations.length > 0) text.citations = citations;
  if (signature !== undefined) text.signature = signature;
}

function readToolCall(call: WireToolCall): ToolCallPart {
  const part: ToolCallPart =
    call.type === "custom"
      ? {
          type: "tool-call",
          id: call.id,
          name: call.custom.name,
          arguments: call.custom.input,
          kind: "custom",
        }
      : {
          type: "tool-call",
          id: call.id,
          name: call.function.name,
          arguments: call.function.arguments,
        };
  const signature = readExtraContent(json(call.extra_content ?? null));
  if (signature !== undefined) part.signature = signature;
  const cache = readMark(call);
  if (cache !== undefined) part.cache = cache;
  return part;
}

function readTool(message: ToolMessage, path: string, calls: CallNames): Turn {
  const result: ToolResultPart = {
    type: "tool-result",
    callId: message.tool_call_id,
    content: readContent(message.content, `${path}.content`),
  };
  const name = calls.nameOf(message.tool_call_id) ?? message.name;
  if (name != null) result.name = name;
  const cache = readMark(message);
  if (cache !== undefined) result.cache = cache;
  const turn: Turn = { role: "tool", parts: [result] };
  return finish(turn, { ...message, name: null }, fieldsOf.tool);
}

function readFunction(message: FunctionMessage, index: number, calls: CallNames): Turn {
  const result: ToolResultPart = {
    type: "tool-result",
    callId: calls.latestOf(message.name) ?? `call_function_${index}`,
    name: message.name,
    content: [{ type: "text", text: message.content ?? "" }],
  };
  return finish({ role: "tool", parts: [result] }, { ...message, name: null }, fieldsOf.tool);
}

function markLast(parts: Part[], message: Parameters<typeof readMark>[0]): void {
  const cache = readMark(message);
  if (cache === undefined) return;
  const last = parts.at(-1);
  if (last?.type === "text" || last?.type === "image" || last?.type === "file") {
    last.cache ??= cache;
  }
}

function addNative(parts: Part[], entry: Json): void {
  if (!isObject(entry) || typeof entry.dialect !== "string" || !isObject(entry.value)) return;
  const origin = readOrigin(entry.origin);
  const native: Part = { type: "native", dialect: entry.dialect, value: entry.value };
  parts.push(origin === undefined ? native : { ...native, origin });
}

/** Adds the participant's name and the fields that are not the role's own. */
function finish(
  turn: Turn,
  message: Record<string, unknown> & { name?: string | null },
  known: ReadonlySet<string>,
): Turn {
  if (message.name != null) turn.name = message.name;
  const fields: JsonObject = object(message);
  for (const key in fields) {
    const value = fields[key];
    if (!known.has(key) && value != null) addExtra(turn, key, value);
  }
  return turn;
}

function addExtra(turn: Turn, key: string, value: Json): void {
  turn.extra ??= { dialect: dialectName, fields: {} };
  turn.extra.fields[key] = value;
}
