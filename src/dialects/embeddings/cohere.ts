/** POST /v2/embed, as a provider is asked. https://docs.cohere.com/reference/embed */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { EmbeddingsAnswer, EmbeddingsRequest } from "../../core/operations.ts";
import type { Usage } from "../../core/usage.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { answerList, type OperationFormat } from "../operation.ts";
import { checkCount, readVector } from "./vectors.ts";

export const cohereEmbeddings: OperationFormat<"embeddings"> = {
  readRequest: notRead,
  writeRequest,
  readAnswer,
  writeAnswer: notRead,
};

/** No surface of Parley's speaks it. */
function notRead(): never {
  throw new Failure("model.no_endpoint");
}

function writeRequest(request: EmbeddingsRequest, context: WriteContext): WrittenRequest {
  const texts = request.inputs.map((entry) => {
    if (entry.kind === "text") return entry.text;
    throw new Failure("request.not_expressible", {
      message: "Cohere makes embeddings of text; token numbers belong to one vendor's tokenizer.",
      param: "input",
    });
  });
  const { task = "search_document", dimensions, user } = request;
  const body: JsonObject = {
    model: context.model,
    texts,
    // Required for every model since v3. What is stored to be found is the field's commonest use.
    input_type: task === "similarity" ? "clustering" : task,
    embedding_types: ["float"],
  };
  if (dimensions !== undefined) body.output_dimension = dimensions;
  const warnings =
    user === undefined
      ? []
      : [{ code: "field_dropped", message: "Cohere has no field for `user`.", param: "user" }];
  return { body, warnings };
}

function readAnswer(body: JsonObject, request: EmbeddingsRequest): EmbeddingsAnswer {
  const { embeddings, meta } = body;
  const vectors = answerList(isObject(embeddings) ? embeddings.float : embeddings).map(readVector);
  checkCount(vectors.length, request.inputs.length);
  return { vectors, usage: readUsage(isObject(meta) ? meta : {}) };
}

function readUsage(meta: JsonObject): Usage | undefined {
  const units = isObject(meta.billed_units) ? meta.billed_units : meta.tokens;
  if (!isObject(units) || typeof units.input_tokens !== "number") return undefined;
  return { input: units.input_tokens, output: 0, reported: meta };
}
