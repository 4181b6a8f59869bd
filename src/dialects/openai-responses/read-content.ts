/** A message's or tool result's content as canonical parts. */
import type { Json } from "../../core/json.ts";
import type { CacheMark, FilePart, ImagePart, Part, Source, TextPart } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { readCitations } from "./citations.ts";
import { dialectName, object, type WireContent, type WirePart } from "./wire.ts";

/** `path` is the content's own: `input[0].content`. */
export function readContent(content: WireContent, path: string): Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => readPart(part, `${path}[${index}]`));
}

function readPart(part: WirePart, path: string): Part {
  switch (part.type) {
    case "input_text": {
      const text: TextPart = { type: "text", text: part.text };
      return marked(text, part);
    }
    case "output_text": {
      const text: TextPart = { type: "text", text: part.text };
      const kept = object(part);
      const citations = readCitations(kept.annotations, kept.provider_citations);
      if (citations.length > 0) text.citations = citations;
      return text;
    }
    case "refusal":
      return { type: "refusal", text: part.refusal };
    case "input_image":
      return readImage(part, path);
    case "input_file":
      return readFile(part, path);
    case "input_audio": {
      const { data, format } = part.input_audio;
      const mediaType = format === "mp3" ? "audio/mpeg" : `audio/${format}`;
      return { type: "audio", source: { kind: "bytes", mediaType, data } };
    }
    default:
      return { type: "native", dialect: dialectName, value: object(part) };
  }
}

function readImage(part: Extract<WirePart, { type: "input_image" }>, path: string): ImagePart {
  const source: Source = part.image_url
    ? urlSource(part.image_url)
    : { kind: "provider-file", id: part.file_id ?? "" };
  if (!part.image_url && !part.file_id) throw missing(path, ["image_url", "file_id"]);
  const image: ImagePart = { type: "image", source };
  if (part.detail != null) image.detail = part.detail;
  return marked(image, part);
}

function readFile(part: Extract<WirePart, { type: "input_file" }>, path: string): FilePart {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  if (!data && !url && !id) throw missing(path, ["file_data", "file_url", "file_id"]);
  const source: Source = data
    ? fileSource(data, filename ?? "")
    : url
      ? { kind: "url", url }
      : { kind: "provider-file", id: id ?? "" };
  const file: FilePart = { type: "file", source };
  if (filename != null) file.filename = filename;
  return marked(file, part);
}

function missing(path: string, fields: readonly string[]): Failure {
  return new Failure("request.field_missing", {
    message: `One of ${fields.map((field) => `${path}.${field}`).join(", ")} is required.`,
    param: `${path}.${fields[0]}`,
  });
}

function marked<T extends TextPart | ImagePart | FilePart>(
  part: T,
  wire: { prompt_cache_breakpoint?: Record<string, unknown> | null },
): T {
  if (wire.prompt_cache_breakpoint != null) {
    const cache: CacheMark = {
      dialect: dialectName,
      native: object(wire.prompt_cache_breakpoint),
    };
    part.cache = cache;
  }
  return part;
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

const fileTypes: Readonly<Record<string, string>> = {
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
};

/** `file_data` is a data URL or bare base64, which is taken for PDF where the name says nothing. */
function fileSource(data: string, filename: string): Source {
  if (data.startsWith("data:")) return urlSource(data);
  const extension = filename.slice(filename.lastIndexOf(".") + 1).toLowerCase();
  return { kind: "bytes", mediaType: fileTypes[extension] ?? "application/pdf", data };
}

/** Whether a native block stands inside a message; otherwise it is an item of its own. */
export function isContentBlock(value: Json | undefined): boolean {
  return (
    typeof value === "string" &&
    (/^(input|output)_/.test(value) ||
      value === "computer_screenshot" ||
      value === "encrypted_content")
  );
}
