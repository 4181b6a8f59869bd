/** OpenAI's Responses format, in both directions. */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { validateRequest } from "./wire.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { writeStream } from "./write-stream.ts";

export { echoOf } from "./echo.ts";

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
