/** Events folded into one Messages answer. https://platform.claude.com/docs/en/api/messages/create */
import type { DeltaEvent, Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext } from "../dialect.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { writeCitation } from "./citations.ts";
import { TOOL_USE_FIELDS } from "./read-blocks.ts";
import { stopReason } from "./stop-reasons.ts";
import { writeUsage } from "./usage.ts";
import { DIALECT } from "./wire.ts";
import {
  audioBlock,
  imageBlock,
  nativeBlock,
  redactedBlock,
  signatureField,
  stateBlock,
  toolUseBlock,
} from "./write-content.ts";

/** What a part's events have said so far. */
interface Folded {
  head: PartHead;
  text: string;
  arguments: string;
  audio: string;
  transcript: string;
  citations: JsonObject[];
  signature?: Opaque;
}

/** Throws `tool.arguments_unrepresentable` where a call's arguments are not an object that survives. */
export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  let start: StartEvent | undefined;
  let finish: FinishEvent | undefined;
  let usage: Usage | undefined;
  const parts = new Map<number, Folded>();
  for (const event of events) {
    if (event.type === "start") start = event;
    else if (event.type === "usage") usage = event.usage;
    else if (event.choice !== 0) continue;
    else if (event.type === "finish") finish = event;
    else if (event.type === "part-start") parts.set(event.index, opened(event.part));
    else if (event.type === "delta") fold(parts.get(event.index), event);
  }
  return {
    ...messageHead(start, context),
    content: [...parts.values()].flatMap(writeFolded),
    stop_reason: finish === undefined ? null : stopReason(finish),
    stop_sequence: finish?.stopSequence ?? null,
    stop_details: null,
    container: null,
    usage: writeUsage(usage),
    ...ownExtra(start),
    ...ownExtra(finish),
  };
}

/** The fields that begin a message, in a stream as in a whole answer. */
export function messageHead(start: StartEvent | undefined, context: AnswerContext): JsonObject {
  return {
    id: start?.id ?? context.id,
    type: "message",
    role: "assistant",
    model: start?.model ?? context.model,
  };
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
  if (delta.text !== undefined) part.text += delta.text;
  if (delta.arguments !== undefined) part.arguments += delta.arguments;
  if (delta.audio !== undefined) part.audio += delta.audio;
  if (delta.transcript !== undefined) part.transcript += delta.transcript;
  if (delta.signature !== undefined) part.signature = delta.signature;
  for (const citation of delta.citations ?? []) {
    const written = writeCitation(citation);
    if (written !== undefined) part.citations.push(written);
  }
}

function writeFolded(part: Folded): JsonObject[] {
  const { head, signature } = part;
  switch (head.type) {
    case "reasoning":
      if (head.redacted === true) return [redactedBlock(signature)];
      return [
        {
          type: "thinking",
          thinking: part.text,
          signature: signature === undefined ? "" : signatureField(signature),
        },
      ];
    case "tool-call": {
      const input = argumentsObject(part.arguments, { origin: "provider" });
      return withState(toolUseBlock(head, input, signature), signature);
    }
    case "text":
      if (part.text === "" && part.citations.length === 0 && signature === undefined) return [];
      return withState(
        {
          type: "text",
          text: part.text,
          citations: part.citations.length === 0 ? null : part.citations,
        },
        signature,
      );
    case "refusal":
      return [{ type: "text", text: part.text, citations: null }];
    case "image":
      return withState(imageBlock(head.source), signature);
    case "audio":
      return [audioBlock(head, part.audio, part.transcript)];
    case "native":
      return [nativeBlock(head)];
  }
}

function withState(block: JsonObject, state: Opaque | undefined): JsonObject[] {
  return state === undefined || state.kind === TOOL_USE_FIELDS
    ? [block]
    : [block, stateBlock(state)];
}
