/**
 * Media by Bedrock's own names of formats.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_VideoBlock.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_AudioBlock.html
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Source } from "../../core/request.ts";

export type Medium = "image" | "document" | "video" | "audio";

/** Format → media type, the one that is written first where several formats share it. */
const formats: Readonly<Record<Medium, Readonly<Record<string, string>>>> = {
  image: { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" },
  document: {
    pdf: "application/pdf",
    csv: "text/csv",
    doc: "application/msword",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xls: "application/vnd.ms-excel",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    html: "text/html",
    txt: "text/plain",
    md: "text/markdown",
  },
  video: {
    mp4: "video/mp4",
    mov: "video/quicktime",
    mkv: "video/x-matroska",
    webm: "video/webm",
    flv: "video/x-flv",
    mpeg: "video/mpeg",
    mpg: "video/mpg",
    wmv: "video/x-ms-wmv",
    three_gp: "video/3gpp",
  },
  audio: {
    mp3: "audio/mpeg",
    opus: "audio/opus",
    wav: "audio/wav",
    aac: "audio/aac",
    flac: "audio/flac",
    mp4: "audio/mp4",
    ogg: "audio/ogg",
    mkv: "audio/x-matroska",
    m4a: "audio/m4a",
    mpga: "audio/mpga",
    pcm: "audio/pcm",
    webm: "audio/webm",
    mka: "audio/mka",
    mpeg: "audio/x-mpeg",
  },
};

/** Other names that the same types go by. */
const aliases: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/mp3": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/x-m4a": "audio/m4a",
  "text/x-markdown": "text/markdown",
  "application/csv": "text/csv",
};

const byType: Readonly<Record<Medium, ReadonlyMap<string, string>>> = {
  image: inverted(formats.image),
  document: inverted(formats.document),
  video: inverted(formats.video),
  audio: inverted(formats.audio),
};

function inverted(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).map(([format, type]) => [type, format]));
}

export function mediaTypeOf(medium: Medium, format: Json | undefined): string | undefined {
  const table = formats[medium];
  return typeof format === "string" && Object.hasOwn(table, format) ? table[format] : undefined;
}

/** Bedrock's format; of a type that it does not name, nothing. Any other text is a document of plain text. */
export function formatOf(medium: Medium, mediaType: string): string | undefined {
  const plain = (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
  const known = byType[medium].get(aliases[plain] ?? plain);
  if (known !== undefined || medium !== "document") return known;
  return plain.startsWith("text/") || textTypes.has(plain) ? "txt" : undefined;
}

const textTypes: ReadonlySet<string> = new Set([
  "application/json",
  "application/xml",
  "application/yaml",
]);

/** Formats that may stand in the name of a file that S3 holds. */
export function formatOfUri(medium: Medium, uri: string): string | undefined {
  const extension = uri.slice(uri.lastIndexOf(".") + 1).toLowerCase();
  const format = extension === "jpg" ? "jpeg" : extension === "3gp" ? "three_gp" : extension;
  return Object.hasOwn(formats[medium], format) ? format : undefined;
}

/** Nothing for a source that has no canonical form (S3 with an owner, a document of blocks). */
export function readSource(source: Json | undefined, mediaType: string): Source | undefined {
  if (!isObject(source)) return undefined;
  if (typeof source.bytes === "string") return { kind: "bytes", mediaType, data: source.bytes };
  if (typeof source.text === "string") return { kind: "text", mediaType, text: source.text };
  const s3 = source.s3Location;
  if (!isObject(s3) || typeof s3.uri !== "string" || Object.keys(s3).length > 1) return undefined;
  return { kind: "url", url: s3.uri, mediaType };
}

/** Bytes and type of a `data:` URL in base64. */
export function dataUrl(url: string): { mediaType: string; data: string } | undefined {
  if (!url.startsWith("data:")) return undefined;
  const comma = url.indexOf(",");
  const head = url.slice("data:".length, comma);
  if (comma < 0 || !head.endsWith(";base64")) return undefined;
  return { mediaType: head.slice(0, head.indexOf(";")), data: url.slice(comma + 1) };
}

export function s3Location(uri: string): JsonObject {
  return { s3Location: { uri } };
}
