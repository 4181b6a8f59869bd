/** POST /v1/rerank, as Jina began it and many servers answer. https://api.jina.ai/redoc#tag/rerank */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { RerankAnswer, RerankRequest } from "../../core/operations.ts";
import type { AnswerContext, WriteContext, WrittenRequest } from "../dialect.ts";
import { type OperationFormat, readInputUsage, textOf } from "../operation.ts";
import { readRequest, readResults } from "./wire.ts";

export const jinaRerank: OperationFormat<"rerank"> = {
  forwards: true,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  isAsAsked: (body) => Array.isArray(body.results),
};

function writeRequest(request: RerankRequest, context: WriteContext): WrittenRequest {
  const { query, documents, topN, returnDocuments } = request;
  const body: JsonObject = { model: context.model, query, documents };
  if (topN !== undefined) body.top_n = topN;
  if (returnDocuments) body.return_documents = true;
  return { body, warnings: [] };
}

function readAnswer(body: JsonObject, request: RerankRequest): RerankAnswer {
  const { meta } = body;
  const counted = isObject(meta) ? (meta.tokens ?? meta.billed_units) : undefined;
  return {
    id: textOf(body.id),
    model: textOf(body.model),
    // Servers that keep to the shape of OpenAI's lists put them under `data`.
    results: readResults(body.results ?? body.data, request),
    usage: readInputUsage(body.usage) ?? readInputUsage(counted),
  };
}

/** Cohere's fields and Jina's in one: each client finds its own. */
function writeAnswer(
  { id, results, usage, searchUnits }: RerankAnswer,
  { documents, returnDocuments }: RerankRequest,
  context: AnswerContext,
): JsonObject {
  return {
    id: id ?? context.id,
    object: "list",
    model: context.model,
    results: results.map(({ index, score }) => {
      const document = documents[index] ?? "";
      return {
        index,
        relevance_score: score,
        ...(returnDocuments && {
          document: typeof document === "string" ? { text: document } : document,
        }),
      };
    }),
    ...(searchUnits === undefined
      ? { usage: { total_tokens: usage?.input ?? 0 } }
      : { meta: { billed_units: { search_units: searchUnits } } }),
  };
}
