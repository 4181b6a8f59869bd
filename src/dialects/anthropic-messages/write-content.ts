/** Parts of an answer as a client's content blocks. https://platform.claude.com/docs/en/api/messages/create */
import type { PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { wrap } from "./opaque.ts";
import { TOOL_USE_FIELDS } from "./read-blocks.ts";
import { DIALECT, madeByClaude } from "./wire.ts";

/** A thought's `signature`: Claude's own as it is, another maker's wrapped. */
export function signatureField(opaque: Opaque): string {
  return opaque.kind === "signature" && madeByClaude(opaque.origin)
    ? opaque.value
    : wrap({ as: "reasoning", opaque });
}

/** The whole block of a hidden thought. */
export function redactedBlock(opaque: Opaque | undefined): JsonObject {
  if (opaque === undefined) return { type: "redacted_thinking", data: "" };
  const data =
    opaque.kind === "redacted" && madeByClaude(opaque.origin)
      ? opaque.value
      : wrap({ as: "reasoning", opaque });
  return { type: "redacted_thinking", data };
}

/** A block that carries the state of the part before it, and that clients send back unread. */
export function stateBlock(opaque: Opaque): JsonObject {
  return { type: "redacted_thinking", data: wrap({ as: "signature", opaque }) };
}

export function toolUseBlock(
  head: Extract<PartHead, { type: "tool-call" }>,
  input: Json,
  state: Opaque | undefined,
): JsonObject {
  const block: JsonObject = { type: "tool_use", id: head.id, name: head.name, input };
  const fields: Json = state?.kind === TOOL_USE_FIELDS ? JSON.parse(state.value) : null;
  return { ...block, caller: { type: "direct" }, ...(isObject(fields) ? fields : {}) };
}

/** A block of another dialect travels in one that clients send back unread. */
export function nativeBlock(head: Extract<PartHead, { type: "native" }>): JsonObject {
  if (head.dialect === DIALECT) return head.value;
  const part = { type: "native", dialect: head.dialect, value: head.value } as const;
  return { type: "redacted_thinking", data: wrap({ as: "native", part }) };
}

/** Anthropic's answers hold no images; one of another provider's is written in the request's form. */
export function imageBlock(source: Source): JsonObject {
  switch (source.kind) {
    case "bytes":
      return {
        type: "image",
        source: { type: "base64", media_type: source.mediaType, data: source.data },
      };
    case "url":
      return { type: "image", source: { type: "url", url: source.url } };
    case "provider-file":
      return { type: "image", source: { type: "file", file_id: source.id } };
    case "text":
      return { type: "text", text: source.text };
  }
}

/** Audio has no block of Anthropic's: one of Parley's own, in the form of its other media. */
export function audioBlock(
  head: Extract<PartHead, { type: "audio" }>,
  data: string,
  transcript: string,
): JsonObject {
  const media = head.mediaType ?? "audio/wav";
  const block: JsonObject = { type: "audio", source: { type: "base64", media_type: media, data } };
  if (transcript !== "") block.transcript = transcript;
  return block;
}
