/** POST /v2/rerank, as a provider is asked. https://docs.cohere.com/reference/rerank */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { RerankAnswer, RerankRequest } from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { type OperationFormat, textOf } from "../operation.ts";
import { readRequest, readResults } from "./wire.ts";

export const cohereRerank: OperationFormat<"rerank"> = {
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer: notWritten,
};

/** Clients are answered in the format that has all of Cohere's fields and more. */
function notWritten(): never {
  throw new Failure("model.no_endpoint");
}

/** Its version 2 takes texts alone and never gives them back. */
function writeRequest(request: RerankRequest, context: WriteContext): WrittenRequest {
  const documents = request.documents.map((document, at) => {
    if (typeof document === "string") return document;
    throw new Failure("request.not_expressible", {
      message: "Cohere ranks texts; write a document of several fields as one text (YAML).",
      param: `documents[${at}]`,
    });
  });
  const { topN, maxTokensPerDocument } = request;
  const body: JsonObject = { model: context.model, query: request.query, documents };
  if (topN !== undefined) body.top_n = topN;
  if (maxTokensPerDocument !== undefined) body.max_tokens_per_doc = maxTokensPerDocument;
  return { body, warnings: [] };
}

function readAnswer(body: JsonObject, request: RerankRequest): RerankAnswer {
  const meta = isObject(body.meta) ? body.meta : {};
  const units = isObject(meta.billed_units) ? meta.billed_units.search_units : undefined;
  return {
    id: textOf(body.id),
    results: readResults(body.results, request),
    ...(typeof units === "number" && {
      searchUnits: units,
      usage: { input: 0, output: 0, reported: meta },
    }),
  };
}
