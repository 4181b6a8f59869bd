import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { anthropicMessages } from "./index.ts";
import {
  answerContext,
  cut,
  dig,
  digObject,
  joined,
  payload,
  readFrames,
  writeEvents,
} from "./testing.ts";

function eventsOf(stream: string): JsonObject[] {
  return cut(stream, 1 << 16).map(({ event, data }) => {
    const parsed: JsonObject = JSON.parse(data);
    assert.equal(event, parsed.type);
    return parsed;
  });
}

const openaiAnswer: Event[] = [
  { type: "start", id: "chatcmpl-1", model: "gpt" },
  { type: "part-start", choice: 0, index: 0, part: { type: "text" } },
  { type: "delta", choice: 0, index: 0, text: "I look." },
  { type: "part-start", choice: 0, index: 1, part: { type: "tool-call", id: "a", name: "f" } },
  { type: "delta", choice: 0, index: 1, arguments: '{"x"' },
  { type: "part-start", choice: 0, index: 2, part: { type: "tool-call", id: "b", name: "g" } },
  { type: "delta", choice: 0, index: 2, arguments: "{}" },
  { type: "delta", choice: 0, index: 1, arguments: ":1}" },
  { type: "part-end", choice: 0, index: 0 },
  { type: "part-end", choice: 0, index: 1 },
  { type: "part-end", choice: 0, index: 2 },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "tool_calls" },
  {
    type: "usage",
    usage: {
      input: 100,
      output: 9,
      cachedRead: 40,
      reported: { prompt_tokens: 100, total_tokens: 109 },
    },
  },
];

describe("a stream that is written", () => {
  it("has Anthropic's events in their order, one block after the other, also where parts interleave", () => {
    const events = eventsOf(writeEvents(openaiAnswer));
    assert.deepEqual(
      events.map(({ type, index }) => (index === undefined ? type : `${type} ${index}`)),
      [
        "message_start",
        "content_block_start 0",
        "ping",
        "content_block_delta 0",
        "content_block_stop 0",
        "content_block_start 1",
        "content_block_delta 1",
        "content_block_delta 1",
        "content_block_stop 1",
        "content_block_start 2",
        "content_block_delta 2",
        "content_block_stop 2",
        "message_delta",
        "message_stop",
      ],
    );
    const calls = joined(readFrames(events.map(payload))).flatMap((event) =>
      event.type === "delta" && event.arguments !== undefined ? [event.arguments] : [],
    );
    assert.deepEqual(calls, ['{"x":1}', "{}"]);
  });

  it("tells input tokens at the end where they are known only then, without the cached ones", () => {
    const events = eventsOf(writeEvents(openaiAnswer));
    const last = events.at(-2);
    assert.equal(dig(events, 0, "message", "usage", "input_tokens"), 0);
    assert.deepEqual(last?.delta, { stop_reason: "tool_use", stop_sequence: null });
    const usage = digObject(last, "usage");
    assert.deepEqual(
      [usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens],
      [60, 40, 9],
    );
  });

  it("tells input tokens at the start where they are known", () => {
    const [start, ...rest] = openaiAnswer;
    assert.ok(start !== undefined);
    const events = eventsOf(
      writeEvents([start, { type: "usage", usage: { input: 12, output: 0 } }, ...rest]),
    );
    assert.equal(dig(events, 0, "message", "usage", "input_tokens"), 12);
  });

  it("ends with an error event alone where it fails", () => {
    const writer = anthropicMessages.writeStream(answerContext);
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const text =
      openaiAnswer
        .slice(0, 3)
        .map((event) => writer.write(event))
        .join("") + writer.fail(error);
    const events = eventsOf(text);
    assert.deepEqual(events.at(-1), error);
    assert.ok(!events.some(({ type }) => type === "message_stop" || type === "message_delta"));
  });

  it("has no end where no reason was given", () => {
    const text = writeEvents(openaiAnswer.filter(({ type }) => type !== "finish"));
    assert.ok(!text.includes("message_stop"));
  });

  it("brings state that another provider must have back through a client that knows only Messages", () => {
    const state = {
      value: "opaque",
      kind: "thought-signature",
      origin: { provider: "gemini", model: "g" },
    };
    const answer: Event[] = [
      { type: "part-start", choice: 0, index: 0, part: { type: "tool-call", id: "a", name: "f" } },
      { type: "delta", choice: 0, index: 0, arguments: "{}", signature: state },
      { type: "part-end", choice: 0, index: 0 },
      { type: "finish", choice: 0, reason: "tool-calls" },
    ];
    const { content } = anthropicMessages.writeAnswer(answer, answerContext);
    const request = anthropicMessages.readRequest({
      model: "m",
      max_tokens: 9,
      messages: [{ role: "assistant", content: content ?? null }],
    });
    assert.deepEqual(request.turns[0]?.parts, [
      {
        type: "tool-call",
        id: "a",
        name: "f",
        arguments: "{}",
        kind: "function",
        signature: state,
      },
    ]);
  });
});

describe("an answer that is written", () => {
  it("fails, rather than lie, where a call's arguments do not survive as an object", () => {
    for (const text of ['{"n":1e999}', '{"n":']) {
      const events: Event[] = [
        {
          type: "part-start",
          choice: 0,
          index: 0,
          part: { type: "tool-call", id: "a", name: "f" },
        },
        { type: "delta", choice: 0, index: 0, arguments: text },
        { type: "finish", choice: 0, reason: "tool-calls" },
      ];
      assert.throws(
        () => anthropicMessages.writeAnswer(events, answerContext),
        (e) =>
          e instanceof Failure &&
          e.cause === "tool.arguments_unrepresentable" &&
          e.origin === "provider",
      );
    }
  });

  it("has a stop reason for every way to end", () => {
    const word = (reason: Extract<Event, { type: "finish" }>["reason"], reported?: string) =>
      anthropicMessages.writeAnswer(
        [{ type: "finish", choice: 0, reason, reported }],
        answerContext,
      ).stop_reason;
    assert.equal(word("stop", "stop"), "end_turn");
    assert.equal(word("length"), "max_tokens");
    assert.equal(word("tool-calls", "tool_calls"), "tool_use");
    assert.equal(word("content-filter", "SAFETY"), "refusal");
    assert.equal(word("pause", "compaction"), "compaction");
    assert.equal(word("context-window"), "model_context_window_exceeded");
    assert.equal(word("other", "OTHER"), "OTHER");
  });
});
