/** Cohere's v2 chat. https://docs.cohere.com/reference/chat */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { CohereReader } from "./read-stream.ts";
import { DIALECT } from "./wire.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { CohereWriter } from "./write-stream.ts";

export const cohere: Dialect = {
  name: DIALECT,
  framing: "sse",
  readRequest,
  writeRequest,
  readAnswer,
  readStream: (context) => new CohereReader(context),
  writeAnswer,
  writeStream: (context) => new CohereWriter(context),
};
