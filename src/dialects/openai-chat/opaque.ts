/**
 * Opaque provider state in chat messages. Chat has no place for it, so it stands in extension fields
 * that other gateways and vendors established, and a client that sends the assistant's message back
 * as it came keeps the state:
 *
 * - `reasoning_details` (OpenRouter's shape): one entry a thought, `reasoning.text`, `reasoning.summary`
 *   or `reasoning.encrypted`. `format` names the maker: OpenRouter's own format names mean OpenRouter,
 *   any other name is the provider's. Parley adds `kind` where it is not plain from the type, and
 *   `channel` and `maker_model` where the state is bound to them.
 * - `extra_content.google.thought_signature` (Google's OpenAI-compatible endpoint,
 *   https://ai.google.dev/gemini-api/docs/thought-signatures) on a tool call, a text part or the message;
 *   `extra_content.parley` beside it names the maker, and holds the value where it is not Google's.
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque, ReasoningPart } from "../../core/request.ts";

/** https://openrouter.ai/docs/guides/best-practices/reasoning-tokens */
const openRouterFormats: ReadonlySet<string> = new Set([
  "unknown",
  "openai-responses-v1",
  "azure-openai-responses-v1",
  "xai-responses-v1",
  "anthropic-claude-v1",
  "google-gemini-v1",
]);

/** One entry of `reasoning_details`: part of a thought, or the state that belongs to it. */
export interface ReasoningDetail {
  /** Entries of one thought have the same index. */
  index?: number;
  kind: "full" | "summary";
  text: string;
  signature?: Opaque;
}

/** `origin`: the provider whose answer holds the entry; absent in a client's request, where the entry itself says. */
export function readDetail(entry: Json, origin?: Origin): ReasoningDetail | undefined {
  if (!isObject(entry)) return undefined;
  const encrypted = string(entry.data);
  const signature = encrypted ?? string(entry.signature);
  const detail: ReasoningDetail = {
    kind: entry.type === "reasoning.summary" ? "summary" : "full",
    text: string(entry.text) ?? string(entry.summary) ?? "",
  };
  if (typeof entry.index === "number") detail.index = entry.index;
  if (signature !== undefined) {
    detail.signature = {
      value: signature,
      kind: string(entry.kind) ?? (encrypted === undefined ? "signature" : "encrypted"),
    };
    const id = string(entry.id);
    if (id !== undefined) detail.signature.id = id;
    addMaker(detail.signature, entry, origin);
  }
  return detail;
}

/** A thought as entries of `reasoning_details`. */
export function writeDetails(part: Omit<ReasoningPart, "type">, index: number): JsonObject[] {
  const { signature, text } = part;
  const summary = part.kind === "summary";
  const plain: JsonObject = summary
    ? { type: "reasoning.summary", summary: text, index }
    : { type: "reasoning.text", text, index };
  if (signature === undefined) return [plain];
  if (signature.kind === "signature" && !summary) {
    return [{ ...plain, signature: signature.value, ...maker(signature) }];
  }
  const encrypted: JsonObject = {
    type: "reasoning.encrypted",
    data: signature.value,
    index,
    ...maker(signature),
  };
  if (signature.kind !== "encrypted") encrypted.kind = signature.kind;
  return text === "" ? [encrypted] : [plain, encrypted];
}

function maker(signature: Opaque): JsonObject {
  const { id, format, origin } = signature;
  const fields: JsonObject = {};
  if (id !== undefined) fields.id = id;
  const name = format ?? origin?.provider;
  if (name !== undefined) fields.format = name;
  if (origin?.channel !== undefined) fields.channel = origin.channel;
  if (origin?.model !== undefined) fields.maker_model = origin.model;
  return fields;
}

function addMaker(signature: Opaque, entry: JsonObject, origin: Origin | undefined): void {
  const format = string(entry.format);
  if (origin !== undefined) {
    signature.origin = origin;
    if (format !== undefined) signature.format = format;
    return;
  }
  if (format === undefined) return;
  const foreign = openRouterFormats.has(format);
  signature.origin = { provider: foreign ? "openrouter" : format };
  if (foreign) signature.format = format;
  const channel = string(entry.channel);
  const model = string(entry.maker_model);
  if (channel !== undefined) signature.origin.channel = channel;
  if (model !== undefined) signature.origin.model = model;
}

/** Google's word for what its models attach to text and tool calls. */
const thoughtSignature = "thought-signature";

/** The state in an `extra_content` object. `origin` as in {@link readDetail}. */
export function readExtraContent(extra: Json | undefined, origin?: Origin): Opaque | undefined {
  if (!isObject(extra)) return undefined;
  const google = isObject(extra.google) ? string(extra.google.thought_signature) : undefined;
  const own = isObject(extra.parley) ? extra.parley : {};
  const value = google ?? string(own.value);
  if (value === undefined) return undefined;
  const signature: Opaque = { value, kind: string(own.kind) ?? thoughtSignature };
  const id = string(own.id);
  const format = string(own.format);
  if (id !== undefined) signature.id = id;
  if (format !== undefined) signature.format = format;
  const made =
    origin ?? readOrigin(own) ?? (google === undefined ? undefined : { provider: "gemini" });
  if (made !== undefined) signature.origin = made;
  return signature;
}

/** For a client: the value and its maker. */
export function writeExtraContent(signature: Opaque): JsonObject {
  const google = signature.kind === thoughtSignature;
  const own: JsonObject = google ? {} : { kind: signature.kind, value: signature.value };
  if (signature.id !== undefined) own.id = signature.id;
  if (signature.format !== undefined) own.format = signature.format;
  Object.assign(own, writeOrigin(signature.origin));
  const extra: JsonObject = google ? writeGoogleContent(signature) : {};
  if (Object.keys(own).length > 0) extra.parley = own;
  return extra;
}

/** For the maker itself: in Google's form. */
export function writeGoogleContent(signature: Opaque): JsonObject {
  return { google: { thought_signature: signature.value } };
}

/** Whether the state may go to this provider. */
export function isFrom(signature: Opaque, origin: Origin): boolean {
  return signature.origin?.provider === origin.provider;
}

export function readOrigin(value: Json | undefined): Origin | undefined {
  if (!isObject(value)) return undefined;
  const provider = string(value.provider);
  if (provider === undefined) return undefined;
  const origin: Origin = { provider };
  const channel = string(value.channel);
  const model = string(value.model);
  if (channel !== undefined) origin.channel = channel;
  if (model !== undefined) origin.model = model;
  return origin;
}

export function writeOrigin(origin: Origin | undefined): JsonObject {
  const fields: JsonObject = {};
  if (origin?.provider !== undefined) fields.provider = origin.provider;
  if (origin?.channel !== undefined) fields.channel = origin.channel;
  if (origin?.model !== undefined) fields.model = origin.model;
  return fields;
}

/** A non-empty string: vendors send empty ones for what they do not have. */
function string(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
