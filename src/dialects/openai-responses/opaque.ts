/**
 * Opaque state in items. `encrypted_content` of a reasoning item is the one field that every client of this
 * API sends back unread, so all state travels there:
 *
 * - Reasoning whose maker is known is wrapped with its maker's name; a value that came in raw stays raw.
 * - State of a text or a tool call (Gemini's thought signature), and blocks of other dialects, stand wrapped
 *   in a reasoning item of their own, after the item to which they belong.
 *
 * What an item says of itself beside its content (`id`, `phase`, `namespace`) is state of kind `item`: its
 * value is those fields as JSON. It goes back to its maker only, so that reasoning finds the item after it:
 * https://developers.openai.com/api/docs/guides/reasoning#keeping-reasoning-items-in-context
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { NativePart, Opaque } from "../../core/request.ts";
import { string } from "./wire.ts";

const prefix = "parley1.";
/** Ids that Parley made: no provider's state. */
const ownId = /^[a-z]+_prl_/;

/** What a wrapped value holds. */
export type Carried =
  /** State of the reasoning item that it stands in, and the thought that it signs, for clients that keep nothing else. */
  | { as: "reasoning"; opaque: Opaque; text?: string }
  /** State of the part before it. */
  | { as: "signature"; opaque: Opaque }
  | { as: "native"; part: NativePart };

export function wrap(carried: Carried): string {
  return prefix + Buffer.from(JSON.stringify(carried), "utf8").toString("base64url");
}

/** What was wrapped, or nothing for a value of another's making. */
export function unwrap(value: string): Carried | undefined {
  if (!value.startsWith(prefix)) return undefined;
  let read: Json;
  try {
    read = JSON.parse(Buffer.from(value.slice(prefix.length), "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(read)) return undefined;
  if (read.as === "native") {
    const part = readNative(read.part);
    return part && { as: "native", part };
  }
  const opaque = readOpaque(read.opaque);
  if (opaque === undefined) return undefined;
  if (read.as === "signature") return { as: "signature", opaque };
  const text = string(read.text);
  return text === undefined ? { as: "reasoning", opaque } : { as: "reasoning", opaque, text };
}

function readNative(value: Json | undefined): NativePart | undefined {
  if (!isObject(value) || typeof value.dialect !== "string" || !isObject(value.value)) return;
  const part: NativePart = { type: "native", dialect: value.dialect, value: value.value };
  const origin = readOrigin(value.origin);
  if (origin !== undefined) part.origin = origin;
  return part;
}

function readOpaque(value: Json | undefined): Opaque | undefined {
  if (!isObject(value) || typeof value.value !== "string") return undefined;
  if (typeof value.kind !== "string") return undefined;
  const opaque: Opaque = { value: value.value, kind: value.kind };
  const { id, format } = value;
  if (typeof id === "string") opaque.id = id;
  if (typeof format === "string") opaque.format = format;
  const origin = readOrigin(value.origin);
  if (origin !== undefined) opaque.origin = origin;
  return opaque;
}

function readOrigin(value: Json | undefined): Origin | undefined {
  if (!isObject(value) || typeof value.provider !== "string") return undefined;
  const origin: Origin = { provider: value.provider };
  if (typeof value.channel === "string") origin.channel = value.channel;
  if (typeof value.model === "string") origin.model = value.model;
  return origin;
}

const stateKind = "item";

/** The item's own fields (`fields`, its id among them) as state; nothing where it says nothing. */
export function itemState(fields: JsonObject, origin?: Origin): Opaque | undefined {
  const said: JsonObject = { ...fields };
  if (isOwnId(string(said.id))) delete said.id;
  if (Object.keys(said).length === 0) return undefined;
  const state: Opaque = { value: JSON.stringify(said), kind: stateKind };
  const id = string(said.id);
  if (id !== undefined) state.id = id;
  if (origin !== undefined) state.origin = origin;
  return state;
}

/** The fields kept in {@link itemState}; undefined for state of another kind. */
export function itemFields(state: Opaque | undefined): JsonObject | undefined {
  if (state?.kind !== stateKind) return undefined;
  try {
    const fields: Json = JSON.parse(state.value);
    return isObject(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

export function isOwnId(id: string | undefined): boolean {
  return id !== undefined && ownId.test(id);
}

/** A reasoning item's state. `origin`: the provider whose answer holds it; absent in a client's request. */
export function reasoningState(item: JsonObject, origin?: Origin): Opaque | undefined {
  const encrypted = string(item.encrypted_content);
  const id = isOwnId(string(item.id)) ? undefined : string(item.id);
  if (encrypted === undefined) return itemState(id === undefined ? {} : { id }, origin);
  const carried = unwrap(encrypted);
  if (carried?.as === "reasoning") return carried.opaque;
  const state: Opaque = { value: encrypted, kind: "encrypted" };
  if (id !== undefined) state.id = id;
  if (origin !== undefined) state.origin = origin;
  return state;
}

/**
 * `encrypted_content` for a client: state of a known maker keeps its maker's name. `text`: the full thought,
 * which some clients do not send back, and a signature is worthless without.
 */
export function clientEncrypted(state: Opaque, text?: string): string | undefined {
  if (state.origin === undefined && state.kind === "encrypted") return state.value;
  if (state.origin === undefined && state.kind === stateKind) return undefined;
  const signs = state.kind === "signature" && text !== undefined;
  return wrap({ as: "reasoning", opaque: state, ...(signs ? { text } : {}) });
}

/** Whether the state may go to this provider: its maker's, or of a client that got it past Parley. */
export function isFrom(maker: Origin | undefined, origin: Origin): boolean {
  return maker === undefined || maker.provider === origin.provider;
}
