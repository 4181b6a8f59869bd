/** Parts of an answer as a client's content items. */
import type { PartHead } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { writeExtraContent, writeOrigin } from "../openai-chat/opaque.ts";
import { DIALECT } from "./wire.ts";

/** Another maker's state, in the extension field that chat has for it too. */
export function stateField(state: Opaque | undefined): JsonObject {
  return state === undefined ? {} : { extra_content: writeExtraContent(state) };
}

/** How the item of a part begins; nothing for a part that is no item. */
export function itemStart(head: PartHead): JsonObject | undefined {
  switch (head.type) {
    case "text":
    case "refusal":
      return { type: "text", text: "" };
    case "reasoning":
      return {
        type: "thinking",
        thinking: "",
        ...(head.redacted === true ? { redacted: true } : {}),
      };
    case "image":
      return {
        type: "image_url",
        image_url: { url: urlOf(head.source) },
        ...stateField(head.signature),
      };
    case "native":
      return nativeItem(head);
    default:
      return undefined;
  }
}

function nativeItem(head: Extract<PartHead, { type: "native" }>): JsonObject {
  const { dialect, value, origin } = head;
  if (dialect === DIALECT) return value;
  const item: JsonObject = { type: "native", dialect, value };
  if (origin !== undefined) item.origin = writeOrigin(origin);
  return item;
}

function urlOf(source: Source): string {
  switch (source.kind) {
    case "url":
      return source.url;
    case "bytes":
      return `data:${source.mediaType};base64,${source.data}`;
    case "provider-file":
      return source.id;
    case "text":
      return `data:${source.mediaType};base64,${Buffer.from(source.text, "utf8").toString("base64")}`;
  }
}

/** Cohere's answers hold no audio: an item of Parley's own, in chat's form. */
export function audioItem(
  head: Extract<PartHead, { type: "audio" }>,
  data: string,
  transcript: string,
): JsonObject {
  const audio: JsonObject = { data };
  if (head.mediaType !== undefined) audio.media_type = head.mediaType;
  if (transcript !== "") audio.transcript = transcript;
  return { type: "audio", audio };
}
