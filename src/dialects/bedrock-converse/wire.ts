/**
 * Bedrock's Converse API: names that both directions share.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { CacheMark, Opaque } from "../../core/request.ts";
import { unwrap, wrap } from "../anthropic-messages/opaque.ts";
import { madeByClaude } from "../anthropic-messages/wire.ts";

export const DIALECT = "bedrock-converse";

/** The maker that state has when a client sends it as Bedrock would have given it. */
export const BEDROCK: Origin = { provider: "bedrock" };

/** A block is a union: an object of one field, which names its kind. Some who send them add a `type`, as Anthropic has it. */
export function kindOf(block: JsonObject): [kind: string, value: Json] | undefined {
  const said = Object.entries(block).filter(([, value]) => value !== null);
  return said.find(([kind]) => kind !== "type") ?? said[0];
}

/** The canonical mark of a `cachePoint`, where it says no more than that mark can. */
export function cacheMark(value: Json | undefined): CacheMark | undefined {
  if (!isObject(value) || value.type !== "default") return undefined;
  if (Object.keys(value).some((key) => key !== "type" && key !== "ttl")) return undefined;
  const { ttl } = value;
  if (ttl === undefined || ttl === null) return {};
  return ttl === "5m" || ttl === "1h" ? { ttl } : undefined;
}

export function cachePoint(mark: CacheMark): JsonObject {
  const point: JsonObject =
    mark.ttl === undefined ? { type: "default" } : { type: "default", ttl: mark.ttl };
  return { cachePoint: point };
}

/** Kinds of state: a thought's signature, and a hidden thought as text or, where it is none, as base64. */
export const SIGNATURE = "signature";
const REDACTED = "redacted";
const REDACTED_BYTES = "redacted-bytes";

/** Whether state was made on Bedrock, or by Claude elsewhere, whose state is the same on every platform. */
export function isOwnState(opaque: Opaque): boolean {
  return opaque.origin?.provider === BEDROCK.provider || madeByClaude(opaque.origin);
}

/** What a `redactedContent` (base64) holds: state of its own, or what Parley wrapped in it. */
export function readRedacted(base64: string, origin: Origin): Opaque | ReturnType<typeof unwrap> {
  const text = Buffer.from(base64, "base64").toString("utf8");
  const carried = unwrap(text);
  if (carried !== undefined) return carried;
  return Buffer.from(text, "utf8").toString("base64") === base64
    ? { value: text, kind: REDACTED, origin }
    : { value: base64, kind: REDACTED_BYTES, origin };
}

/** The `redactedContent` that says this state; another maker's is wrapped. */
export function writeRedacted(opaque: Opaque): string {
  if (isOwnState(opaque)) {
    if (opaque.kind === REDACTED_BYTES) return opaque.value;
    if (opaque.kind === REDACTED) return Buffer.from(opaque.value, "utf8").toString("base64");
  }
  return wrapped({ as: "reasoning", opaque });
}

/** What a client sends back unread, as the content of a hidden thought. */
export function wrapped(carried: Parameters<typeof wrap>[0]): string {
  return Buffer.from(wrap(carried), "utf8").toString("base64");
}

/** A thought's signature as the wire has it; another maker's is wrapped. */
export function writeSignature(opaque: Opaque): string {
  return opaque.kind === SIGNATURE && isOwnState(opaque)
    ? opaque.value
    : wrap({ as: "reasoning", opaque });
}

export function readSignature(value: string, origin: Origin): Opaque {
  const carried = unwrap(value);
  return carried?.as === "reasoning" ? carried.opaque : { value, kind: SIGNATURE, origin };
}
