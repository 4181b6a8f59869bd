/** `:countTokens`. https://ai.google.dev/api/tokens */
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { RequestContext, WriteContext, WrittenRequest } from "../dialect.ts";
import { gemini } from "../gemini/index.ts";
import { camel, messageAt } from "../gemini/wire.ts";
import type { OperationFormat } from "../operation.ts";

export const geminiCount: OperationFormat<"count-tokens"> = {
  readRequest,
  writeRequest,
  readAnswer(body) {
    if (typeof body.totalTokens !== "number") throw new Failure("upstream.shape_unknown");
    return { input: body.totalTokens };
  },
  writeAnswer: ({ input }) => ({ totalTokens: input }),
};

/** The contents alone, or a whole request with its instruction and tools. */
function readRequest(body: JsonObject, context?: RequestContext): ChatRequest {
  const whole = messageAt(camel(body).generateContentRequest, "generateContentRequest");
  return gemini.readRequest(whole ?? body, context);
}

function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const { body } = gemini.writeRequest(request, context);
  const model = context.model.startsWith("models/") ? context.model : `models/${context.model}`;
  return { body: { generateContentRequest: { ...body, model } }, warnings: [] };
}
