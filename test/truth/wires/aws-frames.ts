/**
 * AWS's event stream as the upstream sends it, by AWS's own codec.
 * https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html
 */
import { crc32 } from "node:zlib";
import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text, "utf8"),
);

/** A message, one character a byte. */
function message(headers: Readonly<Record<string, string>>, payload: string): string {
  const encoded = codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: "string", value }]),
    ),
    body: Buffer.from(payload, "utf8"),
  });
  return Buffer.from(encoded).toString("latin1");
}

export function eventFrame(type: string, payload: string): string {
  return message(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    payload,
  );
}

export function exceptionFrame(type: string, payload: string): string {
  return message(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    payload,
  );
}

/** An error that the service does not model: its words are in the headers. */
export function errorFrame(code: string, words: string): string {
  return message({ ":error-code": code, ":error-message": words, ":message-type": "error" }, "");
}

/** The frame with one bit of its payload turned: its checksum is wrong. */
export function corrupted(frame: string): string {
  const at = frame.length - 8;
  return frame.slice(0, at) + String.fromCharCode(frame.charCodeAt(at) ^ 1) + frame.slice(at + 1);
}

/** A prelude, its checksum right, that announces a message of so many bytes. */
export function announcing(bytes: number): string {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(bytes, 0);
  prelude.writeUInt32BE(0, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  return prelude.toString("latin1");
}
