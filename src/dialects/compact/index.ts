/**
 * POST /v1/responses/compact: a conversation made shorter by its vendor, which alone can read the result.
 * https://developers.openai.com/api/docs/guides/compaction
 */
import Type from "typebox";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { CompactAnswer, CompactRequest } from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { openaiResponses } from "../openai-responses/index.ts";
import { readUsage } from "../openai-responses/usage.ts";
import { responsesRequestSchema } from "../openai-responses/wire.ts";
import { answerList, type OperationFormat, operation, textOf } from "../operation.ts";
import { compileValidator, type Validator } from "../validate.ts";

const { model, input, instructions, previous_response_id } = responsesRequestSchema.properties;
export const compactSchema = Type.Object({ model, input, instructions, previous_response_id });

const check: Validator<unknown> = compileValidator(compactSchema);

const openai: OperationFormat<"compact"> = {
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer: ({ body }) => body,
};

export const compact = operation("compact", { openai });

function readRequest(body: JsonObject): CompactRequest {
  check(body);
  return { body };
}

/** The items go the way of a response's, so that ids and state reach only their maker; what else is said goes as it is. */
function writeRequest({ body }: CompactRequest, context: WriteContext): WrittenRequest {
  const request = openaiResponses.readRequest(body);
  const { body: written, warnings } = openaiResponses.writeRequest(request, context);
  const sent: JsonObject = { ...body, model: context.model };
  for (const field of ["input", "instructions"] as const) {
    const value = written[field];
    if (value !== undefined) sent[field] = value;
  }
  return { body: sent, warnings };
}

function readAnswer(body: JsonObject): CompactAnswer {
  const output = answerList(body.output);
  if (!output.every(isObject)) throw new Failure("upstream.shape_unknown");
  return { body, model: textOf(body.model), usage: readUsage(body) };
}
