/**
 * AWS's binary event stream: a prelude with lengths, headers, a payload, and a CRC of each.
 * https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html
 */
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";
import type { EventStreamCodec } from "@smithy/eventstream-codec";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import type { Frame } from "./frames.ts";

export interface EventStreamOptions {
  /** The largest message, in bytes. Absent: 16 Mi. */
  maxMessageLength?: number;
}

/** Lengths of the message and of its headers, and their CRC. */
const PRELUDE = 12;
/** A message without headers and payload. */
const SHORTEST = 16;
const defaultMaxMessageLength = 16 * 1024 * 1024;

const require = createRequire(import.meta.url);
let loaded: EventStreamCodec | undefined;

/** Loaded with the first message, without waiting: most gateways never see one. */
function codec(): EventStreamCodec {
  if (loaded !== undefined) return loaded;
  const library: typeof import("@smithy/eventstream-codec") = require("@smithy/eventstream-codec");
  loaded = new library.EventStreamCodec(
    (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
    (text) => Buffer.from(text, "utf8"),
  );
  return loaded;
}

/** Bytes of an event stream in, however they are cut; whole messages out. */
export class EventStreamDecoder {
  readonly #max: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes after which the next thing can be read: the prelude, then the message that it announces. */
  #needed = PRELUDE;

  constructor(options: EventStreamOptions = {}) {
    this.#max = options.maxMessageLength ?? defaultMaxMessageLength;
  }

  /**
   * The messages that this piece completes. Throws `upstream.event_unreadable` where a checksum or the
   * framing is wrong, `upstream.body_too_large` where one message exceeds the limit.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#needed) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      if (bytes === undefined) break;
      this.#chunks = [bytes];
      if (this.#needed === PRELUDE) {
        this.#needed = this.#announced(bytes);
        continue;
      }
      frames.push(readMessage(bytes.subarray(0, this.#needed)));
      const rest = bytes.subarray(this.#needed);
      this.#chunks = rest.length === 0 ? [] : [rest];
      this.#size = rest.length;
      this.#needed = PRELUDE;
    }
    return frames;
  }

  /** The stream ended. `unfinished`: in the middle of a message. */
  end(): { unfinished: boolean } {
    const unfinished = this.#size > 0;
    this.#chunks = [];
    this.#size = 0;
    return { unfinished };
  }

  /** The message's length. The prelude has a checksum of its own, so that no wrong length is waited for. */
  #announced(bytes: Uint8Array): number {
    const prelude = new DataView(bytes.buffer, bytes.byteOffset, PRELUDE);
    if (crc32(bytes.subarray(0, PRELUDE - 4)) !== prelude.getUint32(PRELUDE - 4)) {
      throw unreadable("The checksum of a message's prelude is wrong.");
    }
    const length = prelude.getUint32(0);
    if (length < SHORTEST || prelude.getUint32(4) > length - SHORTEST) {
      throw unreadable("A message's prelude announces an impossible length.");
    }
    if (length > this.#max) {
      throw new Failure("upstream.body_too_large", {
        message: `A message of the provider's stream is longer than ${this.#max} bytes.`,
      });
    }
    return length;
  }
}

function readMessage(bytes: Uint8Array): Frame {
  let message: ReturnType<EventStreamCodec["decode"]>;
  try {
    message = codec().decode(bytes);
  } catch (thrown) {
    throw unreadable(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const { headers, body } = message;
  const header = (name: string): string => {
    const value = headers[name]?.value;
    return typeof value === "string" ? value : "";
  };
  const data = Buffer.from(body).toString("utf8");
  switch (header(":message-type")) {
    case "exception":
      return { event: header(":exception-type"), data, exception: true };
    case "error":
      // An error that the service did not model: its words stand in the headers.
      return {
        event: header(":error-code"),
        data: data === "" ? JSON.stringify({ message: header(":error-message") }) : data,
        exception: true,
      };
    default:
      return { event: header(":event-type"), data };
  }
}

function unreadable(operator: string): Failure {
  return new Failure("upstream.event_unreadable", { operator });
}

/** The bytes of one event. */
export function encodeEvent(type: string, payload: JsonObject): Uint8Array {
  return encode("event", ":event-type", type, payload);
}

/** The bytes of an exception, which ends a stream. */
export function encodeException(type: string, payload: JsonObject): Uint8Array {
  return encode("exception", ":exception-type", type, payload);
}

function encode(kind: string, header: string, type: string, payload: JsonObject): Uint8Array {
  return codec().encode({
    headers: {
      [header]: { type: "string", value: type },
      ":content-type": { type: "string", value: "application/json" },
      ":message-type": { type: "string", value: kind },
    },
    body: Buffer.from(JSON.stringify(payload), "utf8"),
  });
}

/** A frame's payload. Throws `upstream.event_unreadable` where it is not a JSON object. */
export function framePayload(frame: Frame): JsonObject {
  let data: Json;
  try {
    data = JSON.parse(frame.data);
  } catch {
    throw unreadable(`The payload of "${frame.event}" is not JSON.`);
  }
  if (!isObject(data)) throw unreadable(`The payload of "${frame.event}" is not an object.`);
  return data;
}

/**
 * Bytes as the text that a {@link StreamWriter} gives, one character a byte, so that pieces of it can be
 * joined like any other text; {@link binaryBytes} gives them back.
 */
export function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** The bytes of what a writer of binary streams gave. */
export function binaryBytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
