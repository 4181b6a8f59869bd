/**
 * OpenAI's Responses format, in both directions. A request that is read and written again means the same,
 * put in one way: `input` as items, messages with their `type`, a text alone as a string, what is null or
 * empty left out, a function's default strictness said, a finished item's `status` left to its default.
 */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { validateRequest } from "./wire.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { writeStream } from "./write-stream.ts";

export { echoOf } from "./echo.ts";
export { pendingResponse } from "./response-object.ts";

export const openaiResponses: Dialect = {
  name: "openai-responses",
  framing: "sse",
  readRequest,
  checkRequest: (body) => validateRequest(body),
  writeRequest,
  readAnswer,
  readStream,
  writeAnswer,
  writeStream,
};
