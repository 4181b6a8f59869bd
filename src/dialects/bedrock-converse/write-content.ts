/** Parts of an answer as a client's content blocks. */
import type { PartHead } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Opaque, Source } from "../../core/request.ts";
import { formatOf, s3Location } from "./media.ts";
import { DIALECT, wrapped, writeRedacted, writeSignature } from "./wire.ts";

/** A block that carries the state of the part before it, and that clients send back unread. */
export function stateBlock(opaque: Opaque): JsonObject {
  return { reasoningContent: { redactedContent: wrapped({ as: "signature", opaque }) } };
}

/** The content of a hidden thought. */
export function redactedContent(opaque: Opaque | undefined): string {
  return opaque === undefined ? "" : writeRedacted(opaque);
}

export function reasoningBlock(text: string, signature: Opaque | undefined): JsonObject {
  const reasoningText: JsonObject = { text };
  if (signature !== undefined) reasoningText.signature = writeSignature(signature);
  return { reasoningContent: { reasoningText } };
}

/** A block of another dialect travels in one that clients send back unread. */
export function nativeBlock(head: Extract<PartHead, { type: "native" }>): JsonObject {
  if (head.dialect === DIALECT) return head.value;
  const part = { type: "native", dialect: head.dialect, value: head.value } as const;
  return { reasoningContent: { redactedContent: wrapped({ as: "native", part }) } };
}

/** Bedrock's name of an image's format; of one that it does not know, the media type's own. */
function imageFormat(mediaType: string): string {
  return formatOf("image", mediaType) ?? mediaType.slice(mediaType.indexOf("/") + 1);
}

/** An address that is not S3's has no form here but its text. */
export function imageBlock(source: Source): JsonObject {
  switch (source.kind) {
    case "bytes":
      return {
        image: {
          format: imageFormat(source.mediaType),
          source: { bytes: source.data },
        },
      };
    case "url":
      if (!source.url.startsWith("s3://")) return { text: source.url };
      return {
        image: {
          format: imageFormat(source.mediaType ?? "image/png"),
          source: s3Location(source.url),
        },
      };
    case "provider-file":
      return { text: source.id };
    case "text":
      return { text: source.text };
  }
}

export function audioBlock(mediaType: string | undefined, data: string): JsonObject {
  const format = formatOf("audio", mediaType ?? "audio/wav") ?? "wav";
  return { audio: { format, source: { bytes: data } } };
}
