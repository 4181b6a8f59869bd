/** Cuts a provider's stream into frames, whatever its framing. */
import { EventStreamDecoder } from "./aws-eventstream.ts";
import type { Dialect } from "./dialect.ts";
import type { Frame } from "./frames.ts";
import { SseDecoder } from "./sse.ts";

export interface FrameDecoder {
  /** The frames that this piece completes. Throws `upstream.body_too_large` and `upstream.event_unreadable`. */
  push(chunk: Uint8Array): Frame[];
  /** The stream ended. `unfinished`: in the middle of a frame. `frames`: what only its end completes. */
  end(): { unfinished: boolean; frames?: Frame[] };
}

/** `largest`: that of one frame, in bytes or characters; absent, 16 Mi. */
export function frameDecoder(framing: Dialect["framing"], largest?: number): FrameDecoder {
  if (framing === "aws-eventstream")
    return new EventStreamDecoder(largest === undefined ? {} : { maxMessageLength: largest });
  return new SseDecoder(largest === undefined ? {} : { maxEventLength: largest });
}
