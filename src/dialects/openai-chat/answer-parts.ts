/** What whole answers and streams write alike. */
import type { FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { AnswerContext } from "../dialect.ts";
import { writeExtraContent, writeOrigin } from "./opaque.ts";
import { dialectName } from "./wire.ts";

/** The fields that begin an answer and each chunk of a stream, in OpenAI's order. */
export function writeHead(
  object: "chat.completion" | "chat.completion.chunk",
  start: StartEvent | undefined,
  context: AnswerContext,
): JsonObject {
  return {
    id: start?.id ?? context.id,
    object,
    created: start?.created ?? context.created,
    model: start?.model ?? context.model,
  };
}

/** Fields kept from an answer in this dialect; those of another stand under its name in `provider_fields`. */
export function writeKept(extra: StartEvent["extra"]): JsonObject {
  if (extra === undefined) return {};
  return extra.dialect === dialectName
    ? extra.fields
    : { provider_fields: { [extra.dialect]: extra.fields } };
}

export function writeImagePart(head: Extract<PartHead, { type: "image" }>): JsonObject {
  const { source, signature } = head;
  const url =
    source.kind === "bytes"
      ? `data:${source.mediaType};base64,${source.data}`
      : source.kind === "url"
        ? source.url
        : source.kind === "text"
          ? `data:${source.mediaType},${encodeURIComponent(source.text)}`
          : source.id;
  const image: JsonObject = { type: "image_url", image_url: { url } };
  if (signature !== undefined) image.extra_content = writeExtraContent(signature);
  return image;
}

export function writeNativePart(head: Extract<PartHead, { type: "native" }>): JsonObject {
  const entry: JsonObject = { dialect: head.dialect, value: head.value };
  const origin = writeOrigin(head.origin);
  if (Object.keys(origin).length > 0) entry.origin = origin;
  return entry;
}

/** The choice's fields beside `finish_reason`. */
export function writeFinishFields(
  finish: FinishEvent | undefined,
  word: string | null,
): JsonObject {
  const fields: JsonObject = {};
  if (finish === undefined) return fields;
  if (finish.reported !== undefined && finish.reported !== word) {
    fields.native_finish_reason = finish.reported;
  }
  if (finish.stopSequence !== undefined) fields.stop_reason = finish.stopSequence;
  const { message: _, ...kept } = writeKept(finish.extra);
  return { ...fields, ...kept };
}

/** What the message itself said beside its content. */
export function keptMessageFields(finish: FinishEvent | undefined): JsonObject {
  if (finish?.extra?.dialect !== dialectName) return {};
  const { message } = finish.extra.fields;
  return message instanceof Object && !Array.isArray(message) ? message : {};
}
