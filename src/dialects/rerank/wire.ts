/** What the formats of rerank share. */
import Type from "typebox";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { RerankRequest } from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import { answerList } from "../operation.ts";
import { compileValidator, type Validator } from "../validate.ts";

const optionalInteger = Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]));

export const rerankSchema = Type.Object({
  model: Type.String({ minLength: 1 }),
  query: Type.String({ minLength: 1 }),
  documents: Type.Array(Type.Union([Type.String(), Type.Object({})]), { minItems: 1 }),
  top_n: optionalInteger,
  return_documents: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  max_tokens_per_doc: optionalInteger,
});

type Wire = Type.Static<typeof rerankSchema>;
const check: Validator<Wire> = compileValidator(rerankSchema);

export function readRequest(body: JsonObject): RerankRequest {
  check(body);
  return {
    query: body.query,
    documents: body.documents.map(readDocument),
    ...(typeof body.top_n === "number" && { topN: body.top_n }),
    returnDocuments: body.return_documents === true,
    ...(typeof body.max_tokens_per_doc === "number" && {
      maxTokensPerDocument: body.max_tokens_per_doc,
    }),
  };
}

function readDocument(document: unknown, at: number): string | JsonObject {
  if (typeof document === "string") return document;
  if (isObject(document)) {
    const only = Object.keys(document).length === 1 ? document.text : undefined;
    return typeof only === "string" ? only : document;
  }
  throw new Failure("request.field_type", { param: `documents[${at}]` });
}

/** Throws `upstream.shape_unknown`, also for a document that the request does not have. */
export function readResults(
  value: Json | undefined,
  request: RerankRequest,
): { index: number; score: number }[] {
  const seen = new Set<number>();
  const results = answerList(value).map((entry) => {
    if (!isObject(entry)) throw new Failure("upstream.shape_unknown");
    const { index, relevance_score: score } = entry;
    const known = typeof index === "number" && request.documents[index] !== undefined;
    if (!known || seen.has(index) || typeof score !== "number") {
      throw new Failure("upstream.shape_unknown");
    }
    seen.add(index);
    return { index, score };
  });
  const owed = Math.min(request.topN ?? request.documents.length, request.documents.length);
  if (results.length > owed) throw new Failure("upstream.shape_unknown");
  return results;
}
