/**
 * Grounding, citations and log probabilities of a candidate, as far as they have a canonical form; the
 * objects themselves are kept beside it.
 * https://ai.google.dev/api/generate-content#GroundingMetadata, #CitationMetadata, #LogprobsResult
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Citation } from "../../core/request.ts";

/** `text`: the answer's text so far, on which Google counts bytes of UTF-8. */
export function readCitations(candidate: JsonObject, text: string): Citation[] {
  return [
    ...supports(candidate.groundingMetadata, text),
    ...quotes(candidate.citationMetadata, text),
  ];
}

function supports(metadata: Json | undefined, text: string): Citation[] {
  if (!isObject(metadata) || !Array.isArray(metadata.groundingSupports)) return [];
  const chunks = Array.isArray(metadata.groundingChunks) ? metadata.groundingChunks : [];
  return metadata.groundingSupports.flatMap((support) => {
    if (!isObject(support) || !Array.isArray(support.groundingChunkIndices)) return [];
    const segment = isObject(support.segment) ? support.segment : {};
    return support.groundingChunkIndices.flatMap((index) => {
      const chunk = typeof index === "number" ? chunks[index] : undefined;
      if (!isObject(chunk)) return [];
      return [
        { ...sourceOf(chunk), ...spanOf(segment, text), reported: support, dialect: "gemini" },
      ];
    });
  });
}

function sourceOf(chunk: JsonObject): Citation {
  const source = Object.values(chunk).find(isObject) ?? {};
  return {
    ...(typeof source.title === "string" ? { title: source.title } : {}),
    ...(typeof source.uri === "string" ? { url: source.uri } : {}),
    ...(typeof source.text === "string" ? { text: source.text } : {}),
  };
}

function quotes(metadata: Json | undefined, text: string): Citation[] {
  const list = isObject(metadata) ? (metadata.citations ?? metadata.citationSources) : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((quote) => ({
    ...(typeof quote.title === "string" ? { title: quote.title } : {}),
    ...(typeof quote.uri === "string" ? { url: quote.uri } : {}),
    ...spanOf(quote, text),
    reported: quote,
    dialect: "gemini",
  }));
}

/** Bytes as characters; nothing where they do not lie in the text. */
function spanOf(segment: JsonObject, text: string): { start?: number; end?: number } {
  if (typeof segment.endIndex !== "number") return {};
  const from = typeof segment.startIndex === "number" ? segment.startIndex : 0;
  const bytes = Buffer.from(text, "utf8");
  if (segment.endIndex > bytes.length || from > segment.endIndex) return {};
  const start = bytes.toString("utf8", 0, from).length;
  const end = start + bytes.toString("utf8", from, segment.endIndex).length;
  const quoted = segment.text;
  return typeof quoted === "string" && text.slice(start, end) !== quoted ? {} : { start, end };
}

/** `groundingMetadata` that says what other vendors' citations say, on this text; nothing without any. */
export function writeGrounding(
  citations: readonly Citation[],
  text: string,
): JsonObject | undefined {
  if (citations.length === 0) return undefined;
  const chunks: JsonObject[] = [];
  const supported = citations.map((citation): JsonObject => {
    chunks.push(chunkOf(citation));
    const start = citation.start ?? 0;
    const end = citation.end ?? text.length;
    const segment: JsonObject = {
      endIndex: Buffer.byteLength(text.slice(0, end)),
      text: text.slice(start, end),
    };
    if (start > 0) segment.startIndex = Buffer.byteLength(text.slice(0, start));
    return { segment, groundingChunkIndices: [chunks.length - 1] };
  });
  return { groundingChunks: chunks, groundingSupports: supported };
}

function chunkOf(citation: Citation): JsonObject {
  const source: JsonObject = {};
  if (citation.url !== undefined) source.uri = citation.url;
  if (citation.title !== undefined) source.title = citation.title;
  if (citation.url !== undefined && citation.text === undefined) return { web: source };
  if (citation.text !== undefined) source.text = citation.text;
  return { retrievedContext: source };
}

/** Web searches that Google ran for the answer: it charges by the query. https://ai.google.dev/gemini-api/docs/google-search#pricing */
export function searchesIn(metadata: Json | undefined): number {
  if (!isObject(metadata) || !Array.isArray(metadata.webSearchQueries)) return 0;
  return metadata.webSearchQueries.filter((query) => query !== "").length;
}

/** Chat's entries for the tokens of `logprobsResult`. */
export function readLogprobs(result: Json | undefined): Json[] {
  if (!isObject(result) || !Array.isArray(result.chosenCandidates)) return [];
  const tops = Array.isArray(result.topCandidates) ? result.topCandidates : [];
  return result.chosenCandidates.filter(isObject).map((chosen, index) => {
    const top = tops[index];
    const others = isObject(top) && Array.isArray(top.candidates) ? top.candidates : [];
    return { ...entryOf(chosen), top_logprobs: others.filter(isObject).map(entryOf) };
  });
}

function entryOf(token: JsonObject): JsonObject {
  const text = typeof token.token === "string" ? token.token : "";
  const logprob = typeof token.logProbability === "number" ? token.logProbability : 0;
  return { token: text, logprob, bytes: [...Buffer.from(text, "utf8")] };
}

/** `logprobsResult` of chat's entries; nothing without any. */
export function writeLogprobs(entries: readonly Json[]): JsonObject | undefined {
  const tokens = entries.filter(isObject);
  if (tokens.length === 0) return undefined;
  const result: JsonObject = { chosenCandidates: tokens.map(candidateOf) };
  const tops = tokens.map((entry): JsonObject => {
    const list = Array.isArray(entry.top_logprobs) ? entry.top_logprobs : [];
    return { candidates: list.filter(isObject).map(candidateOf) };
  });
  if (tops.some((top) => Array.isArray(top.candidates) && top.candidates.length > 0))
    result.topCandidates = tops;
  return result;
}

function candidateOf(entry: JsonObject): JsonObject {
  return { token: entry.token ?? "", logProbability: entry.logprob ?? 0 };
}
