/**
 * Parts without a canonical form. Google's own stand as they are; those of other dialects travel through
 * Gemini clients in `partMetadata`, which is there for a caller's own notes.
 * https://ai.google.dev/api/caching#Part
 */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { NativePart } from "../../core/request.ts";
import type { WirePart } from "./wire.ts";

/** A part of Google's, or the part of another dialect that {@link carryNative} put away. */
export function readNative(wire: JsonObject): NativePart {
  const metadata = wire.partMetadata;
  const carried = isObject(metadata) ? metadata.parley : undefined;
  if (isObject(carried) && typeof carried.dialect === "string" && isObject(carried.value))
    return { type: "native", dialect: carried.dialect, value: carried.value };
  return { type: "native", dialect: "gemini", value: wire };
}

/** The part for a client. */
export function carryNative(dialect: string, value: JsonObject): WirePart {
  if (dialect === "gemini") return value;
  return { text: "", partMetadata: { parley: { dialect, value } } };
}
