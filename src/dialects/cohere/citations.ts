/** Citations: a span of the answer and its sources. https://docs.cohere.com/docs/rag-citations */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";
import { DIALECT } from "./wire.ts";

export function readCitation(reported: JsonObject): Citation {
  const citation: Citation = { reported, dialect: DIALECT };
  if (typeof reported.start === "number") citation.start = reported.start;
  if (typeof reported.end === "number") citation.end = reported.end;
  const source = Array.isArray(reported.sources) ? reported.sources.find(isObject) : undefined;
  if (source === undefined) return citation;
  const document = isObject(source.document) ? source.document : {};
  if (typeof document.title === "string") citation.title = document.title;
  if (typeof document.url === "string") citation.url = document.url;
  // The id that Cohere gives to a document that came without one.
  const index =
    typeof source.id === "string" ? /^doc:([0-9]{1,6})$/.exec(source.id)?.[1] : undefined;
  if (index !== undefined) citation.document = Number(index);
  return citation;
}

/** `index` is the content block's that it stands in. */
export function writeCitation(citation: Citation, index: number): JsonObject {
  const { reported } = citation;
  if (citation.dialect === DIALECT && isObject(reported)) return reported;
  const document: JsonObject = {};
  if (citation.title !== undefined) document.title = citation.title;
  if (citation.url !== undefined) document.url = citation.url;
  if (citation.text !== undefined) document.text = citation.text;
  const id = citation.document === undefined ? (citation.url ?? "") : `doc:${citation.document}`;
  return {
    ...(citation.start === undefined ? {} : { start: citation.start }),
    ...(citation.end === undefined ? {} : { end: citation.end }),
    sources: [{ type: "document", id, document }],
    content_index: index,
    type: "TEXT_CONTENT",
  };
}
