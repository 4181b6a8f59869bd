/**
 * What an Anthropic client has no field for (another maker's signature or encrypted reasoning, a block of
 * another dialect) travels inside the two fields that such clients must send back unread: a thinking
 * block's `signature` and a redacted_thinking block's `data`. Values that Claude made stay as they are.
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { NativePart, Opaque } from "../../core/request.ts";

const PREFIX = "parley1.";

/** What a wrapped value holds. */
export type Carried =
  /** State of the reasoning block that it stands in. */
  | { as: "reasoning"; opaque: Opaque }
  /** State of the part before it. */
  | { as: "signature"; opaque: Opaque }
  | { as: "native"; part: NativePart };

export function wrap(carried: Carried): string {
  return PREFIX + Buffer.from(JSON.stringify(carried), "utf8").toString("base64url");
}

/** What was wrapped, or nothing for a value of another's making. */
export function unwrap(value: string): Carried | undefined {
  if (!value.startsWith(PREFIX)) return undefined;
  let read: Json;
  try {
    read = JSON.parse(Buffer.from(value.slice(PREFIX.length), "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(read)) return undefined;
  if (read.as === "native") {
    const part = readNative(read.part);
    return part === undefined ? undefined : { as: "native", part };
  }
  const opaque = readOpaque(read.opaque);
  if (opaque === undefined) return undefined;
  return { as: read.as === "signature" ? "signature" : "reasoning", opaque };
}

function readNative(value: Json | undefined): NativePart | undefined {
  if (!isObject(value) || typeof value.dialect !== "string" || !isObject(value.value))
    return undefined;
  const origin = readOrigin(value.origin);
  return {
    type: "native",
    dialect: value.dialect,
    value: value.value,
    ...(origin === undefined ? {} : { origin }),
  };
}

function readOpaque(value: Json | undefined): Opaque | undefined {
  if (!isObject(value) || typeof value.value !== "string" || typeof value.kind !== "string") {
    return undefined;
  }
  const origin = readOrigin(value.origin);
  return {
    value: value.value,
    kind: value.kind,
    ...(typeof value.id === "string" ? { id: value.id } : {}),
    ...(origin === undefined ? {} : { origin }),
  };
}

function readOrigin(value: Json | undefined): Origin | undefined {
  if (!isObject(value) || typeof value.provider !== "string") return undefined;
  return { provider: value.provider, ...named(value, "channel"), ...named(value, "model") };
}

function named(value: JsonObject, key: "channel" | "model"): Partial<Origin> {
  const field = value[key];
  return typeof field === "string" ? { [key]: field } : {};
}
