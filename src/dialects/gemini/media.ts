/** `inlineData` and `fileData` as sources, and back. https://ai.google.dev/api/caching#Part */
import type { Json, JsonObject } from "../../core/json.ts";
import type { AudioPart, FilePart, ImagePart, Source } from "../../core/request.ts";
import { messageAt, missing, textAt } from "./wire.ts";

const FILES = "https://generativelanguage.googleapis.com/";

/** The part that holds the data: by its media type an image, audio, or else a file. */
export function readMedia(
  part: JsonObject,
  param: string,
): ImagePart | AudioPart | FilePart | undefined {
  const inline = messageAt(part.inlineData, `${param}.inlineData`);
  if (inline !== undefined) {
    const mediaType = textAt(inline.mimeType, `${param}.inlineData.mimeType`);
    const data = textAt(inline.data, `${param}.inlineData.data`);
    if (mediaType === undefined) throw missing(`${param}.inlineData.mimeType`);
    if (data === undefined) throw missing(`${param}.inlineData.data`);
    return typed({ kind: "bytes", mediaType, data }, mediaType, inline.displayName);
  }
  const file = messageAt(part.fileData, `${param}.fileData`);
  if (file === undefined) return undefined;
  const uri = textAt(file.fileUri, `${param}.fileData.fileUri`);
  const mediaType = textAt(file.mimeType, `${param}.fileData.mimeType`);
  if (uri === undefined) throw missing(`${param}.fileData.fileUri`);
  const known = mediaType === undefined ? {} : { mediaType };
  const source: Source = isHeldByGoogle(uri)
    ? { kind: "provider-file", id: uri, ...known }
    : { kind: "url", url: uri, ...known };
  return typed(source, mediaType ?? "", file.displayName);
}

/** Whether the part's label, if it has one, has a place in canonical form. */
export function labelFits(part: JsonObject, param: string): boolean {
  const data =
    messageAt(part.inlineData, `${param}.inlineData`) ??
    messageAt(part.fileData, `${param}.fileData`);
  if (data?.displayName === undefined) return true;
  return typeof data.mimeType === "string" && !/^(?:image|audio)\//.test(data.mimeType);
}

function typed(
  source: Source,
  mediaType: string,
  label: Json | undefined,
): ImagePart | AudioPart | FilePart {
  if (mediaType.startsWith("image/")) return { type: "image", source };
  if (mediaType.startsWith("audio/")) return { type: "audio", source };
  return { type: "file", source, ...(typeof label === "string" ? { filename: label } : {}) };
}

/** Files of the Files API and of Cloud Storage: only Google can open these. */
export function isHeldByGoogle(uri: string): boolean {
  return uri.startsWith("gs://") || uri.startsWith(FILES) || uri.startsWith("files/");
}

/** The URI that `fileUri` takes: a file's bare name is made whole. */
export function fileUri(id: string): string {
  return id.startsWith("files/") ? `${FILES}v1beta/${id}` : id;
}

/** Types that Gemini documents for files, by the ending of a name. https://ai.google.dev/gemini-api/docs/file-input-methods */
const byEnding: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  bmp: "image/bmp",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  html: "text/html",
  css: "text/css",
  csv: "text/csv",
  xml: "text/xml",
  rtf: "text/rtf",
  json: "application/json",
  mp3: "audio/mp3",
  wav: "audio/wav",
  aac: "audio/aac",
  ogg: "audio/ogg",
  flac: "audio/flac",
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
};

/** The media type that a URL's path tells, if any. */
export function mediaTypeOf(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : byEnding[path.slice(dot + 1).toLowerCase()];
}

/** YouTube is read by the model itself. https://ai.google.dev/gemini-api/docs/video-understanding#youtube */
export function isYouTube(url: string): boolean {
  return /^https:\/\/(?:(?:www|m)\.)?(?:youtube\.com|youtu\.be)\//.test(url);
}

/** What a `data:` URL holds. */
export function dataUrl(url: string): { mediaType: string; data: string } | undefined {
  if (!url.startsWith("data:")) return undefined;
  const comma = url.indexOf(",");
  if (comma < 0) return undefined;
  const head = url.slice("data:".length, comma);
  const rest = url.slice(comma + 1);
  const mediaType = head.split(";", 1)[0] || "text/plain";
  if (head.endsWith(";base64")) return { mediaType, data: rest };
  return { mediaType, data: Buffer.from(decodeURIComponent(rest)).toString("base64") };
}
