/** Images, documents, video and audio. Bedrock takes bytes, or what lies in S3; it fetches no web address. */
import type { JsonObject } from "../../core/json.ts";
import type { AudioPart, FilePart, ImagePart, Source } from "../../core/request.ts";
import { dataUrl, formatOf, formatOfUri, type Medium, s3Location } from "./media.ts";
import { notExpressible, type Writing } from "./writing.ts";

interface Written {
  format: string;
  source: JsonObject;
}

export function writeImage(part: ImagePart, path: string, writing: Writing): JsonObject {
  if (part.detail !== undefined && part.detail !== "auto") {
    writing.warn("parameter_not_carried", `${path}.detail`, "Bedrock has no image detail setting.");
  }
  return { image: { ...writeSource("image", part.source, path) } };
}

/** Throws `request.not_expressible` where there is neither a format nor a transcript. */
export function writeAudio(part: AudioPart, path: string, writing: Writing): JsonObject {
  const { transcript } = part;
  if (!writing.own && transcript !== undefined && transcript !== "") {
    writing.warn("content_moved", path, "Audio was sent as its transcript.");
    return { text: transcript };
  }
  return { audio: { ...writeSource("audio", part.source, path) } };
}

/** A document, or a video, by its media type. */
export function writeFile(part: FilePart, path: string, writing: Writing): JsonObject {
  const type = typeOf(part.source);
  if (type?.startsWith("video/")) {
    return { video: { ...writeSource("video", part.source, path) } };
  }
  if (type?.startsWith("image/")) {
    return { image: { ...writeSource("image", part.source, path) } };
  }
  const document: JsonObject = {
    ...writeSource("document", part.source, path),
    name: documentName(part, path, writing),
  };
  if (part.context !== undefined) document.context = part.context;
  if (part.citations !== undefined) document.citations = { enabled: part.citations };
  return { document };
}

function typeOf(source: Source): string | undefined {
  return source.kind === "url"
    ? (source.mediaType ?? dataUrl(source.url)?.mediaType)
    : source.mediaType;
}

/** Throws `request.not_expressible` for a web address, another provider's file, or a format that Bedrock lacks. */
function writeSource(medium: Medium, source: Source, path: string): Written {
  switch (source.kind) {
    case "bytes":
      return {
        format: known(medium, source.mediaType, path),
        source: { bytes: source.data },
      };
    case "text":
      if (medium !== "document") throw notExpressible(path, `Bedrock's ${medium} cannot be text.`);
      return {
        format: formatOf("document", source.mediaType) ?? "txt",
        source: { text: source.text },
      };
    case "provider-file":
      throw notExpressible(path, "Bedrock does not hold files; send the bytes.");
    case "url":
      return fromUrl(medium, source, path);
  }
}

function fromUrl(medium: Medium, source: Extract<Source, { kind: "url" }>, path: string): Written {
  const { url, mediaType } = source;
  const inline = dataUrl(url);
  if (inline !== undefined) {
    return {
      format: known(medium, inline.mediaType, path),
      source: { bytes: inline.data },
    };
  }
  if (!url.startsWith("s3://")) {
    throw notExpressible(
      path,
      "Bedrock fetches no web address; send the bytes or an s3:// address.",
    );
  }
  const format =
    mediaType === undefined ? formatOfUri(medium, url) : known(medium, mediaType, path);
  if (format === undefined) throw notExpressible(path, "The format of the S3 object is not known.");
  return { format, source: s3Location(url) };
}

function known(medium: Medium, mediaType: string, path: string): string {
  const format = formatOf(medium, mediaType);
  if (format !== undefined) return format;
  throw notExpressible(path, `Bedrock takes no ${medium} of type ${mediaType.slice(0, 100)}.`);
}

/**
 * Letters, digits, single blanks, hyphens, parentheses and brackets, 200 at most; a document must have one.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
function documentName(part: FilePart, path: string, writing: Writing): string {
  writing.documents += 1;
  const wanted = part.title ?? part.filename;
  if (wanted === undefined) return `Document ${writing.documents}`;
  if (writing.own) return wanted;
  const name = wanted
    .replace(/[^a-zA-Z0-9\s\-()[\]]/g, "-")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
  if (name !== wanted) {
    writing.warn("parameter_changed", path, "A document's name was put into what Bedrock takes.");
  }
  return name === "" ? `Document ${writing.documents}` : name;
}
