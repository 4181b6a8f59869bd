/** Folds the events of one choice into the parts of a candidate. */
import type { DeltaEvent, FinishEvent, PartHead } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Citation, Opaque } from "../../core/request.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { writeFinishReason } from "./finish.ts";
import { writeGrounding, writeLogprobs } from "./grounding.ts";
import { carryNative } from "./native.ts";
import { signatureForClient } from "./signature.ts";
import type { WirePart } from "./wire.ts";

/** A part that is being said. */
export interface Growing {
  head: PartHead;
  text: string;
  arguments: string;
  audio: string[];
  signature?: Opaque;
}

export function grow(head: PartHead): Growing {
  return { head, text: "", arguments: "", audio: [] };
}

export function addDelta(part: Growing, delta: DeltaEvent): void {
  if (delta.text !== undefined) part.text += delta.text;
  if (delta.arguments !== undefined) part.arguments += delta.arguments;
  if (delta.audio !== undefined) part.audio.push(delta.audio);
  if (delta.signature !== undefined) part.signature = delta.signature;
}

/**
 * The whole part for a client, or nothing where it holds nothing.
 * Throws `tool.arguments_unrepresentable` for arguments that an object cannot hold.
 */
export function partOf(part: Growing): WirePart | undefined {
  const { head, text } = part;
  const signature = signed(part.signature);
  switch (head.type) {
    case "text":
    case "refusal":
      return text === "" && part.signature === undefined ? undefined : { text, ...signature };
    case "reasoning":
      return thoughtOf(text, part.signature);
    case "tool-call":
      return {
        functionCall: { id: head.id, name: head.name, args: callArguments(part) },
        ...signature,
      };
    case "image":
      return imageOf(head, part);
    case "audio":
      return {
        inlineData: {
          mimeType: head.mediaType ?? "audio/wav",
          data: joinBase64(part.audio),
        },
        ...signature,
      };
    case "native":
      return carryNative(head.dialect, head.value);
  }
}

/** A thought as Google shows it; the state of one that is not shown stands in an empty part. */
export function thoughtOf(text: string, opaque: Opaque | undefined): WirePart | undefined {
  if (text === "" && opaque === undefined) return undefined;
  const signature = signed(opaque);
  return text === "" ? { text, ...signature } : { text, thought: true, ...signature };
}

export function signed(opaque: Opaque | undefined): WirePart {
  return opaque === undefined ? {} : { thoughtSignature: signatureForClient(opaque) };
}

/** Free text of a custom tool stands under one name, since Google's calls take an object. */
function callArguments(part: Growing): JsonObject {
  if (part.head.type === "tool-call" && part.head.kind === "custom")
    return { input: part.arguments };
  return argumentsObject(part.arguments, { origin: "provider" });
}

function imageOf(head: Extract<PartHead, { type: "image" }>, part: Growing): WirePart {
  const { source } = head;
  const signature = signed(head.signature ?? part.signature);
  switch (source.kind) {
    case "bytes":
      return { inlineData: { mimeType: source.mediaType, data: source.data }, ...signature };
    case "text":
      return {
        inlineData: {
          mimeType: source.mediaType,
          data: Buffer.from(source.text, "utf8").toString("base64"),
        },
        ...signature,
      };
    case "url":
    case "provider-file":
      return {
        fileData: {
          mimeType: source.mediaType ?? "image/png",
          fileUri: source.kind === "url" ? source.url : source.id,
        },
        ...signature,
      };
  }
}

/** Pieces of base64, each padded by itself, as one. */
function joinBase64(pieces: readonly string[]): string {
  const [only = ""] = pieces;
  if (pieces.length <= 1) return only;
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, "base64"))).toString("base64");
}

/** What is said of a candidate's text, until its end. */
export interface About {
  text: string;
  citations: Citation[];
  logprobs: Json[];
}

/** A candidate's last fields: its reason, and what Google or another vendor said of it. */
export function endOf(finish: FinishEvent, about: About): JsonObject {
  const fields: JsonObject = { finishReason: writeFinishReason(finish) };
  const own = finish.extra?.dialect === "gemini" ? finish.extra.fields : {};
  const grounding = writeGrounding(
    about.citations.filter((citation) => citation.dialect !== "gemini"),
    about.text,
  );
  if (grounding !== undefined) fields.groundingMetadata = grounding;
  const logprobs = writeLogprobs(about.logprobs);
  if (logprobs !== undefined) fields.logprobsResult = logprobs;
  return { ...fields, ...own };
}
