/** Cited text. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { DIALECT } from "./wire.ts";

/** The whole object stays in `reported`: its span is one of the source, in one of several ways of counting. */
export function readCitation(reported: JsonObject): Citation {
  const citation: Citation = { reported, dialect: DIALECT };
  const quoted = textOf(reported.sourceContent);
  if (quoted !== undefined && quoted !== "") citation.text = quoted;
  if (typeof reported.title === "string") citation.title = reported.title;
  const { location } = reported;
  if (!isObject(location)) return citation;
  for (const where of Object.values(location)) {
    if (!isObject(where)) continue;
    if (typeof where.url === "string") citation.url = where.url;
    if (typeof where.documentIndex === "number") citation.document = where.documentIndex;
  }
  return citation;
}

/** A list of `{text}` as one text; nothing where it is something else. */
function textOf(content: Json | undefined): string | undefined {
  if (!Array.isArray(content)) return undefined;
  let text = "";
  for (const piece of content) {
    if (!isObject(piece) || typeof piece.text !== "string") return undefined;
    text += piece.text;
  }
  return text;
}

const fields = new Set(["content", "citations"]);

/** Text and citations of a `citationsContent`; nothing where it holds what has no canonical form. */
export function readCited(block: JsonObject): { text: string; citations: Citation[] } | undefined {
  const text = textOf(block.content ?? []);
  const citations = block.citations ?? [];
  if (text === undefined || !Array.isArray(citations) || restOf(block, fields) !== undefined) {
    return undefined;
  }
  return { text, citations: citations.filter(isObject).map(readCitation) };
}

/** The citation for a client. */
export function writeCitation(citation: Citation): JsonObject {
  const { reported } = citation;
  if (citation.dialect === DIALECT && isObject(reported)) return reported;
  const written: JsonObject = {};
  if (citation.title !== undefined) written.title = citation.title;
  if (citation.text !== undefined) written.sourceContent = [{ text: citation.text }];
  if (citation.url !== undefined) written.location = { web: { url: citation.url } };
  else if (citation.document !== undefined) {
    written.location = { documentChar: { documentIndex: citation.document } };
  }
  return written;
}
