/** Citations. https://platform.claude.com/docs/en/build-with-claude/citations */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";
import { DIALECT } from "./wire.ts";

/** The whole object stays in `reported`: its span is one of the source, in one of five ways of counting. */
export function readCitation(reported: JsonObject): Citation {
  const citation: Citation = { reported, dialect: DIALECT };
  if (typeof reported.cited_text === "string") citation.text = reported.cited_text;
  const title = reported.document_title ?? reported.title;
  if (typeof title === "string") citation.title = title;
  if (typeof reported.url === "string") citation.url = reported.url;
  if (typeof reported.document_index === "number") citation.document = reported.document_index;
  return citation;
}

export function readCitations(value: Json | undefined): Citation[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(isObject).map(readCitation);
}

/** The citation for a client; nothing where there is nothing that it could be shown as. */
export function writeCitation(citation: Citation): JsonObject | undefined {
  const { reported } = citation;
  if (citation.dialect === DIALECT && isObject(reported)) return reported;
  if (citation.url !== undefined) {
    return {
      type: "web_search_result_location",
      url: citation.url,
      title: citation.title ?? null,
      cited_text: citation.text ?? "",
      // Anthropic's own reference into its search results, which another provider does not have.
      encrypted_index: "",
    };
  }
  return isObject(reported) ? reported : undefined;
}
