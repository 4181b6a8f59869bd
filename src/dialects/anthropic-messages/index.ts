/** Anthropic's Messages API. https://platform.claude.com/docs/en/api/messages/create */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { MessagesReader } from "./read-stream.ts";
import { DIALECT } from "./wire.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { MessagesWriter } from "./write-stream.ts";

export const anthropicMessages: Dialect = {
  name: DIALECT,
  framing: "sse",
  readRequest,
  writeRequest,
  readAnswer,
  readStream: (context) => new MessagesReader(context),
  writeAnswer,
  writeStream: (context) => new MessagesWriter(context),
};
