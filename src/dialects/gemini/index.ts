/** Google's `generateContent`, in both directions. https://ai.google.dev/api/generate-content */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { writeStream } from "./write-stream.ts";

export const gemini: Dialect = {
  name: "gemini",
  framing: "sse",
  readRequest,
  writeRequest,
  readAnswer,
  readStream,
  writeAnswer,
  writeStream,
};
