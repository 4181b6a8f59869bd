/** Images and documents. https://docs.cohere.com/docs/image-inputs https://docs.cohere.com/docs/retrieval-augmented-generation-rag */
import type { JsonObject } from "../../core/json.ts";
import type { FilePart, ImagePart } from "../../core/request.ts";
import { notExpressible } from "./writing.ts";

/** Throws `request.not_expressible` for what is neither bytes nor an address. */
export function writeImage(part: ImagePart, path: string): JsonObject {
  const image: JsonObject = { url: urlOf(part, path) };
  if (part.detail !== undefined) image.detail = part.detail;
  return { type: "image_url", image_url: image };
}

function urlOf({ source }: ImagePart, path: string): string {
  switch (source.kind) {
    case "url":
      return source.url;
    case "bytes":
      return `data:${source.mediaType};base64,${source.data}`;
    case "provider-file":
      throw notExpressible(path, "The file is held by another provider.");
    case "text":
      throw notExpressible(path, "An image cannot be text.");
  }
}

const textTypes: ReadonlySet<string> = new Set([
  "application/json",
  "application/xml",
  "application/yaml",
]);

/** Cohere takes documents as text, beside the messages. Throws `request.not_expressible` for any other. */
export function writeDocument(part: FilePart, path: string): JsonObject {
  const data: JsonObject = {};
  const title = part.title ?? part.filename;
  if (title !== undefined) data.title = title;
  if (part.context !== undefined) data.context = part.context;
  data.text = textOf(part, path);
  return { data };
}

function textOf({ source }: FilePart, path: string): string {
  switch (source.kind) {
    case "text":
      return source.text;
    case "bytes": {
      const type = source.mediaType.split(";", 1)[0] ?? "";
      if (type.startsWith("text/") || textTypes.has(type)) {
        return Buffer.from(source.data, "base64").toString("utf8");
      }
      throw notExpressible(path, `Cohere takes documents as text, not ${type.slice(0, 100)}.`);
    }
    default:
      throw notExpressible(path, "Cohere takes documents as text; send the text itself.");
  }
}
