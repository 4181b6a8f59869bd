/** An answer's content items and calls as canonical parts. */
import type { DeltaEvent, PartHead } from "../../core/events.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { readExtraContent, readOrigin } from "../openai-chat/opaque.ts";
import { DIALECT } from "./wire.ts";

/** More of a part, without the indices that every delta has. */
export type Piece = Omit<DeltaEvent, "type" | "choice" | "index">;

export interface Opening {
  head: PartHead;
  pieces: Piece[];
}

/** A content item, whole or as it begins in a stream. A kind without canonical form is kept whole. */
export function openItem(item: JsonObject): Opening {
  switch (item.type) {
    case "text":
      return { head: { type: "text" }, pieces: piecesOf(item, item.text) };
    case "thinking": {
      const head: PartHead =
        item.redacted === true ? { type: "reasoning", redacted: true } : { type: "reasoning" };
      return { head, pieces: piecesOf(item, item.thinking) };
    }
    case "image_url":
      return openImage(item) ?? native(item);
    case "native":
      return { head: nativeHead(item), pieces: [] };
    default:
      return native(item);
  }
}

function piecesOf(item: JsonObject, text: unknown): Piece[] {
  const pieces: Piece[] = [];
  if (typeof text === "string" && text !== "") pieces.push({ text });
  const signature = stateIn(item);
  if (signature !== undefined) pieces.push({ signature });
  return pieces;
}

/** State that Parley put beside what a client of this format reads. */
export function stateIn(holder: JsonObject): Opaque | undefined {
  return readExtraContent(holder.extra_content);
}

function native(value: JsonObject): Opening {
  return { head: { type: "native", dialect: DIALECT, value }, pieces: [] };
}

/** A block of another dialect, in Parley's own extension. */
function nativeHead(item: JsonObject): PartHead {
  const { dialect, value } = item;
  if (typeof dialect !== "string" || !isObject(value)) {
    return { type: "native", dialect: DIALECT, value: item };
  }
  const origin = readOrigin(item.origin);
  return { type: "native", dialect, value, ...(origin === undefined ? {} : { origin }) };
}

function openImage(item: JsonObject): Opening | undefined {
  const url = isObject(item.image_url) ? item.image_url.url : undefined;
  if (typeof url !== "string") return undefined;
  const found = /^data:([^;,]{1,200});base64,/.exec(url);
  const source: Source =
    found?.[1] === undefined
      ? { kind: "url", url }
      : { kind: "bytes", mediaType: found[1], data: url.slice(found[0].length) };
  const signature = stateIn(item);
  const head: PartHead = {
    type: "image",
    source,
    ...(signature === undefined ? {} : { signature }),
  };
  return { head, pieces: [] };
}

/** Throws `upstream.shape_unknown` for a call that lacks what it must have. */
export function openCall(call: JsonObject): Opening {
  const { id } = call;
  const called = isObject(call.function) ? call.function : {};
  const { name, arguments: text } = called;
  if (typeof id !== "string" || typeof name !== "string") {
    throw new Failure("upstream.shape_unknown");
  }
  const pieces: Piece[] = [];
  if (typeof text === "string" && text !== "") pieces.push({ arguments: text });
  const signature = stateIn(call);
  if (signature !== undefined) pieces.push({ signature });
  return { head: { type: "tool-call", id, name, kind: "function" }, pieces };
}
