/** A request's content blocks as canonical parts. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  FilePart,
  ImagePart,
  Opaque,
  Part,
  Source,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../core/request.ts";
import { argumentsText } from "../tool-arguments.ts";
import { readCitations } from "./citations.ts";
import { flag, list, needed, notAllowed, text } from "./fields.ts";
import { unwrap } from "./opaque.ts";
import { CLAUDE, cacheMark, DIALECT, restOf } from "./wire.ts";

/** A block's part, and those of its fields that have no canonical form. */
export interface ReadBlock {
  part: Part;
  rest?: JsonObject | undefined;
}

/** State that belongs to the part before it, for blocks that carry no part of their own. */
export interface ReadState {
  stateOfPrevious: Opaque;
}

type Reader = (block: JsonObject, path: string) => ReadBlock | ReadState;

const readers: Readonly<Record<string, Reader>> = {
  text: readText,
  image: readImage,
  document: readDocument,
  thinking: readThinking,
  redacted_thinking: readRedacted,
  tool_use: readToolUse,
  tool_result: readToolResult,
};

/**
 * Reads one block. One of a kind that has no canonical form is kept whole.
 * Throws `request.field_missing` and `request.field_type`.
 */
export function readBlock(block: Json, path: string): ReadBlock | ReadState {
  if (!isObject(block)) throw notAllowed(path, `\`${path}\` must be a content block.`);
  const type = needed(text(block.type, `${path}.type`), `${path}.type`);
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return reader === undefined ? native(block) : reader(block, path);
}

function native(value: JsonObject): ReadBlock {
  return { part: { type: "native", dialect: DIALECT, value } };
}

/** The fields of a block beyond `known`; a cache mark that says more than the canonical one is among them. */
function rest(block: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const unread = restOf(block, known);
  if (!isObject(block.cache_control) || cacheMark(block.cache_control) !== undefined) return unread;
  return { ...unread, cache_control: block.cache_control };
}

function cached(block: JsonObject): { cache?: NonNullable<TextPart["cache"]> } {
  const cache = cacheMark(block.cache_control);
  return cache === undefined ? {} : { cache };
}

const textFields = new Set(["type", "text", "citations", "cache_control"]);

function readText(block: JsonObject, path: string): ReadBlock {
  const part: TextPart = {
    type: "text",
    text: needed(text(block.text, `${path}.text`), `${path}.text`),
    ...cached(block),
  };
  const citations = readCitations(block.citations);
  if (citations !== undefined) part.citations = citations;
  return { part, rest: rest(block, textFields) };
}

const imageFields = new Set(["type", "source", "cache_control"]);

function readImage(block: JsonObject, path: string): ReadBlock {
  const source = readSource(block, path);
  if (source === undefined) return native(block);
  const part: ImagePart = { type: "image", source, ...cached(block) };
  return { part, rest: rest(block, imageFields) };
}

const documentFields = new Set([
  "type",
  "source",
  "cache_control",
  "title",
  "context",
  "citations",
]);
const citationFields = new Set(["enabled"]);

function readDocument(block: JsonObject, path: string): ReadBlock {
  const source = readSource(block, path);
  // A document of blocks (`content`) is cited by block, which no other form can say.
  if (source === undefined) return native(block);
  const part: FilePart = { type: "file", source, ...cached(block) };
  const title = text(block.title, `${path}.title`);
  if (title !== undefined) part.title = title;
  const context = text(block.context, `${path}.context`);
  if (context !== undefined) part.context = context;
  let unread = rest(block, documentFields);
  if (isObject(block.citations)) {
    const enabled = flag(block.citations.enabled, `${path}.citations.enabled`);
    if (enabled !== undefined) part.citations = enabled;
    const other = restOf(block.citations, citationFields);
    if (other !== undefined) unread = { ...unread, citations: block.citations };
  }
  return { part, rest: unread };
}

const sourceFields: Readonly<Record<string, ReadonlySet<string>>> = {
  base64: new Set(["type", "media_type", "data"]),
  text: new Set(["type", "media_type", "data"]),
  url: new Set(["type", "url"]),
  file: new Set(["type", "file_id"]),
};

/** Nothing for a source that has no canonical form. Throws where one that has lacks a field. */
function readSource(block: JsonObject, path: string): Source | undefined {
  const at = `${path}.source`;
  if (!isObject(block.source)) throw notAllowed(at, `\`${at}\` must be an object.`);
  const { source } = block;
  const type = needed(text(source.type, `${at}.type`), `${at}.type`);
  const known = Object.hasOwn(sourceFields, type) ? sourceFields[type] : undefined;
  if (known === undefined || restOf(source, known) !== undefined) return undefined;
  const field = (name: string) => needed(text(source[name], `${at}.${name}`), `${at}.${name}`);
  if (type === "base64")
    return { kind: "bytes", mediaType: field("media_type"), data: field("data") };
  if (type === "text") return { kind: "text", mediaType: field("media_type"), text: field("data") };
  if (type === "url") return { kind: "url", url: field("url") };
  return { kind: "provider-file", id: field("file_id") };
}

const thinkingFields = new Set(["type", "thinking", "signature"]);

function readThinking(block: JsonObject, path: string): ReadBlock {
  if (restOf(block, thinkingFields) !== undefined) return native(block);
  const thought = needed(text(block.thinking, `${path}.thinking`), `${path}.thinking`);
  const signature = text(block.signature, `${path}.signature`);
  if (signature === undefined || signature === "")
    return { part: { type: "reasoning", text: thought } };
  const carried = unwrap(signature);
  const opaque: Opaque =
    carried?.as === "reasoning"
      ? carried.opaque
      : { value: signature, kind: "signature", origin: CLAUDE };
  return { part: { type: "reasoning", text: thought, signature: opaque } };
}

function readRedacted(block: JsonObject, path: string): ReadBlock | ReadState {
  const data = needed(text(block.data, `${path}.data`), `${path}.data`);
  const carried = unwrap(data);
  if (carried?.as === "native") return { part: carried.part };
  if (carried?.as === "signature") return { stateOfPrevious: carried.opaque };
  const signature: Opaque = carried?.opaque ?? { value: data, kind: "redacted", origin: CLAUDE };
  return { part: { type: "reasoning", text: "", redacted: true, signature } };
}

const toolUseFields = new Set(["type", "id", "name", "input", "cache_control"]);

function readToolUse(block: JsonObject, path: string): ReadBlock {
  const part: ToolCallPart = {
    type: "tool-call",
    id: needed(text(block.id, `${path}.id`), `${path}.id`),
    name: needed(text(block.name, `${path}.name`), `${path}.name`),
    arguments: argumentsText(needed(block.input, `${path}.input`), { param: `${path}.input` }),
    kind: "function",
    ...cached(block),
  };
  const signature = toolUseState(block, CLAUDE);
  if (signature !== undefined) part.signature = signature;
  const control = rest(block, new Set(Object.keys(block)));
  return { part, rest: control };
}

/** Kind of the state that holds a tool_use block's further fields (`caller`, `toolset_name`), as JSON. */
export const TOOL_USE_FIELDS = "tool-use-fields";

/** A call's further fields, which must be sent back with it. A call that the model made directly has none. */
export function toolUseState(block: JsonObject, origin: Opaque["origin"]): Opaque | undefined {
  const fields = restOf(block, toolUseFields);
  if (fields === undefined) return undefined;
  const direct = isObject(fields.caller) && fields.caller.type === "direct";
  if (direct && Object.keys(fields).length === 1) return undefined;
  return { value: JSON.stringify(fields), kind: TOOL_USE_FIELDS, ...(origin ? { origin } : {}) };
}

const toolResultFields = new Set(["type", "tool_use_id", "content", "is_error", "cache_control"]);

function readToolResult(block: JsonObject, path: string): ReadBlock {
  const part: ToolResultPart = {
    type: "tool-result",
    callId: needed(text(block.tool_use_id, `${path}.tool_use_id`), `${path}.tool_use_id`),
    content: readResultContent(block.content, `${path}.content`),
    ...cached(block),
  };
  const isError = flag(block.is_error, `${path}.is_error`);
  if (isError !== undefined) part.isError = isError;
  return { part, rest: rest(block, toolResultFields) };
}

function readResultContent(content: Json | undefined, path: string): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return (list(content, path) ?? []).map((block, index) => {
    const read = readBlock(block, `${path}[${index}]`);
    // Inside a result nothing holds the fields beside a part, so such a block is kept whole.
    const whole = "stateOfPrevious" in read || read.rest !== undefined;
    return whole && isObject(block)
      ? native(block).part
      : "part" in read
        ? read.part
        : native({}).part;
  });
}
