/** Canonical parts as the content of a message or of a tool's result. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { CacheMark, FilePart, ImagePart, Part, Source } from "../../core/request.ts";
import { isFrom } from "./opaque.ts";
import { dialectName } from "./wire.ts";
import { notExpressible, type Writing } from "./writing.ts";

/** One plain text as a string, everything else as parts. */
export function writeContent(parts: readonly Part[], path: string, writing: Writing): Json {
  const written = parts
    .map((part, index) => writePart(part, `${path}[${index}]`, writing))
    .filter((part) => part !== undefined);
  const [only] = written;
  const plain =
    written.length === 1 && only?.type === "input_text" && Object.keys(only).length === 2;
  return plain && only.text !== undefined ? only.text : written;
}

/** Undefined where the part has no form here and a warning says so. */
export function writePart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case "text":
      if (part.signature !== undefined) writing.warnState(path);
      return { type: "input_text", text: part.text, ...writeMark(part.cache, writing) };
    case "refusal":
      return { type: "input_text", text: part.text };
    case "image":
      return writeImage(part, path, writing);
    case "audio": {
      if (part.source.kind !== "bytes") throw notExpressible(path, "Audio can only be sent whole");
      const { data, mediaType } = part.source;
      const format = mediaType === "audio/mpeg" ? "mp3" : mediaType.replace("audio/", "");
      return { type: "input_audio", input_audio: { data, format } };
    }
    case "file":
      return writeFile(part, path, writing);
    case "native":
      if (part.dialect === dialectName && isFrom(part.origin, writing.context.origin)) {
        return part.value;
      }
      writing.warn(
        "part_dropped",
        `A part that only ${part.origin?.provider ?? part.dialect} can read was left out.`,
        path,
      );
      return undefined;
    default:
      throw notExpressible(path, `A ${part.type} cannot stand here`);
  }
}

export function writeImage(part: ImagePart, path: string, writing: Writing): JsonObject {
  if (part.signature !== undefined) writing.warnState(path);
  const { source } = part;
  const image: JsonObject = { type: "input_image" };
  if (source.kind === "provider-file") image.file_id = fileId(source, path, writing);
  else image.image_url = writeUrl(source, path);
  // The API's schema requires it; "auto" is its default.
  const detail = part.detail ?? (writing.own ? undefined : "auto");
  if (detail !== undefined) image.detail = detail;
  return { ...image, ...writeMark(part.cache, writing) };
}

function writeFile(part: FilePart, path: string, writing: Writing): JsonObject {
  const { source } = part;
  const filename = part.filename ?? part.title;
  if (part.context !== undefined || part.citations) {
    writing.warn(
      "document_options_dropped",
      "A document's context and the wish for citations have no place in a Responses request and were left out.",
      path,
    );
  }
  const mark = writeMark(part.cache, writing);
  if (source.kind === "text") {
    const title = filename === undefined ? "" : `${filename}\n\n`;
    writing.warn("document_as_text", "A text document was sent as text.", path);
    return { type: "input_text", text: title + source.text, ...mark };
  }
  const file: JsonObject = { type: "input_file" };
  if (source.kind === "url") file.file_url = source.url;
  else if (source.kind === "provider-file") file.file_id = fileId(source, path, writing);
  else {
    file.file_data = writeUrl(source, path);
    // Whole files must have a name, by which the API knows their type.
    if (filename === undefined && !writing.own) file.filename = defaultName(source.mediaType);
  }
  if (filename !== undefined && (source.kind === "bytes" || writing.own)) file.filename = filename;
  return { ...file, ...mark };
}

function defaultName(mediaType: string): string {
  const extension = { "text/plain": "txt", "text/markdown": "md" }[mediaType];
  return `document.${extension ?? mediaType.slice(mediaType.indexOf("/") + 1)}`;
}

/** A file that a provider holds is known to it alone. */
function fileId(
  source: Extract<Source, { kind: "provider-file" }>,
  path: string,
  writing: Writing,
): string {
  if (isFrom(source.origin, writing.context.origin)) return source.id;
  throw notExpressible(path, `The file ${source.id} is kept by ${source.origin?.provider}`);
}

/** Bytes become a data URL. */
function writeUrl(source: Source, path: string): string {
  if (source.kind === "url") return source.url;
  if (source.kind === "bytes") return `data:${source.mediaType};base64,${source.data}`;
  throw notExpressible(path, "Only bytes or an address can be sent");
}

/** OpenAI's own mark, which chat and Responses share. */
export function writeMark(cache: CacheMark | undefined, writing: Writing): JsonObject {
  if (cache === undefined) return {};
  if (cache.native !== undefined && cache.dialect?.startsWith("openai-")) {
    return { prompt_cache_breakpoint: cache.native };
  }
  writing.warn(
    "cache_marks_dropped",
    "This provider caches prompts by itself; the marks were left out.",
  );
  return {};
}
