/** Canonical parts as a request's content blocks. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  AudioPart,
  Citation,
  FilePart,
  ImagePart,
  NativePart,
  Opaque,
  Part,
  ReasoningPart,
  Source,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../core/request.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { TOOL_USE_FIELDS } from "./read-blocks.ts";
import { belongsTo, cacheControl, DIALECT } from "./wire.ts";
import { notExpressible, type Writing } from "./writing.ts";

/**
 * The block of a part; nothing for a part that says nothing or may not be sent, which is then warned of.
 * Throws `request.not_expressible` and `tool.arguments_unrepresentable`.
 */
export function writeBlock(part: Part, path: string, writing: Writing): JsonObject | undefined {
  if (part.type !== "reasoning" && "signature" in part) warnOfState(part.signature, path, writing);
  switch (part.type) {
    case "text":
      return writeText(part, path, writing);
    case "refusal":
      return part.text === "" ? undefined : { type: "text", text: part.text };
    case "image":
      return writeImage(part, path, writing);
    case "file":
      return writeFile(part, path, writing);
    case "reasoning":
      return writeReasoning(part, path, writing);
    case "tool-call":
      return writeToolCall(part, path, writing);
    case "tool-result":
      return writeToolResult(part, path, writing);
    case "native":
      return writeNative(part, path, writing);
    case "audio":
      return writeAudio(part, path, writing);
  }
}

/** State that another provider attached to a part (Gemini's thought signature) stays with its maker. */
function warnOfState(state: Opaque | undefined, path: string, writing: Writing): void {
  if (state === undefined || belongsTo(state.origin, writing.context.origin)) return;
  writing.warn("state_dropped", path, "State that another provider attached was left out.");
}

function writeAudio(part: AudioPart, path: string, writing: Writing): JsonObject {
  const { transcript } = part;
  if (transcript === undefined || transcript === "") {
    throw notExpressible(path, "Claude does not take audio.");
  }
  writing.warn("content_moved", path, "Audio was sent as its transcript.");
  return { type: "text", text: transcript };
}

/** Empty text is left out: the API refuses it, and it says nothing. */
function writeText(part: TextPart, path: string, writing: Writing): JsonObject | undefined {
  if (part.text === "") return undefined;
  const block: JsonObject = { type: "text", text: part.text };
  if (part.citations !== undefined) {
    const citations = part.citations.flatMap((citation) => ownCitation(citation));
    if (citations.length < part.citations.length) {
      writing.warn(
        "state_dropped",
        `${path}.citations`,
        "Citations of another provider are not sent.",
      );
    }
    if (citations.length > 0) block.citations = citations;
  }
  if (part.cache !== undefined) block.cache_control = cacheControl(part.cache);
  return block;
}

/** A citation as this vendor gave it: one that Parley translated (it has no `encrypted_index`) is refused. */
function ownCitation(citation: Citation): Json[] {
  const { reported } = citation;
  if (citation.dialect !== DIALECT || !isObject(reported)) return [];
  return reported.encrypted_index === "" ? [] : [reported];
}

function writeImage(part: ImagePart, path: string, writing: Writing): JsonObject {
  const source = imageSource(part.source, path, writing);
  if (part.detail !== undefined && part.detail !== "auto") {
    writing.warn("parameter_not_carried", `${path}.detail`, "Claude has no image detail setting.");
  }
  const block: JsonObject = { type: "image", source };
  if (part.cache !== undefined) block.cache_control = cacheControl(part.cache);
  return block;
}

function imageSource(source: Source, path: string, writing: Writing): JsonObject {
  switch (source.kind) {
    case "bytes":
      return { type: "base64", media_type: source.mediaType, data: source.data };
    case "url":
      return dataUrl(source.url) ?? { type: "url", url: source.url };
    case "provider-file":
      return providerFile(source, path, writing);
    case "text":
      throw notExpressible(path, "An image cannot be text.");
  }
}

/** A `data:` URL's bytes: the API fetches web addresses only. */
function dataUrl(url: string): JsonObject | undefined {
  if (!url.startsWith("data:")) return undefined;
  const comma = url.indexOf(",");
  const head = url.slice("data:".length, comma);
  if (comma < 0 || !head.endsWith(";base64")) return undefined;
  const mediaType = head.slice(0, head.indexOf(";"));
  return { type: "base64", media_type: mediaType, data: url.slice(comma + 1) };
}

function providerFile(
  source: Extract<Source, { kind: "provider-file" }>,
  path: string,
  writing: Writing,
): JsonObject {
  const { origin } = source;
  const here =
    origin === undefined ? writing.own : origin.provider === writing.context.origin.provider;
  if (!here) throw notExpressible(path, "The file is held by another provider.");
  return { type: "file", file_id: source.id };
}

function writeFile(part: FilePart, path: string, writing: Writing): JsonObject {
  const block: JsonObject = {
    type: "document",
    source: documentSource(part.source, path, writing),
  };
  const title = part.title ?? part.filename;
  if (title !== undefined) block.title = title;
  if (part.context !== undefined) block.context = part.context;
  if (part.citations !== undefined) block.citations = { enabled: part.citations };
  if (part.cache !== undefined) block.cache_control = cacheControl(part.cache);
  return block;
}

/** https://platform.claude.com/docs/en/build-with-claude/pdf-support: PDFs as bytes, all else as plain text. */
function documentSource(source: Source, path: string, writing: Writing): JsonObject {
  switch (source.kind) {
    case "text":
      return { type: "text", media_type: "text/plain", data: source.text };
    case "url":
      return fromDataUrl(source.url, path) ?? { type: "url", url: source.url };
    case "provider-file":
      return providerFile(source, path, writing);
    case "bytes":
      return documentBytes(source.mediaType, source.data, path, writing.own);
  }
}

function fromDataUrl(url: string, path: string): JsonObject | undefined {
  const read = dataUrl(url);
  if (typeof read?.media_type !== "string" || typeof read.data !== "string") return undefined;
  return documentBytes(read.media_type, read.data, path, false);
}

const textTypes: ReadonlySet<string> = new Set([
  "application/json",
  "application/xml",
  "application/yaml",
]);

function documentBytes(
  mediaType: string,
  data: string,
  path: string,
  literal: boolean,
): JsonObject {
  const type = mediaType.split(";", 1)[0] ?? mediaType;
  if (literal || type === "application/pdf") {
    return { type: "base64", media_type: mediaType, data };
  }
  if (type.startsWith("text/") || textTypes.has(type)) {
    const text = Buffer.from(data, "base64").toString("utf8");
    return { type: "text", media_type: "text/plain", data: text };
  }
  throw notExpressible(path, `Claude takes PDF and text documents, not ${type}.`);
}

/** Thinking goes back whole and to its maker only: the API refuses a thought without a valid signature. */
function writeReasoning(
  part: ReasoningPart,
  path: string,
  writing: Writing,
): JsonObject | undefined {
  const { signature } = part;
  if (signature === undefined || !belongsTo(signature.origin, writing.context.origin)) {
    if (part.text !== "" || signature !== undefined) {
      writing.warn(
        "state_dropped",
        path,
        signature === undefined
          ? "Reasoning without a signature cannot be sent back to Claude and was left out."
          : "Reasoning made by another provider cannot be sent to Claude and was left out.",
      );
    }
    return undefined;
  }
  return part.redacted === true
    ? { type: "redacted_thinking", data: signature.value }
    : { type: "thinking", thinking: part.text, signature: signature.value };
}

function writeToolCall(part: ToolCallPart, path: string, writing: Writing): JsonObject {
  if (part.kind === "custom") {
    throw notExpressible(path, "Claude's tools take an object, not free text.");
  }
  const block: JsonObject = {
    type: "tool_use",
    id: writing.ids.write(part.id),
    name: part.name,
    input: argumentsObject(part.arguments, { param: `${path}.arguments` }),
  };
  const { signature } = part;
  if (signature?.kind === TOOL_USE_FIELDS && belongsTo(signature.origin, writing.context.origin)) {
    const fields: Json = JSON.parse(signature.value);
    if (isObject(fields)) Object.assign(block, fields);
  }
  if (part.cache !== undefined) block.cache_control = cacheControl(part.cache);
  return block;
}

function writeToolResult(part: ToolResultPart, path: string, writing: Writing): JsonObject {
  const block: JsonObject = { type: "tool_result", tool_use_id: writing.ids.write(part.callId) };
  const content = part.content.flatMap((inner, index) => {
    const written = writeBlock(inner, `${path}.content[${index}]`, writing);
    return written === undefined ? [] : [written];
  });
  const only = content.length === 1 ? content[0] : undefined;
  if (only !== undefined && only.type === "text" && Object.keys(only).length === 2) {
    block.content = only.text ?? "";
  } else if (content.length > 0) block.content = content;
  if (part.isError !== undefined) block.is_error = part.isError;
  if (part.cache !== undefined) block.cache_control = cacheControl(part.cache);
  return block;
}

/** A block of this vendor's goes back as it came; one of another's stays with its maker. */
function writeNative(part: NativePart, path: string, writing: Writing): JsonObject | undefined {
  const { origin } = part;
  if (
    part.dialect === DIALECT &&
    (origin === undefined || belongsTo(origin, writing.context.origin))
  ) {
    return part.value;
  }
  writing.warn("state_dropped", path, "A block that only its own provider can read was left out.");
  return undefined;
}
