/**
 * A request's content blocks as canonical parts.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { FilePart, Opaque, Part, TextPart, ToolResultPart } from "../../core/request.ts";
import { flag, list, needed, notAllowed, object, text } from "../anthropic-messages/fields.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { argumentsText } from "../tool-arguments.ts";
import { readCited } from "./citations.ts";
import { mediaTypeOf, readSource } from "./media.ts";
import { readName } from "./names.ts";
import { BEDROCK, DIALECT, kindOf, readRedacted, readSignature } from "./wire.ts";

/** A block's part, and those of its fields that have no canonical form. */
export interface ReadBlock {
  part: Part;
  rest?: JsonObject | undefined;
}

/** State that belongs to the part before it, for blocks that carry no part of their own. */
export interface ReadState {
  stateOfPrevious: Opaque;
}

type Reader = (value: JsonObject, path: string, block: JsonObject) => ReadBlock | ReadState;

const readers: Readonly<Record<string, Reader>> = {
  image: readImage,
  document: readDocument,
  video: readVideo,
  audio: readAudio,
  toolUse: readToolUse,
  toolResult: readToolResult,
  reasoningContent: readReasoning,
  citationsContent: readCitations,
};

/**
 * Reads one block. One of a kind that has no canonical form is kept whole.
 * Throws `request.field_missing` and `request.field_type`.
 */
export function readBlock(block: Json, path: string): ReadBlock | ReadState {
  const found = isObject(block) ? kindOf(block) : undefined;
  if (!isObject(block) || found === undefined) {
    throw notAllowed(path, `\`${path}\` must be a content block.`);
  }
  const [kind, value] = found;
  const at = `${path}.${kind}`;
  if (kind === "text") return { part: { type: "text", text: needed(text(value, at), at) } };
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (reader === undefined) return native(block);
  return reader(needed(object(value, at), at), at, block);
}

function native(value: JsonObject): ReadBlock {
  return { part: { type: "native", dialect: DIALECT, value } };
}

const mediaFields = new Set(["format", "source"]);

function readImage(value: JsonObject, _path: string, block: JsonObject): ReadBlock {
  const mediaType = mediaTypeOf("image", value.format);
  const source = mediaType === undefined ? undefined : readSource(value.source, mediaType);
  if (source === undefined || restOf(value, mediaFields) !== undefined) return native(block);
  return { part: { type: "image", source } };
}

function readVideo(value: JsonObject, _path: string, block: JsonObject): ReadBlock {
  const mediaType = mediaTypeOf("video", value.format);
  const source = mediaType === undefined ? undefined : readSource(value.source, mediaType);
  if (source === undefined || restOf(value, mediaFields) !== undefined) return native(block);
  return { part: { type: "file", source } };
}

function readAudio(value: JsonObject, _path: string, block: JsonObject): ReadBlock {
  const mediaType = mediaTypeOf("audio", value.format);
  const source = mediaType === undefined ? undefined : readSource(value.source, mediaType);
  if (source === undefined || restOf(value, mediaFields) !== undefined) return native(block);
  return { part: { type: "audio", source } };
}

const documentFields = new Set(["format", "name", "source", "context", "citations"]);

function readDocument(value: JsonObject, path: string, block: JsonObject): ReadBlock {
  // Text alone may come without a format.
  const mediaType = mediaTypeOf("document", value.format ?? "txt");
  const source = mediaType === undefined ? undefined : readSource(value.source, mediaType);
  if (source === undefined || restOf(value, documentFields) !== undefined) return native(block);
  const part: FilePart = {
    type: "file",
    source,
    title: needed(text(value.name, `${path}.name`), `${path}.name`),
  };
  const context = text(value.context, `${path}.context`);
  if (context !== undefined) part.context = context;
  const citations = object(value.citations, `${path}.citations`);
  const enabled = flag(citations?.enabled, `${path}.citations.enabled`);
  if (enabled !== undefined) part.citations = enabled;
  return { part };
}

const toolUseFields = new Set(["toolUseId", "name", "input", "type"]);

function readToolUse(value: JsonObject, path: string, block: JsonObject): ReadBlock {
  // A call that the service runs itself (`server_tool_use`).
  if (!isOrdinaryCall(value)) return native(block);
  return {
    part: {
      type: "tool-call",
      id: needed(text(value.toolUseId, `${path}.toolUseId`), `${path}.toolUseId`),
      name: readName(needed(text(value.name, `${path}.name`), `${path}.name`)),
      arguments: argumentsText(needed(value.input, `${path}.input`), { param: `${path}.input` }),
      kind: "function",
    },
    rest: restOf(value, toolUseFields),
  };
}

/** Answers say `tool_use` of a call that the client is to run; requests say nothing. */
export function isOrdinaryCall(toolUse: JsonObject): boolean {
  return toolUse.type === undefined || toolUse.type === null || toolUse.type === "tool_use";
}

const toolResultFields = new Set(["toolUseId", "content", "status"]);

function readToolResult(value: JsonObject, path: string, block: JsonObject): ReadBlock {
  // The result of a call that the service ran (`nova_code_interpreter_result`).
  if (typeof value.type === "string") return native(block);
  const part: ToolResultPart = {
    type: "tool-result",
    callId: needed(text(value.toolUseId, `${path}.toolUseId`), `${path}.toolUseId`),
    content: [],
  };
  const status = text(value.status, `${path}.status`);
  if (status !== undefined) part.isError = status === "error";
  let rest = restOf(value, toolResultFields);
  const content = list(value.content, `${path}.content`) ?? [];
  for (const [index, inner] of content.entries()) {
    const at = `${path}.content[${index}]`;
    if (isObject(inner) && inner.json !== undefined) {
      // Every other format has text only; towards Bedrock it goes back as it came.
      part.content.push({ type: "text", text: argumentsText(inner.json, { param: `${at}.json` }) });
      rest = { ...rest, content };
      continue;
    }
    const read = readBlock(inner, at);
    if ("part" in read && read.rest === undefined) part.content.push(read.part);
    else if (isObject(inner)) part.content.push(native(inner).part);
  }
  return { part, rest };
}

function readReasoning(value: JsonObject, path: string, block: JsonObject): ReadBlock | ReadState {
  if (typeof value.redactedContent === "string") {
    const read = readRedacted(value.redactedContent, BEDROCK);
    if (read === undefined) return native(block);
    if (!("as" in read)) return hidden(read);
    if (read.as === "native") return { part: read.part };
    return read.as === "signature" ? { stateOfPrevious: read.opaque } : hidden(read.opaque);
  }
  const at = `${path}.reasoningText`;
  const thought = object(value.reasoningText, at);
  if (thought === undefined) return native(block);
  const part: Part = { type: "reasoning", text: needed(text(thought.text, `${at}.text`), at) };
  const signature = text(thought.signature, `${at}.signature`);
  if (signature !== undefined && signature !== "") {
    part.signature = readSignature(signature, BEDROCK);
  }
  return { part };
}

function hidden(signature: Opaque): ReadBlock {
  return { part: { type: "reasoning", text: "", redacted: true, signature } };
}

function readCitations(value: JsonObject, _path: string, block: JsonObject): ReadBlock {
  const cited = readCited(value);
  if (cited === undefined) return native(block);
  const part: TextPart = { type: "text", text: cited.text };
  if (cited.citations.length > 0) part.citations = cited.citations;
  return { part };
}
