/** Cuts a provider's stream into frames, whatever its framing. */
import { EventStreamDecoder } from "./aws-eventstream.ts";
import type { Dialect } from "./dialect.ts";
import type { Frame } from "./frames.ts";
import { SseDecoder } from "./sse.ts";

export interface FrameDecoder {
  /** The frames that this piece completes. Throws `upstream.body_too_large` and `upstream.event_unreadable`. */
  push(chunk: Uint8Array): Frame[];
  /** The stream ended. `unfinished`: in the middle of a frame. */
  end(): { unfinished: boolean };
}

export function frameDecoder(framing: Dialect["framing"]): FrameDecoder {
  return framing === "aws-eventstream" ? new EventStreamDecoder() : new SseDecoder();
}
