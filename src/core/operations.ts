/** What models do besides chatting, in canonical form: one request, one whole answer. */
import type { JsonObject } from "./json.ts";
import type { ChatRequest } from "./request.ts";
import type { Usage } from "./usage.ts";

/** The request and the answer of each operation. A new one adds its line. */
export interface OperationTypes {
  embeddings: { request: EmbeddingsRequest; answer: EmbeddingsAnswer };
  moderations: { request: ModerationsRequest; answer: ModerationsAnswer };
  rerank: { request: RerankRequest; answer: RerankAnswer };
  compact: { request: CompactRequest; answer: CompactAnswer };
  "count-tokens": { request: ChatRequest; answer: TokenCount };
}

export type OperationName = keyof OperationTypes;

/** What every answer may tell of itself. */
export interface AnswerFacts {
  model?: string;
  usage?: Usage;
}

export interface EmbeddingsRequest {
  inputs: EmbeddingInput[];
  /** Numbers a vector is to have. */
  dimensions?: number;
  /** How the client wants vectors: numbers, or little-endian 32-bit floats in base64. */
  encoding: "float" | "base64";
  task?: EmbeddingTask;
  user?: string;
}

/** What the vectors are for, where the client says it. */
export type EmbeddingTask =
  | "search_document"
  | "search_query"
  | "classification"
  | "clustering"
  | "similarity";

export type EmbeddingInput =
  | { kind: "text"; text: string; title?: string }
  | { kind: "tokens"; tokens: number[] }
  /** Content that only one format can say (Gemini's parts with images), as sent. */
  | { kind: "native"; format: string; value: JsonObject };

export interface EmbeddingsAnswer extends AnswerFacts {
  /** One for each input, in their order. */
  vectors: number[][];
}

/** The only format is OpenAI's: the input is kept as sent. */
export interface ModerationsRequest {
  body: JsonObject;
  /** How many results are owed. */
  inputs: number;
}

export interface ModerationsAnswer extends AnswerFacts {
  body: JsonObject;
}

export interface RerankRequest {
  query: string;
  /** Texts; a document of several fields is kept as sent. */
  documents: (string | JsonObject)[];
  topN?: number;
  returnDocuments: boolean;
  maxTokensPerDocument?: number;
}

export interface RerankAnswer extends AnswerFacts {
  id?: string;
  /** Best first. `index` is the document's place in the request. */
  results: { index: number; score: number }[];
  /** Cohere's unit of billing. */
  searchUnits?: number;
}

/** The only format is OpenAI's: a conversation as Responses has it, kept as sent. */
export interface CompactRequest {
  body: JsonObject;
}

export interface CompactAnswer extends AnswerFacts {
  body: JsonObject;
}

export interface TokenCount extends AnswerFacts {
  input: number;
}
