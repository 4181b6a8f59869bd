/**
 * Citations. Chat knows `annotations` of type `url_citation`. What does not fit there (quoted text,
 * documents, spans left out) stands in full in the extension field `provider_citations`, beside the
 * annotations that could be made of it.
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";
import { dialectName } from "./wire.ts";

export interface WireCitations {
  annotations?: JsonObject[];
  provider_citations?: JsonObject[];
}

export function writeCitations(citations: readonly Citation[]): WireCitations {
  const written: WireCitations = {};
  const annotations = citations.filter((each) => each.url !== undefined).map(annotation);
  if (annotations.length > 0) written.annotations = annotations;
  if (!citations.every(fits)) written.provider_citations = citations.map(entry);
  return written;
}

/** The citations of a message or delta; `other`: annotations that are none. */
export function readCitations(
  annotations: Json | undefined,
  entries: Json | undefined,
): { citations: Citation[]; other: Json[] } {
  const list = Array.isArray(annotations) ? annotations : [];
  const read = list.map(readAnnotation);
  const other = list.filter((_, index) => read[index] === undefined);
  const full = Array.isArray(entries) ? entries.filter(isObject).map(readEntry) : [];
  const citations = full.length > 0 ? full : read.filter((each) => each !== undefined);
  return { citations, other };
}

function fits(citation: Citation): boolean {
  const { url, title, start, end } = citation;
  if ([url, title, start, end].includes(undefined)) return false;
  return !("text" in citation || "document" in citation || "reported" in citation);
}

/** All four fields are required by OpenAI's schema and by SDKs; an unknown span is the empty one at 0, as OpenRouter sends it. */
function annotation({ url = "", title = url, start = 0, end = 0 }: Citation): JsonObject {
  return {
    type: "url_citation",
    url_citation: { url, title, start_index: start, end_index: end },
  };
}

function entry(citation: Citation): JsonObject {
  const { text, title, url, document, start, end, reported, dialect } = citation;
  const fields = { text, title, url, document, start_index: start, end_index: end };
  const written: JsonObject = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) written[key] = value;
  if (reported !== undefined) written.reported = reported;
  if (dialect !== undefined) written.dialect = dialect;
  return written;
}

function readEntry(value: JsonObject): Citation {
  const citation: Citation = {};
  if (typeof value.text === "string") citation.text = value.text;
  if (typeof value.title === "string") citation.title = value.title;
  if (typeof value.url === "string") citation.url = value.url;
  if (typeof value.document === "number") citation.document = value.document;
  if (typeof value.start_index === "number") citation.start = value.start_index;
  if (typeof value.end_index === "number") citation.end = value.end_index;
  if (value.reported !== undefined) citation.reported = value.reported;
  if (typeof value.dialect === "string") citation.dialect = value.dialect;
  return citation;
}

function readAnnotation(value: Json): Citation | undefined {
  if (!isObject(value) || value.type !== "url_citation" || !isObject(value.url_citation)) return;
  const { url, title, start_index, end_index, content, ...rest } = value.url_citation;
  const citation: Citation = {};
  if (typeof url === "string") citation.url = url;
  if (typeof title === "string") citation.title = title;
  if (typeof start_index === "number") citation.start = start_index;
  if (typeof end_index === "number") citation.end = end_index;
  if (typeof content === "string") citation.text = content;
  if (Object.keys(rest).length > 0) {
    citation.reported = value;
    citation.dialect = dialectName;
  }
  return citation;
}
