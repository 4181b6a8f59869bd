/** An answer's content blocks as canonical events. https://platform.claude.com/docs/en/api/messages/create */
import type { DeltaEvent, Event, PartHead } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import { isObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { argumentsText } from "../tool-arguments.ts";
import { readCitations } from "./citations.ts";
import { unwrap } from "./opaque.ts";
import { toolUseState } from "./read-blocks.ts";
import { DIALECT } from "./wire.ts";

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
export function wholeBlock(opening: Opening, index: number): Event[] {
  const events: Event[] = [{ type: "part-start", choice: 0, index, part: opening.head }];
  for (const piece of opening.pieces) events.push({ type: "delta", choice: 0, index, ...piece });
  events.push({ type: "part-end", choice: 0, index });
  return events;
}

/**
 * Reads a block, or the beginning of one in a stream. A kind without canonical form is kept whole.
 * Throws `upstream.shape_unknown` for a block of a known kind that lacks what it must have.
 */
export function openBlock(block: JsonObject, origin: Origin): Opening {
  switch (block.type) {
    case "text":
      return openText(block);
    case "thinking":
      return openThinking(block, origin);
    case "redacted_thinking":
      return openRedacted(block, origin);
    case "tool_use":
      return openToolUse(block, origin);
    case "image":
      return openImage(block) ?? native(block);
    default:
      return native(block);
  }
}

function native(value: JsonObject): Opening {
  return { head: { type: "native", dialect: DIALECT, value }, pieces: [] };
}

function openText(block: JsonObject): Opening {
  const pieces: Piece[] = [];
  if (typeof block.text === "string" && block.text !== "") pieces.push({ text: block.text });
  const citations = readCitations(block.citations);
  if (citations !== undefined) pieces.push({ citations });
  return { head: { type: "text" }, pieces };
}

function openThinking(block: JsonObject, origin: Origin): Opening {
  const pieces: Piece[] = [];
  if (typeof block.thinking === "string" && block.thinking !== "")
    pieces.push({ text: block.thinking });
  if (typeof block.signature === "string" && block.signature !== "") {
    pieces.push({ signature: thinkingSignature(block.signature, origin) });
  }
  return { head: { type: "reasoning" }, pieces };
}

/** A thought's signature; one that Parley wrapped is unwrapped. */
export function thinkingSignature(value: string, origin: Origin): Opaque {
  const carried = unwrap(value);
  return carried?.as === "reasoning" ? carried.opaque : { value, kind: "signature", origin };
}

function openRedacted(block: JsonObject, origin: Origin): Opening {
  if (typeof block.data !== "string") throw new Failure("upstream.shape_unknown");
  const carried = unwrap(block.data);
  if (carried?.as === "native") {
    const { dialect, value } = carried.part;
    return { head: { type: "native", dialect, value }, pieces: [] };
  }
  const head: PartHead = { type: "reasoning", redacted: true };
  if (carried?.as === "signature") return { head, pieces: [], stateOfPrevious: carried.opaque };
  const signature: Opaque = carried?.opaque ?? { value: block.data, kind: "redacted", origin };
  return { head, pieces: [{ signature }] };
}

function openToolUse(block: JsonObject, origin: Origin): Opening {
  const { id, name, input } = block;
  if (typeof id !== "string" || typeof name !== "string")
    throw new Failure("upstream.shape_unknown");
  const pieces: Piece[] = [];
  const signature = toolUseState(block, origin);
  if (signature !== undefined) pieces.push({ signature });
  // A stream begins with an empty input and writes the text after it; some servers send it whole.
  if (isObject(input) && Object.keys(input).length > 0) {
    pieces.push({ arguments: argumentsText(input, { origin: "provider" }) });
  }
  return { head: { type: "tool-call", id, name, kind: "function" }, pieces };
}

/** Anthropic answers with no images; Parley writes those of other providers in the request's form. */
function openImage(block: JsonObject): Opening | undefined {
  const source = isObject(block.source) ? imageSource(block.source) : undefined;
  return source === undefined ? undefined : { head: { type: "image", source }, pieces: [] };
}

function imageSource(source: JsonObject): Source | undefined {
  if (typeof source.data === "string" && typeof source.media_type === "string") {
    return { kind: "bytes", mediaType: source.media_type, data: source.data };
  }
  return typeof source.url === "string" ? { kind: "url", url: source.url } : undefined;
}
