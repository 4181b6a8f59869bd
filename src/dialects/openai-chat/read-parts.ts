/** A message's content as canonical parts. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  CacheMark,
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  Source,
  TextPart,
} from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { readExtraContent } from "./opaque.ts";
import { dialectName, type WireContent, type WirePart } from "./wire.ts";

export interface WireMarks {
  cache_control?: { ttl?: "5m" | "1h" | null } | null;
  prompt_cache_breakpoint?: Record<string, unknown> | null;
}

/** `path` is the content's own: `messages[0].content`. */
export function readContent(content: WireContent, path: string): Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => readPart(part, `${path}[${index}]`));
}

function readPart(part: WirePart, path: string): Part {
  switch (part.type) {
    case "text": {
      const text: TextPart = { type: "text", text: part.text };
      const cache = readMark(part);
      const signature = readExtraContent(json(part.extra_content ?? null));
      if (cache !== undefined) text.cache = cache;
      if (signature !== undefined) text.signature = signature;
      return text;
    }
    case "image_url":
      return readImage(part);
    case "input_audio": {
      const { data, format } = part.input_audio;
      return { type: "audio", source: { kind: "bytes", mediaType: audioType(format), data } };
    }
    case "file":
      return readFile(part, path);
    case "document_url": {
      const file: FilePart = { type: "file", source: urlSource(part.document_url) };
      if (part.document_name != null) file.filename = part.document_name;
      const cache = readMark(part);
      if (cache !== undefined) file.cache = cache;
      return file;
    }
    case "refusal":
      return { type: "refusal", text: part.refusal };
    case "thinking":
      return readThinking(part.thinking);
    default:
      return { type: "native", dialect: dialectName, value: object(part) };
  }
}

function readImage(part: Extract<WirePart, { type: "image_url" }>): ImagePart {
  const { url, detail } =
    typeof part.image_url === "string" ? { url: part.image_url, detail: null } : part.image_url;
  const image: ImagePart = { type: "image", source: urlSource(url) };
  if (detail != null) image.detail = detail;
  const cache = readMark(part);
  if (cache !== undefined) image.cache = cache;
  return image;
}

function readFile(part: Extract<WirePart, { type: "file" }>, path: string): FilePart {
  const { file_data: data, file_id: id, filename } = part.file;
  if (!data && !id) {
    throw new Failure("request.field_missing", {
      message: `${path}.file.file_data or ${path}.file.file_id is required.`,
      param: `${path}.file.file_data`,
    });
  }
  const source: Source = data
    ? fileSource(data, filename)
    : { kind: "provider-file", id: id ?? "" };
  const file: FilePart = { type: "file", source };
  if (filename != null) file.filename = filename;
  const cache = readMark(part);
  if (cache !== undefined) file.cache = cache;
  return file;
}

/** A thought in the content, as Mistral (parts) and Anthropic (a string) write it. */
export function readThinking(thinking: string | readonly Record<string, unknown>[]): ReasoningPart {
  if (typeof thinking === "string") return { type: "reasoning", text: thinking };
  const texts = thinking.map(({ text }) => (typeof text === "string" ? text : ""));
  return { type: "reasoning", text: texts.join("") };
}

/** Image entries of an assistant's message (OpenRouter's `images`). */
export function readImages(images: readonly Json[]): ImagePart[] {
  const parts: ImagePart[] = [];
  for (const entry of images) {
    const url = isObject(entry) && isObject(entry.image_url) ? entry.image_url.url : undefined;
    if (!isObject(entry) || typeof url !== "string") continue;
    const image: ImagePart = { type: "image", source: urlSource(url) };
    const signature = readExtraContent(entry.extra_content);
    if (signature !== undefined) image.signature = signature;
    parts.push(image);
  }
  return parts;
}

export function readMark(marks: WireMarks): CacheMark | undefined {
  const { cache_control: control, prompt_cache_breakpoint: breakpoint } = marks;
  if (breakpoint != null) return { dialect: dialectName, native: object(breakpoint) };
  if (control == null) return undefined;
  return control.ttl == null ? {} : { ttl: control.ttl };
}

/** A base64 data URL as bytes; any other URL as it is. */
export function urlSource(url: string): Source {
  if (!url.startsWith("data:")) return { kind: "url", url };
  const comma = url.indexOf(",");
  const head = comma === -1 ? "" : url.slice("data:".length, comma);
  if (!head.endsWith(";base64")) return { kind: "url", url };
  return {
    kind: "bytes",
    mediaType: head.slice(0, -";base64".length),
    data: url.slice(comma + 1),
  };
}

/** `file_data` is a data URL (OpenAI), bare base64 (also read by OpenAI), or an address (OpenRouter). */
function fileSource(data: string, filename: string | null | undefined): Source {
  if (data.startsWith("data:") || data.startsWith("http://") || data.startsWith("https://")) {
    return urlSource(data);
  }
  return { kind: "bytes", mediaType: mediaTypeOf(filename ?? ""), data };
}

const fileTypes: Readonly<Record<string, string>> = {
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
};

/** PDF is what OpenAI takes bare data for where the name says nothing. */
function mediaTypeOf(filename: string): string {
  const extension = filename.slice(filename.lastIndexOf(".") + 1).toLowerCase();
  return fileTypes[extension] ?? "application/pdf";
}

const audioTypes: Readonly<Record<string, string>> = { mp3: "audio/mpeg", pcm16: "audio/pcm" };

function audioType(format: string): string {
  return audioTypes[format] ?? `audio/${format}`;
}

/** `input_audio.format` of a media type. */
export function audioFormat(mediaType: string): string {
  const known = Object.entries(audioTypes).find(([, type]) => type === mediaType)?.[0];
  return known ?? mediaType.slice(mediaType.indexOf("/") + 1);
}

/** A value that came out of `JSON.parse`, and that its schema left open. */
export function json(value: unknown): Json {
  return isJson(value) ? value : null;
}

export function object(value: Record<string, unknown>): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isJson(value: unknown): value is Json {
  return value === null || ["object", "string", "number", "boolean"].includes(typeof value);
}

function isJsonObject(value: Record<string, unknown>): value is JsonObject {
  return isJson(value);
}
