import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import { binaryBytes } from "../aws-eventstream.ts";
import type { Frame } from "../frames.ts";
import { bedrockConverse } from "./index.ts";
import { answerContext, cut, framed, readContext, readFrames, writeEvents } from "./testing.ts";

const begin: JsonObject[] = [
  { messageStart: { role: "assistant" } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hel" } } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "lo" } } },
];
const stop: JsonObject = { messageStop: { stopReason: "end_turn" } };
const metadata: JsonObject = {
  metadata: {
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 7 },
    serviceTier: { type: "flex" },
  },
};

const read = (lines: JsonObject[]) => readFrames(lines.map(framed));
const textOf = (events: readonly Event[]) =>
  events.map((event) => (event.type === "delta" ? (event.text ?? "") : "")).join("");

function fails(lines: readonly Frame[]): Cause {
  try {
    readFrames(lines);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.cause;
    throw thrown;
  }
  return assert.fail("nothing failed");
}

describe("a stream of Bedrock", () => {
  it("tells its figures, which come after its end", () => {
    const events = read([...begin, stop, metadata]);
    assert.equal(textOf(events), "Hello");
    assert.deepEqual(events.slice(-2), [
      {
        type: "usage",
        usage: {
          input: 3,
          output: 2,
          serviceTier: "flex",
          reported: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
        },
      },
      {
        type: "finish",
        choice: 0,
        reason: "stop",
        reported: "end_turn",
        extra: { dialect: "bedrock-converse", fields: { metrics: { latencyMs: 7 } } },
      },
    ]);
  });

  it("is complete without figures, and not without its stop", () => {
    assert.equal(read([...begin, stop]).at(-1)?.type, "finish");
    assert.equal(fails(begin.map(framed)), "upstream.stream_unfinished");
    assert.equal(fails([...begin, metadata].map(framed)), "upstream.stream_unfinished");
    assert.equal(fails([]), "upstream.empty");
    assert.equal(
      fails([framed({ messageStart: { role: "assistant" } }), framed(stop)]),
      "upstream.empty",
    );
  });

  it("hands an exception to the vendor's table, with its type", () => {
    const frames: Frame[] = [
      ...begin.map(framed),
      { event: "throttlingException", data: '{"message":"Slow down"}', exception: true },
    ];
    const reader = bedrockConverse.readStream({
      ...readContext,
      failure: (error) => {
        assert.deepEqual(error, {
          body: { message: "Slow down", __type: "throttlingException" },
          inStream: true,
        });
        return new Failure("upstream.rate_limited");
      },
    });
    assert.throws(
      () => frames.flatMap((frame) => reader.read(frame)),
      (thrown) => thrown instanceof Failure && thrown.cause === "upstream.rate_limited",
    );
  });

  it("does not take what it cannot read for an answer", () => {
    const data = (text: string): Frame => ({ event: "contentBlockDelta", data: text });
    assert.equal(fails([data("{")]), "upstream.event_unreadable");
    assert.equal(fails([data("[]")]), "upstream.event_unreadable");
    assert.equal(
      fails([...begin, { messageStart: { role: "assistant" } }].map(framed)),
      "upstream.event_unreadable",
    );
  });

  it("gives a call without arguments an empty object, and skips kinds of events that it does not know", () => {
    const events = read([
      { messageStart: { role: "assistant" } },
      { newEvent: { a: 1 } },
      {
        contentBlockStart: {
          contentBlockIndex: 0,
          start: { toolUse: { toolUseId: "t", name: "now" } },
        },
      },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: "tool_use" } },
    ]);
    assert.deepEqual(events.slice(1, 4), [
      {
        type: "part-start",
        choice: 0,
        index: 0,
        part: { type: "tool-call", id: "t", name: "now", kind: "function" },
      },
      { type: "delta", choice: 0, index: 0, arguments: "{}" },
      { type: "part-end", choice: 0, index: 0 },
    ]);
  });
});

describe("a stream for a client of Bedrock's", () => {
  it("never looks finished where it broke off", () => {
    const writer = bedrockConverse.writeStream(answerContext);
    const events = read([...begin, stop, metadata]).slice(0, 3);
    const text = events.map((event) => writer.write(event)).join("");
    const bytes = binaryBytes(text + writer.fail({ error: { message: "Gone", code: "x" } }));
    const frames = cut(bytes, 5);
    assert.deepEqual(frames.at(-1), {
      event: "modelStreamErrorException",
      data: '{"error":{"message":"Gone","code":"x"},"message":"Gone"}',
      exception: true,
    });
    assert.ok(frames.every((frame) => frame.event !== "messageStop"));
  });

  it("says nothing of an end that was not given", () => {
    const events = read([...begin, stop]).slice(0, -1);
    const frames = cut(writeEvents(events), 1 << 16);
    assert.ok(frames.every((frame) => frame.event !== "messageStop"));
  });
});
