/** A whole answer as OpenAI's API gives it (https://platform.openai.com/docs/api-reference/chat/object). */
import type { Event } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { AnswerContext } from "../dialect.ts";
import {
  keptMessageFields,
  writeFinishFields,
  writeHead,
  writeImagePart,
  writeKept,
  writeNativePart,
} from "./answer-parts.ts";
import { writeCitations } from "./citations.ts";
import { writeFinish } from "./finish.ts";
import { type FoldedChoice, type FoldedPart, fold } from "./fold.ts";
import { writeDetails, writeExtraContent } from "./opaque.ts";
import { writeUsage } from "./usage.ts";

export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  const { start, usage, choices } = fold(events);
  const late = choices.map(({ finish }) => writeKept(finish?.answerExtra));
  const body: JsonObject = {
    ...writeHead("chat.completion", start, context),
    choices: choices.map(writeChoice),
  };
  if (usage !== undefined) {
    body.usage = writeUsage(usage);
    if (usage.serviceTier !== undefined) body.service_tier = usage.serviceTier;
  }
  return Object.assign(body, writeKept(start?.extra), ...late);
}

function writeChoice({ index, parts, finish }: FoldedChoice): JsonObject {
  const message = writeMessage(parts);
  const word = finish === undefined ? null : writeFinish(finish.reason, message.refusal !== null);
  const logprobs = (type: "text" | "refusal"): Json[] | null => {
    const all = parts.filter(({ head }) => head.type === type).flatMap((part) => part.logprobs);
    return all.length > 0 ? all : null;
  };
  const content = logprobs("text");
  const refusal = logprobs("refusal");
  return {
    index,
    message: { ...message, ...keptMessageFields(finish) },
    logprobs: content === null && refusal === null ? null : { content, refusal },
    finish_reason: word,
    ...writeFinishFields(finish, word),
  };
}

function writeMessage(parts: readonly FoldedPart[]): JsonObject {
  const text = join(parts, "text");
  const message: JsonObject = { role: "assistant", content: text, refusal: join(parts, "refusal") };
  const citations = writeCitations(parts.flatMap((part) => part.citations));
  message.annotations = citations.annotations ?? [];
  if (citations.provider_citations !== undefined) {
    message.provider_citations = citations.provider_citations;
  }
  writeThoughts(parts, message);
  const calls: JsonObject[] = [];
  const images: JsonObject[] = [];
  const natives: JsonObject[] = [];
  for (const part of parts) {
    const { head, signature } = part;
    if (head.type === "tool-call") {
      const call: JsonObject =
        head.kind === "custom"
          ? { id: head.id, type: "custom", custom: { name: head.name, input: part.text } }
          : { id: head.id, type: "function", function: { name: head.name, arguments: part.text } };
      if (signature !== undefined) call.extra_content = writeExtraContent(signature);
      calls.push(call);
    } else if (head.type === "audio") {
      message.audio = {
        id: head.id ?? "",
        data: part.audio,
        expires_at: head.expiresAt ?? 0,
        transcript: part.text,
      };
    } else if (head.type === "image") images.push(writeImagePart(head));
    else if (head.type === "native") natives.push(writeNativePart(head));
    else if (head.type === "text" && signature !== undefined) {
      message.extra_content = writeExtraContent(signature);
    }
  }
  if (calls.length > 0) message.tool_calls = calls;
  if (images.length > 0) message.images = images;
  if (natives.length > 0) message.provider_parts = natives;
  // An answer that says nothing at all has empty text, as OpenAI has it; null is for tool calls and refusals.
  if (parts.length === 0) message.content = "";
  return message;
}

function writeThoughts(parts: readonly FoldedPart[], message: JsonObject): void {
  const thoughts = parts.flatMap(({ head, text, signature }) =>
    head.type === "reasoning" ? [{ kind: head.kind, text, signature }] : [],
  );
  const text = thoughts.map((thought) => thought.text).join("");
  if (text !== "") message.reasoning_content = text;
  if (thoughts.some(({ kind, signature }) => signature !== undefined || kind === "summary")) {
    message.reasoning_details = thoughts.flatMap((thought, index) => writeDetails(thought, index));
  }
}

function join(parts: readonly FoldedPart[], type: "text" | "refusal"): string | null {
  const found = parts.filter(({ head }) => head.type === type);
  return found.length === 0 ? null : found.map(({ text }) => text).join("");
}
