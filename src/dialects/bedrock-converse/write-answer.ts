/** Events folded into one Converse answer. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import type { DeltaEvent, Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Citation, Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext } from "../dialect.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { writeCitation } from "./citations.ts";
import { writeName } from "./names.ts";
import { stopReason } from "./stop-reasons.ts";
import { writeUsage } from "./usage.ts";
import { DIALECT } from "./wire.ts";
import {
  audioBlock,
  imageBlock,
  nativeBlock,
  reasoningBlock,
  redactedContent,
  stateBlock,
} from "./write-content.ts";

/** What a part's events have said so far. */
interface Folded {
  head: PartHead;
  text: string;
  arguments: string;
  audio: string;
  transcript: string;
  citations: Citation[];
  signature?: Opaque;
}

/**
 * The answer has no field for its id and model: SDKs read those of the request and the response's headers.
 * Throws `tool.arguments_unrepresentable` where a call's arguments are not an object that survives.
 */
export function writeAnswer(events: readonly Event[], _context: AnswerContext): JsonObject {
  let finish: FinishEvent | undefined;
  let usage: Usage | undefined;
  const parts = new Map<number, Folded>();
  for (const event of events) {
    if (event.type === "start") continue;
    if (event.type === "usage") usage = event.usage;
    else if (event.choice !== 0) continue;
    else if (event.type === "finish") finish = event;
    else if (event.type === "part-start") parts.set(event.index, opened(event.part));
    else if (event.type === "delta") fold(parts.get(event.index), event);
  }
  const content = [...parts.values()].flatMap(writeFolded);
  return {
    output: { message: { role: "assistant", content } },
    stopReason: finish === undefined ? "end_turn" : stopReason(finish),
    usage: writeUsage(usage),
    ...tierOf(usage),
    ...ownExtra(finish),
  };
}

/** The tier that served, where it is one of Bedrock's. */
export function tierOf(usage: Usage | undefined): JsonObject {
  return usage?.serviceTier === undefined ? {} : { serviceTier: { type: usage.serviceTier } };
}

export function ownExtra(event: StartEvent | FinishEvent | undefined): JsonObject | undefined {
  return event?.extra?.dialect === DIALECT ? event.extra.fields : undefined;
}

function opened(head: PartHead): Folded {
  const folded: Folded = {
    head,
    text: "",
    arguments: "",
    audio: "",
    transcript: "",
    citations: [],
  };
  if (head.type === "image" && head.signature !== undefined) folded.signature = head.signature;
  return folded;
}

function fold(part: Folded | undefined, delta: DeltaEvent): void {
  if (part === undefined) return;
  part.text += delta.text ?? "";
  part.arguments += delta.arguments ?? "";
  part.audio += delta.audio ?? "";
  part.transcript += delta.transcript ?? "";
  if (delta.signature !== undefined) part.signature = delta.signature;
  if (delta.citations !== undefined) part.citations.push(...delta.citations);
}

function writeFolded(part: Folded): JsonObject[] {
  const { head, signature, text } = part;
  switch (head.type) {
    case "reasoning":
      return head.redacted === true
        ? [{ reasoningContent: { redactedContent: redactedContent(signature) } }]
        : [reasoningBlock(text, signature)];
    case "tool-call": {
      const input = argumentsObject(part.arguments, { origin: "provider" });
      const name = writeName(head.name, "output.message.content");
      return withState({ toolUse: { toolUseId: head.id, name, input } }, signature);
    }
    case "text":
      if (text === "" && part.citations.length === 0 && signature === undefined) return [];
      return withState(textBlock(text, part.citations), signature);
    case "refusal":
      return [{ text }];
    case "image":
      return withState(imageBlock(head.source), signature);
    case "audio": {
      const block = audioBlock(head.mediaType, part.audio);
      return part.transcript === "" ? [block] : [{ text: part.transcript }, block];
    }
    case "native":
      return [nativeBlock(head)];
  }
}

function textBlock(text: string, citations: readonly Citation[]): JsonObject {
  if (citations.length === 0) return { text };
  return {
    citationsContent: {
      content: text === "" ? [] : [{ text }],
      citations: citations.map(writeCitation),
    },
  };
}

function withState(block: JsonObject, state: Opaque | undefined): JsonObject[] {
  return state === undefined ? [block] : [block, stateBlock(state)];
}
