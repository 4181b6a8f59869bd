/** OpenAI's legacy completions. https://developers.openai.com/api/reference/resources/completions */
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { Dialect, WriteContext, WrittenRequest } from "../dialect.ts";
import { passThrough } from "./pass-through.ts";
import { readAnswer, readStream } from "./read-answer.ts";
import { checkTranslation, readRequest } from "./read-request.ts";
import { DIALECT, validateRequest } from "./wire.ts";
import { writeAnswer, writeStream } from "./write-answer.ts";

export const openaiCompletions: Dialect = {
  name: DIALECT,
  framing: "sse",
  readRequest,
  checkRequest: (body) => {
    validateRequest(body);
  },
  checkTranslation,
  writeRequest,
  readAnswer,
  readStream,
  writeAnswer,
  writeStream,
  passThrough,
};

/**
 * A completion goes back as it came. A chat has no place here: its turns would have to be put into one text,
 * with marks that each model knows differently. Throws `model.no_endpoint`.
 */
function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const [turn] = request.turns;
  const [part] = turn?.parts ?? [];
  if (request.extra?.dialect !== DIALECT || part?.type !== "text") {
    throw new Failure("model.no_endpoint", {
      message: "The model completes text and does not chat: use POST /v1/completions.",
      param: "model",
    });
  }
  const body: JsonObject = { model: context.model, prompt: part.text, ...request.extra.fields };
  if (request.maxOutputTokens !== undefined) body.max_tokens = request.maxOutputTokens;
  if (request.temperature !== undefined) body.temperature = request.temperature;
  if (request.topP !== undefined) body.top_p = request.topP;
  if (request.choices !== undefined) body.n = request.choices;
  if (request.stop !== undefined) body.stop = request.stop;
  if (request.presencePenalty !== undefined) body.presence_penalty = request.presencePenalty;
  if (request.frequencyPenalty !== undefined) body.frequency_penalty = request.frequencyPenalty;
  if (request.seed !== undefined) body.seed = request.seed;
  if (request.user !== undefined) body.user = request.user;
  if (request.stream) body.stream = true;
  if (request.streamUsage === true) body.stream_options = { include_usage: true };
  return { body, warnings: [] };
}
