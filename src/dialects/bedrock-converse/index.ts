/** Bedrock's Converse and ConverseStream. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import type { Dialect } from "../dialect.ts";
import { readAnswer } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { ConverseReader } from "./read-stream.ts";
import { DIALECT } from "./wire.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { ConverseWriter } from "./write-stream.ts";

export const bedrockConverse: Dialect = {
  name: DIALECT,
  framing: "aws-eventstream",
  readRequest,
  writeRequest,
  readAnswer,
  readStream: (context) => new ConverseReader(context),
  writeAnswer,
  writeStream: () => new ConverseWriter(),
};
