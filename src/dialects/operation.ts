/**
 * An operation is what a model does besides chatting (embeddings, rerank, …): one request, one whole answer.
 * Each has its wire formats, known in both directions as a dialect's are.
 */

import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { AnswerFacts, OperationName, OperationTypes } from "../core/operations.ts";
import type { Usage } from "../core/usage.ts";
import { Failure } from "../failures/failure.ts";
import type {
  AnswerContext,
  ReadContext,
  RequestContext,
  WriteContext,
  WrittenRequest,
} from "./dialect.ts";
import { errorOf, toFailure } from "./openai-chat/read-errors.ts";

export type OperationFormatName =
  | "openai"
  | "gemini"
  | "gemini-batch"
  | "cohere"
  | "jina"
  | "anthropic-messages";

/** One wire format of one operation, in both directions. */
export interface OperationFormat<K extends OperationName> {
  /** Throws `request.field_missing`, `request.field_type`, `request.field_value` with the field's path. */
  readRequest(body: JsonObject, context?: RequestContext): OperationTypes[K]["request"];
  /** Throws `request.not_expressible` with the field's path. */
  writeRequest(request: OperationTypes[K]["request"], context: WriteContext): WrittenRequest;
  /** Throws what `context.failure` makes of an error in the body, else `upstream.shape_unknown` or `upstream.empty`. */
  readAnswer(
    body: JsonObject,
    request: OperationTypes[K]["request"],
    context: ReadContext,
  ): OperationTypes[K]["answer"];
  writeAnswer(
    answer: OperationTypes[K]["answer"],
    request: OperationTypes[K]["request"],
    context: AnswerContext,
  ): JsonObject;
  /** Between a client and a provider of this format, the bytes of requests and answers flow. */
  forwards?: boolean;
  /** Whether a provider's good answer is what the client asked for as it is. Absent: always. */
  isAsAsked?(body: JsonObject, request: OperationTypes[K]["request"]): boolean;
}

export type OperationFormats<K extends OperationName> = Readonly<
  Partial<Record<OperationFormatName, OperationFormat<K>>>
>;

/** What a provider inside the process does, by operation. */
export type LocalOperations = {
  readonly [K in OperationName]?: (
    request: OperationTypes[K]["request"],
    context: { model: string; signal: AbortSignal },
  ) => Promise<OperationTypes[K]["answer"]>;
};

export interface OperationResult extends AnswerFacts {
  /** The answer for the client; absent where the provider's own bytes are it. */
  body?: JsonObject;
}

/** A request that has been read, whatever its operation. */
export interface OperationCall {
  readonly name: OperationName;
  /** Whether the client's bytes can go to a provider of this format. */
  forwardsTo(format: OperationFormatName): boolean;
  /** The request for a provider. Throws `model.no_endpoint` where the format is not known here, and as the format does. */
  write(format: OperationFormatName, context: WriteContext): WrittenRequest;
  /** Checks a provider's answer and writes it for the client. Throws the answer's failure. */
  answer(
    format: OperationFormatName,
    body: Json,
    context: ReadContext,
    answerContext: AnswerContext,
  ): OperationResult;
  /** The answer of a provider inside the process; undefined where it has no such operation. */
  answerLocally(
    local: LocalOperations,
    context: { model: string; signal: AbortSignal },
    answerContext: () => AnswerContext,
  ): Promise<OperationResult> | undefined;
  /** An answer without asking anybody, where one can be given. */
  estimate?(answerContext: AnswerContext): OperationResult;
}

export interface Operation {
  /** Throws as the format's `readRequest` does. */
  read(
    format: OperationFormatName,
    body: JsonObject,
    context: RequestContext | undefined,
  ): OperationCall;
}

export function operation<K extends OperationName>(
  name: K,
  formats: OperationFormats<K>,
  estimate?: (request: OperationTypes[K]["request"]) => OperationTypes[K]["answer"],
): Operation {
  const formatOf = (format: OperationFormatName): OperationFormat<K> => {
    const found = formats[format];
    if (found === undefined) throw new Failure("model.no_endpoint");
    return found;
  };
  return {
    read(ofClient, body, context) {
      const client = formatOf(ofClient);
      const request = client.readRequest(body, context);
      const written = (
        answer: OperationTypes[K]["answer"],
        answerContext: AnswerContext,
      ): OperationResult => {
        const { model, usage }: AnswerFacts = answer;
        const named = model === undefined ? answerContext : { ...answerContext, model };
        return { model, usage, body: client.writeAnswer(answer, request, named) };
      };
      return {
        name,
        forwardsTo: (format) => format === ofClient && client.forwards === true,
        write: (format, writeContext) => formatOf(format).writeRequest(request, writeContext),
        answer(format, answerBody, readContext, answerContext) {
          const object = answerObject(answerBody, readContext);
          const answer = formatOf(format).readAnswer(object, request, readContext);
          const isSame = format === ofClient && client.forwards === true;
          if (isSame && client.isAsAsked?.(object, request) !== false) {
            const { model, usage }: AnswerFacts = answer;
            return { model, usage };
          }
          return written(answer, answerContext);
        },
        answerLocally(local, localContext, answerContext) {
          const run = local[name];
          return run?.(request, localContext).then((answer) => written(answer, answerContext()));
        },
        ...(estimate !== undefined && {
          estimate: (answerContext: AnswerContext) => written(estimate(request), answerContext),
        }),
      };
    },
  };
}

/** A 200's body as an object that is no error. */
function answerObject(body: Json, context: ReadContext): JsonObject {
  const error = errorOf(body);
  if (error !== undefined) throw toFailure(error, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  if (Object.keys(body).length === 0) throw new Failure("upstream.empty");
  return body;
}

/** The array that an answer is made of. Throws `upstream.shape_unknown`, and `upstream.empty` where nothing is in it. */
export function answerList(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Failure("upstream.shape_unknown");
  if (value.length === 0) throw new Failure("upstream.empty");
  return value;
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Input tokens as OpenAI and those like it tell them. */
export function readInputUsage(reported: Json | undefined): Usage | undefined {
  if (!isObject(reported)) return undefined;
  const input = reported.prompt_tokens ?? reported.input_tokens ?? reported.total_tokens;
  if (typeof input !== "number" || !(input >= 0)) return undefined;
  return { input, output: 0, reported };
}
