/**
 * Thought signatures: what they are in canonical form, and when they may go back. Google says to return
 * them as they came (https://ai.google.dev/gemini-api/docs/thought-signatures). Nothing there says that
 * one API accepts the other's, so each goes back to the provider that made it.
 */
import { isObject, type Json } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque } from "../../core/request.ts";

export const SIGNATURE = "thought-signature";

/**
 * Stands for a signature that never was, in the history of another model. Both of Google's APIs take it;
 * the other documented word, `context_engineering_is_the_way_to_go`, is taken by the Gemini API alone.
 * https://ai.google.dev/gemini-api/docs/thought-signatures,
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures
 */
export const SKIP_VALIDATOR = "skip_thought_signature_validator";

/** What `eyJwYXJsZXki` starts: base64 of `{"parley"`. A signature of another vendor, wrapped for a Gemini client. */
export const WRAPPED_PREFIX = "eyJwYXJsZXki";

/** A signature as a Gemini client sent it or as Google gave it. `origin`: its maker, where known. */
export function readSignature(value: string, origin?: Origin): Opaque {
  if (value.startsWith(WRAPPED_PREFIX)) {
    const opaque = unwrap(value);
    if (opaque !== undefined) return opaque;
  }
  return origin === undefined ? { value, kind: SIGNATURE } : { value, kind: SIGNATURE, origin };
}

/** The signature for a client: Google's own as it is, another's wrapped with its maker's name. */
export function signatureForClient(opaque: Opaque): string {
  if (opaque.kind === SIGNATURE) return opaque.value;
  return Buffer.from(JSON.stringify({ parley: 1, ...opaque })).toString("base64");
}

/** The signature for a provider, or nothing where another made it. */
export function signatureForProvider(opaque: Opaque, target: Origin): string | undefined {
  if (opaque.kind !== SIGNATURE) return undefined;
  if (opaque.origin !== undefined && opaque.origin.provider !== target.provider) return undefined;
  return opaque.value;
}

function unwrap(text: string): Opaque | undefined {
  let wrapped: Json;
  try {
    wrapped = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(wrapped)) return undefined;
  const { value, kind, id, format, origin } = wrapped;
  if (typeof value !== "string" || typeof kind !== "string") return undefined;
  const maker = isObject(origin) ? readOrigin(origin) : undefined;
  return {
    value,
    kind,
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof format === "string" ? { format } : {}),
    ...(maker === undefined ? {} : { origin: maker }),
  };
}

function readOrigin(value: { [key: string]: Json }): Origin | undefined {
  if (typeof value.provider !== "string") return undefined;
  return {
    provider: value.provider,
    ...(typeof value.channel === "string" ? { channel: value.channel } : {}),
    ...(typeof value.model === "string" ? { model: value.model } : {}),
  };
}
