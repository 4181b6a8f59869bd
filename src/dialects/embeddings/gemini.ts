/** `:embedContent` and `:batchEmbedContents`. https://ai.google.dev/api/embeddings */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type {
  EmbeddingInput,
  EmbeddingsAnswer,
  EmbeddingsRequest,
  EmbeddingTask,
} from "../../core/operations.ts";
import type { Usage } from "../../core/usage.ts";
import { Failure } from "../../failures/failure.ts";
import type { RequestContext, WriteContext, WrittenRequest } from "../dialect.ts";
import { camel, messageAt, messagesAt, missing, numberAt, textAt } from "../gemini/wire.ts";
import { answerList, type OperationFormat } from "../operation.ts";
import { checkCount, readVector } from "./vectors.ts";

const taskTypes: Readonly<Record<EmbeddingTask, string>> = {
  search_document: "RETRIEVAL_DOCUMENT",
  search_query: "RETRIEVAL_QUERY",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
  similarity: "SEMANTIC_SIMILARITY",
};

/** Several contents, each in a request of its own. */
export const geminiBatchEmbeddings: OperationFormat<"embeddings"> = {
  readRequest(body: JsonObject, context?: RequestContext): EmbeddingsRequest {
    const requests = messagesAt(camel(body).requests, "requests");
    if (requests.length === 0) throw missing("requests");
    const [first, ...rest] = requests.map((one, at) => readOne(one, `requests[${at}]`, context));
    if (first === undefined) throw missing("requests");
    for (const [at, other] of rest.entries()) {
      if (other.dimensions === first.dimensions && other.task === first.task) continue;
      throw new Failure("request.not_expressible", {
        message: "taskType and outputDimensionality must be the same for all contents of a batch.",
        param: `requests[${at + 1}]`,
      });
    }
    return { ...first, inputs: [first, ...rest].flatMap(({ inputs }) => inputs) };
  },
  writeRequest,
  readAnswer,
  writeAnswer: ({ vectors, usage }) => ({
    embeddings: vectors.map((values) => ({ values })),
    ...writeUsage(usage),
  }),
};

/** One content. */
export const geminiEmbeddings: OperationFormat<"embeddings"> = {
  readRequest: (body, context) => readOne(camel(body), "", context),
  writeRequest,
  readAnswer,
  writeAnswer: ({ vectors, usage }) => ({
    embedding: { values: vectors[0] ?? [] },
    ...writeUsage(usage),
  }),
};

function readOne(source: JsonObject, path: string, context?: RequestContext): EmbeddingsRequest {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const content = messageAt(source.content, at("content"));
  if (content === undefined) throw missing(at("content"));
  // Newer models take them in an object of their own.
  const config = messageAt(source.embedContentConfig, at("embedContentConfig")) ?? source;
  const dimensions = numberAt(config.outputDimensionality, at("outputDimensionality"));
  const title = textAt(config.title, at("title"));
  const task = readTask(textAt(config.taskType, at("taskType")), at("taskType"));
  checkModel(source.model, context, at("model"));
  return {
    inputs: [readContent(content, title, at("content"))],
    encoding: "float",
    ...(dimensions !== undefined && { dimensions }),
    ...(task !== undefined && { task }),
  };
}

/** The body may name the model again, and may not name another. */
function checkModel(named: Json | undefined, context: RequestContext | undefined, param: string) {
  const model = textAt(named, param)?.replace(/^models\//, "");
  if (model === undefined || context?.model === undefined) return;
  if (model === context.model || context.model === `models/${model}`) return;
  throw new Failure("request.field_value", {
    message: `${param} must be the model that the path names.`,
    param,
  });
}

function readTask(name: string | undefined, param: string): EmbeddingTask | undefined {
  if (name === undefined || name === "TASK_TYPE_UNSPECIFIED") return undefined;
  for (const [task, type] of Object.entries(taskTypes)) {
    if (type === name && isTask(task)) return task;
  }
  throw new Failure("request.field_value", {
    message: `${param} must be one of ${Object.values(taskTypes).join(", ")}.`,
    param,
  });
}

function isTask(name: string): name is EmbeddingTask {
  return Object.hasOwn(taskTypes, name);
}

function readContent(content: JsonObject, title: string | undefined, path: string): EmbeddingInput {
  const parts = messagesAt(content.parts, `${path}.parts`);
  if (parts.length === 0) throw missing(`${path}.parts`);
  let text = "";
  for (const part of parts) {
    if (typeof part.text !== "string") return { kind: "native", format: "gemini", value: content };
    text += part.text;
  }
  return title === undefined ? { kind: "text", text } : { kind: "text", text, title };
}

/** One content or many, a batch serves. */
function writeRequest(request: EmbeddingsRequest, context: WriteContext): WrittenRequest {
  const { dimensions, task, user } = request;
  const model = context.model.startsWith("models/") ? context.model : `models/${context.model}`;
  const requests = request.inputs.map((input): JsonObject => {
    const one: JsonObject = { model, content: writeContent(input) };
    if (task !== undefined) one.taskType = taskTypes[task];
    if (input.kind === "text" && input.title !== undefined) one.title = input.title;
    if (dimensions !== undefined) one.outputDimensionality = dimensions;
    return one;
  });
  const warnings =
    user === undefined
      ? []
      : [{ code: "field_dropped", message: "Gemini has no field for `user`.", param: "user" }];
  return { body: { requests }, warnings };
}

function writeContent(input: EmbeddingInput): JsonObject {
  if (input.kind === "text") return { parts: [{ text: input.text }] };
  if (input.kind === "native" && input.format === "gemini") return input.value;
  throw new Failure("request.not_expressible", {
    message: "Gemini makes embeddings of text; token numbers belong to one vendor's tokenizer.",
    param: "input",
  });
}

function readAnswer(body: JsonObject, request: EmbeddingsRequest): EmbeddingsAnswer {
  const embeddings = answerList(body.embeddings);
  checkCount(embeddings.length, request.inputs.length);
  const vectors = embeddings.map((entry) => {
    if (!isObject(entry)) throw new Failure("upstream.shape_unknown");
    return readVector(entry.values);
  });
  return { vectors, usage: readUsage(body.usageMetadata) };
}

function readUsage(reported: Json | undefined): Usage | undefined {
  if (!isObject(reported) || typeof reported.promptTokenCount !== "number") return undefined;
  return { input: reported.promptTokenCount, output: 0, reported };
}

function writeUsage(usage: Usage | undefined): JsonObject {
  if (usage === undefined) return {};
  return { usageMetadata: { promptTokenCount: usage.input, totalTokenCount: usage.input } };
}
