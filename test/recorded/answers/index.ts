/** What recorded bytes say, read by walking their JSON: none of the gateway's dialects has a part in it. */
import type { Json } from "../../../src/core/json.ts";
import type { Answer, Outcome } from "../answer.ts";
import type { Recording, Wire } from "../recording.ts";
import { readChat } from "./chat.ts";
import { readCohere } from "./cohere.ts";
import { readConverse } from "./converse.ts";
import { readGemini } from "./gemini.ts";
import { readMessages } from "./messages.ts";
import { readResponses } from "./responses.ts";

const readers: Readonly<Record<Wire, (payloads: readonly Json[]) => Outcome>> = {
  chat: readChat,
  messages: readMessages,
  gemini: readGemini,
  responses: readResponses,
  converse: readConverse,
  cohere: readCohere,
};

export function readRecorded({ vendor, wire, payloads, status }: Recording): Outcome {
  const outcome = readers[wire](payloads);
  if ("answer" in outcome && tagged.has(vendor)) untag(outcome.answer);
  // The status that came is what counts, not the number that the error gives itself.
  return "failed" in outcome && status >= 300
    ? { failed: { ...outcome.failed, status, inStream: false } }
    : outcome;
}

/**
 * Who leaves thoughts in the text, between tags at its beginning: they are thoughts all the same. Groq is not
 * one of them: there tags are the `raw` format, which the client chooses.
 */
const tagged: ReadonlySet<string> = new Set(["huggingface"]);

function untag(answer: Answer): void {
  const [open, close] = ["<think>", "</think>"];
  const end = answer.text.indexOf(close);
  if (!answer.text.startsWith(open) || end === -1) return;
  answer.reasoning += answer.text.slice(open.length, end);
  answer.text = answer.text.slice(end + close.length);
}
