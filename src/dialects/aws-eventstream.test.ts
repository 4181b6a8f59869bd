import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Cause } from "../failures/catalogue/index.ts";
import { Failure } from "../failures/failure.ts";
import {
  binaryBytes,
  binaryText,
  EventStreamDecoder,
  encodeEvent,
  encodeException,
  framePayload,
} from "./aws-eventstream.ts";
import type { Frame } from "./frames.ts";

function decode(bytes: Uint8Array, size: number): Frame[] {
  const decoder = new EventStreamDecoder();
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.push(...decoder.push(bytes.subarray(at, at + size)));
  }
  assert.deepEqual(decoder.end(), { unfinished: false });
  return frames;
}

function failsWith(cause: Cause) {
  return (thrown: unknown) => thrown instanceof Failure && thrown.cause === cause;
}

describe("AWS's event stream", () => {
  it("reads back the events that were written, however the bytes are cut", () => {
    const event = fc.record(
      { type: fc.string({ minLength: 1, maxLength: 40 }), text: fc.string() },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 300 }), (events, size) => {
        const bytes = Buffer.concat(events.map(({ type, text }) => encodeEvent(type, { text })));
        const frames = decode(bytes, size);
        assert.deepEqual(
          frames.map((frame) => ({ type: frame.event, text: framePayload(frame).text })),
          events,
        );
      }),
      { numRuns: 200 },
    );
  });

  it("tells an exception by its type", () => {
    const [frame] = decode(encodeException("throttlingException", { message: "Slow down" }), 7);
    assert.deepEqual(frame, {
      event: "throttlingException",
      data: '{"message":"Slow down"}',
      exception: true,
    });
  });

  it("refuses a message of which any byte was changed", () => {
    const bytes = encodeEvent("messageStart", { role: "assistant" });
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      assert.throws(
        () => new EventStreamDecoder().push(changed),
        failsWith("upstream.event_unreadable"),
        `byte ${at}`,
      );
    }
  });

  it("says that a stream ended in the middle of a message", () => {
    const bytes = encodeEvent("messageStart", { role: "assistant" });
    for (const length of [1, 11, 12, 20, bytes.length - 1]) {
      const decoder = new EventStreamDecoder();
      assert.deepEqual(decoder.push(bytes.subarray(0, length)), []);
      assert.deepEqual(decoder.end(), { unfinished: true });
    }
  });

  it("does not collect a message beyond the limit", () => {
    const bytes = encodeEvent("contentBlockDelta", { text: "x".repeat(1000) });
    const decoder = new EventStreamDecoder({ maxMessageLength: 500 });
    assert.throws(() => decoder.push(bytes.subarray(0, 12)), failsWith("upstream.body_too_large"));
  });

  it("travels as text of one character a byte", () => {
    const bytes = encodeEvent("x", { text: "ä€🙂" });
    assert.deepEqual(Uint8Array.from(binaryBytes(binaryText(bytes))), Uint8Array.from(bytes));
  });
});
