/** Canonical parts as a message's content. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { CacheMark, FilePart, Part, Source } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext } from "../dialect.ts";
import { isFrom, writeGoogleContent } from "./opaque.ts";
import { audioFormat } from "./read-parts.ts";
import type { Warnings } from "./warnings.ts";
import { dialectName } from "./wire.ts";

/** What the writers of one request share. */
export interface Scope {
  context: WriteContext;
  warnings: Warnings;
}

/** One plain text as a string, everything else as parts. */
export function writeContent(parts: readonly Part[], path: string, scope: Scope): Json {
  const written = parts
    .map((part, index) => writePart(part, `${path}[${index}]`, scope))
    .filter((part) => part !== undefined);
  const [only] = written;
  const plain = written.length === 1 && only?.type === "text" && Object.keys(only).length === 2;
  return plain && only.text !== undefined ? only.text : written;
}

/** Undefined where the part has no form here and a warning says so. */
function writePart(part: Part, path: string, scope: Scope): JsonObject | undefined {
  switch (part.type) {
    case "text": {
      const text: JsonObject = { type: "text", text: part.text, ...writeMark(part.cache, scope) };
      if (part.citations !== undefined) {
        scope.warnings.add(
          "citations_dropped",
          "Citations of earlier answers have no place in a chat request and were left out.",
          path,
        );
      }
      if (part.signature !== undefined) {
        if (isFrom(part.signature, scope.context.origin)) {
          text.extra_content = writeGoogleContent(part.signature);
        } else warnForeignState(scope, path);
      }
      return text;
    }
    case "refusal":
      return { type: "refusal", refusal: part.text };
    case "image": {
      if (part.signature !== undefined) warnForeignState(scope, path);
      const image: JsonObject = { url: writeUrl(part.source, path) };
      if (part.detail !== undefined) image.detail = part.detail;
      return { type: "image_url", image_url: image, ...writeMark(part.cache, scope) };
    }
    case "audio": {
      if (part.source.kind !== "bytes") throw notExpressible(path, "Audio can only be sent whole");
      const { data, mediaType } = part.source;
      return { type: "input_audio", input_audio: { data, format: audioFormat(mediaType) } };
    }
    case "file":
      return writeFile(part, path, scope);
    case "native":
      if (part.dialect === dialectName) return part.value;
      scope.warnings.add(
        "part_dropped",
        `A part that only ${part.dialect} can express was left out.`,
        path,
      );
      return undefined;
    default:
      throw notExpressible(path, `A ${part.type} cannot stand here`);
  }
}

function writeFile(part: FilePart, path: string, scope: Scope): JsonObject {
  const { source } = part;
  const mark = writeMark(part.cache, scope);
  const filename = part.filename ?? part.title;
  if (part.context !== undefined || part.citations) {
    scope.warnings.add(
      "document_options_dropped",
      "A document's context and the wish for citations have no place in a chat request and were left out.",
      path,
    );
  }
  if (source.kind === "text") {
    const title = filename === undefined ? "" : `${filename}\n\n`;
    scope.warnings.add("document_as_text", "A text document was sent as text.", path);
    return { type: "text", text: title + source.text, ...mark };
  }
  const byUrl = source.kind === "url" || scope.context.manners?.fileUrl === "document_url";
  if (byUrl && source.kind !== "provider-file") {
    return writeFileUrl(writeUrl(source, path), filename, path, scope, mark);
  }
  const file: JsonObject = {};
  if (source.kind === "bytes") file.file_data = writeUrl(source, path);
  else if (
    source.origin === undefined ||
    source.origin.provider === scope.context.origin.provider
  ) {
    file.file_id = source.id;
  } else throw notExpressible(path, `The file ${source.id} is kept by ${source.origin.provider}`);
  if (filename !== undefined) file.filename = filename;
  return { type: "file", file, ...mark };
}

function writeFileUrl(
  url: string,
  filename: string | undefined,
  path: string,
  scope: Scope,
  mark: JsonObject,
): JsonObject {
  const form = scope.context.manners?.fileUrl;
  if (form === undefined) throw notExpressible(path, "This provider takes no file by its address");
  if (form === "document_url") {
    const document: JsonObject = { type: "document_url", document_url: url, ...mark };
    if (filename !== undefined) document.document_name = filename;
    return document;
  }
  const file: JsonObject = { file_data: url };
  if (filename !== undefined) file.filename = filename;
  return { type: "file", file, ...mark };
}

/** The fields that mark the end of what may be cached, where the vendor reads them. */
export function writeMark(cache: CacheMark | undefined, scope: Scope): JsonObject {
  if (cache === undefined) return {};
  if (cache.native !== undefined && cache.dialect === dialectName) {
    return { prompt_cache_breakpoint: cache.native };
  }
  if (scope.context.manners?.cacheMarks === "cache_control") {
    const control: JsonObject = { type: "ephemeral" };
    if (cache.ttl !== undefined) control.ttl = cache.ttl;
    return { cache_control: control };
  }
  scope.warnings.add(
    "cache_marks_dropped",
    "This provider reads no prompt-cache marks; they were left out.",
  );
  return {};
}

/** An image or file as one URL: bytes become a data URL. */
function writeUrl(source: Source, path: string): string {
  if (source.kind === "url") return source.url;
  if (source.kind === "bytes") return `data:${source.mediaType};base64,${source.data}`;
  throw notExpressible(path, "Only bytes or an address can be sent");
}

export function warnForeignState(scope: Scope, path: string): void {
  scope.warnings.add(
    "foreign_state_dropped",
    "Opaque state (a signature or encrypted reasoning) of another provider was left out: it would be refused.",
    path,
  );
}

export function notExpressible(param: string, message: string): Failure {
  return new Failure("request.not_expressible", { message: `${message} (${param}).`, param });
}
