/**
 * Citations. A web page is an `url_citation`; another of this format's annotations (`file_citation`,
 * `container_file_citation`, `file_path`) is kept as reported. What they cannot say (quoted text, documents)
 * stands in an extension field: `provider_citation` of the annotation or, where there is no page to name,
 * `provider_citations` of the text.
 * https://developers.openai.com/api/reference/resources/responses
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";
import { dialectName, string } from "./wire.ts";

const plain: ReadonlySet<string> = new Set(["type", "url", "title", "start_index", "end_index"]);

export function readAnnotation(value: Json): Citation | undefined {
  if (!isObject(value)) return undefined;
  if (isObject(value.provider_citation)) return readEntry(value.provider_citation);
  const citation: Citation = {};
  const title = string(value.title) ?? string(value.filename);
  if (typeof value.url === "string") citation.url = value.url;
  if (title !== undefined) citation.title = title;
  if (typeof value.start_index === "number") citation.start = value.start_index;
  if (typeof value.end_index === "number") citation.end = value.end_index;
  const simple = value.type === "url_citation" && Object.keys(value).every((key) => plain.has(key));
  if (!simple || Object.keys(value).length < plain.size || title !== value.title) {
    citation.reported = value;
    citation.dialect = dialectName;
  }
  return citation;
}

/** The citations of a whole text: annotations, and what stands beside them. */
export function readCitations(
  annotations: Json | undefined,
  entries: Json | undefined,
): Citation[] {
  const list = (Array.isArray(annotations) ? annotations : []).map(readAnnotation);
  const more = (Array.isArray(entries) ? entries : []).map(readEntry);
  return [...list, ...more].filter((each) => each !== undefined);
}

/** As an annotation that any client knows; undefined where none can be made. */
export function writeAnnotation(citation: Citation): JsonObject | undefined {
  const { url, title = url, start = 0, end = 0, reported, dialect } = citation;
  if (dialect === dialectName && isObject(reported)) return reported;
  if (url === undefined || title === undefined) return undefined;
  return { type: "url_citation", url, title, start_index: start, end_index: end };
}

/** For a client: what the annotation leaves unsaid stands in its extension field `provider_citation`. */
export function clientAnnotation(citation: Citation): JsonObject | undefined {
  const annotation = writeAnnotation(citation);
  if (annotation === undefined || annotation === citation.reported || isPlain(citation)) {
    return annotation;
  }
  return { ...annotation, provider_citation: writeEntry(citation) };
}

function isPlain(citation: Citation): boolean {
  const fields = ["url", "title", "start", "end"];
  return fields.every((key) => key in citation) && Object.keys(citation).length === fields.length;
}

/** An entry of `provider_citations`. */
export function writeEntry(citation: Citation): JsonObject {
  const { text, title, url, document, start, end, reported, dialect } = citation;
  const fields = { text, title, url, document, start_index: start, end_index: end };
  const written: JsonObject = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) written[key] = value;
  if (reported !== undefined) written.reported = reported;
  if (dialect !== undefined) written.dialect = dialect;
  return written;
}

function readEntry(value: Json): Citation | undefined {
  if (!isObject(value)) return undefined;
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
