/** An answer's content blocks as canonical events. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
import type { DeltaEvent, Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { argumentsText } from "../tool-arguments.ts";
import { readCited } from "./citations.ts";
import { mediaTypeOf, readSource } from "./media.ts";
import { readName } from "./names.ts";
import { isOrdinaryCall } from "./read-blocks.ts";
import { DIALECT, kindOf, readRedacted, readSignature } from "./wire.ts";

/** More of a part, without the indices that every delta has. */
export type Piece = Omit<DeltaEvent, "type" | "choice" | "index">;

/** How a block begins, and what it already holds. */
export interface Opening {
  head: PartHead;
  pieces: Piece[];
  /** State of the part before, for a block that carries no part of its own. */
  stateOfPrevious?: Opaque;
}

/** The events of a whole block. */
export function wholeBlock({ head, pieces }: Opening, index: number): Event[] {
  const events: Event[] = [{ type: "part-start", choice: 0, index, part: head }];
  for (const piece of pieces) events.push({ type: "delta", choice: 0, index, ...piece });
  events.push({ type: "part-end", choice: 0, index });
  return events;
}

/**
 * Reads a whole block. A kind without canonical form is kept whole.
 * Throws `upstream.shape_unknown` for a block of a known kind that lacks what it must have.
 */
export function openBlock(block: JsonObject, origin: Origin): Opening {
  const [kind, value] = kindOf(block) ?? [];
  switch (kind) {
    case "text":
      return openText(value);
    case "reasoningContent":
      return isObject(value) ? openReasoning(value, origin) : native(block);
    case "toolUse":
      return isObject(value) && isOrdinaryCall(value) ? openCall(value) : native(block);
    case "citationsContent":
      return openCited(value) ?? native(block);
    case "image":
      return openImage(value) ?? native(block);
    case "audio":
      return openAudio(value) ?? native(block);
    default:
      return native(block);
  }
}

export function native(value: JsonObject): Opening {
  return { head: { type: "native", dialect: DIALECT, value }, pieces: [] };
}

function openText(value: Json | undefined): Opening {
  if (typeof value !== "string") throw new Failure("upstream.shape_unknown");
  return { head: { type: "text" }, pieces: value === "" ? [] : [{ text: value }] };
}

function openCited(value: Json | undefined): Opening | undefined {
  const cited = isObject(value) ? readCited(value) : undefined;
  if (cited === undefined) return undefined;
  const pieces: Piece[] = [];
  if (cited.text !== "") pieces.push({ text: cited.text });
  if (cited.citations.length > 0) pieces.push({ citations: cited.citations });
  return { head: { type: "text" }, pieces };
}

function openReasoning(value: JsonObject, origin: Origin): Opening {
  if (typeof value.redactedContent === "string") return openRedacted(value.redactedContent, origin);
  const { reasoningText } = value;
  if (!isObject(reasoningText)) return native({ reasoningContent: value });
  const pieces: Piece[] = [];
  const { text, signature } = reasoningText;
  if (typeof text === "string" && text !== "") pieces.push({ text });
  if (typeof signature === "string" && signature !== "") {
    pieces.push({ signature: readSignature(signature, origin) });
  }
  return { head: { type: "reasoning" }, pieces };
}

/** A hidden thought; or what Parley put in its place for a client of this format. */
export function openRedacted(base64: string, origin: Origin): Opening {
  const read = readRedacted(base64, origin);
  if (read !== undefined && "as" in read && read.as === "native") {
    const { dialect, value } = read.part;
    return { head: { type: "native", dialect, value }, pieces: [] };
  }
  const head: PartHead = { type: "reasoning", redacted: true };
  if (read === undefined) return { head, pieces: [] };
  if (!("as" in read)) return { head, pieces: [{ signature: read }] };
  return read.as === "signature"
    ? { head, pieces: [], stateOfPrevious: read.opaque }
    : { head, pieces: [{ signature: read.opaque }] };
}

/** The head of a call that the client is to run. */
export function callHead(value: JsonObject): PartHead {
  const { toolUseId: id, name } = value;
  if (typeof id !== "string" || typeof name !== "string") {
    throw new Failure("upstream.shape_unknown");
  }
  return { type: "tool-call", id, name: readName(name), kind: "function" };
}

function openCall(value: JsonObject): Opening {
  const { input } = value;
  if (input === undefined) throw new Failure("upstream.shape_unknown");
  return {
    head: callHead(value),
    pieces: [{ arguments: argumentsText(input, { origin: "provider" }) }],
  };
}

function openImage(value: Json | undefined): Opening | undefined {
  const source = isObject(value) ? mediaOf("image", value) : undefined;
  return source === undefined ? undefined : { head: { type: "image", source }, pieces: [] };
}

function openAudio(value: Json | undefined): Opening | undefined {
  const source = isObject(value) ? mediaOf("audio", value) : undefined;
  if (source?.kind !== "bytes") return undefined;
  const { mediaType, data } = source;
  return { head: { type: "audio", mediaType }, pieces: data === "" ? [] : [{ audio: data }] };
}

export function mediaOf(medium: "image" | "audio", value: JsonObject): Source | undefined {
  const mediaType = mediaTypeOf(medium, value.format);
  if (mediaType === undefined || (value.error !== undefined && value.error !== null)) {
    return undefined;
  }
  return readSource(value.source, mediaType);
}
