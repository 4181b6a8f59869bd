/** POST /v1/embeddings. https://developers.openai.com/api/reference/resources/embeddings */
import Type from "typebox";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  EmbeddingInput,
  EmbeddingsAnswer,
  EmbeddingsRequest,
  EmbeddingTask,
} from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import type { AnswerContext, WriteContext, WrittenRequest } from "../dialect.ts";
import { answerList, type OperationFormat, readInputUsage, textOf } from "../operation.ts";
import { compileValidator, type Validator } from "../validate.ts";
import { checkCount, readVector, toBase64 } from "./vectors.ts";

const tokens = Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 });

export const embeddingsSchema = Type.Object({
  model: Type.String({ minLength: 1 }),
  input: Type.Union([
    Type.String({ minLength: 1 }),
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    tokens,
    Type.Array(tokens, { minItems: 1 }),
  ]),
  dimensions: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  encoding_format: Type.Optional(
    Type.Union([Type.Literal("float"), Type.Literal("base64"), Type.Null()]),
  ),
  user: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

type Wire = Type.Static<typeof embeddingsSchema>;
const check: Validator<Wire> = compileValidator(embeddingsSchema);

const tasks: readonly EmbeddingTask[] = [
  "search_document",
  "search_query",
  "classification",
  "clustering",
  "similarity",
];

export const openaiEmbeddings: OperationFormat<"embeddings"> = {
  forwards: true,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  isAsAsked,
};

function readRequest(body: JsonObject): EmbeddingsRequest {
  const task = taskOf(body.input_type);
  check(body);
  return {
    inputs: readInputs(body.input),
    ...(typeof body.dimensions === "number" && { dimensions: body.dimensions }),
    encoding: body.encoding_format ?? "float",
    ...(task !== undefined && { task }),
    ...(typeof body.user === "string" && { user: body.user }),
  };
}

/** Not OpenAI's: several vendors of its format have taken the field over from Cohere. */
function taskOf(value: Json | undefined): EmbeddingTask | undefined {
  return tasks.find((name) => name === value);
}

function readInputs(input: Wire["input"]): EmbeddingInput[] {
  if (typeof input === "string") return [{ kind: "text", text: input }];
  const inputs: EmbeddingInput[] = [];
  const flat: number[] = [];
  for (const entry of input) {
    if (typeof entry === "string") inputs.push({ kind: "text", text: entry });
    else if (typeof entry === "number") flat.push(entry);
    else inputs.push({ kind: "tokens", tokens: entry });
  }
  return flat.length > 0 ? [{ kind: "tokens", tokens: flat }] : inputs;
}

function writeRequest(request: EmbeddingsRequest, context: WriteContext): WrittenRequest {
  const input = request.inputs.map((entry): Json => {
    if (entry.kind === "text") return entry.text;
    if (entry.kind === "tokens") return entry.tokens;
    throw new Failure("request.not_expressible", {
      message: "The provider makes embeddings of text alone.",
      param: "content",
    });
  });
  const { dimensions, user, encoding } = request;
  const body: JsonObject = { model: context.model, input, encoding_format: encoding };
  if (dimensions !== undefined) body.dimensions = dimensions;
  if (user !== undefined) body.user = user;
  return { body, warnings: [] };
}

function readAnswer(body: JsonObject, request: EmbeddingsRequest): EmbeddingsAnswer {
  const data = answerList(body.data);
  checkCount(data.length, request.inputs.length);
  const vectors = new Map<number, number[]>();
  for (const [place, entry] of data.entries()) {
    if (!isObject(entry)) throw new Failure("upstream.shape_unknown");
    vectors.set(typeof entry.index === "number" ? entry.index : place, readVector(entry.embedding));
  }
  const ordered = request.inputs.map((_, index) => vectors.get(index) ?? missing(index));
  return { vectors: ordered, model: textOf(body.model), usage: readInputUsage(body.usage) };
}

function missing(index: number): never {
  throw new Failure("upstream.shape_unknown", {
    message: `The provider's answer holds no embedding for input ${index}.`,
  });
}

/** Every vector in the way that was asked for; some vendors know only one. */
function isAsAsked(body: JsonObject, { encoding }: EmbeddingsRequest): boolean {
  const written = encoding === "base64" ? "string" : "object";
  return (
    body.object === "list" &&
    isObject(body.usage) &&
    Array.isArray(body.data) &&
    body.data.every((entry) => isObject(entry) && typeof entry.embedding === written)
  );
}

function writeAnswer(
  { vectors, usage }: EmbeddingsAnswer,
  { encoding }: EmbeddingsRequest,
  { model }: AnswerContext,
): JsonObject {
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encoding === "base64" ? toBase64(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: usage?.input ?? 0, total_tokens: usage?.input ?? 0 },
  };
}
