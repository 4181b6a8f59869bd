import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import { anthropicMessages } from "./index.ts";
import { answerContext, dig, payload, readContext, readFrames } from "./testing.ts";

const begin: JsonObject = {
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-a",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 1 },
  },
};
const block = (content_block: JsonObject, index = 0): JsonObject => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (piece: JsonObject, index = 0): JsonObject => ({
  type: "content_block_delta",
  index,
  delta: piece,
});
const stop = (index = 0): JsonObject => ({ type: "content_block_stop", index });
const finish = (word: string | null, output = 3): JsonObject => ({
  type: "message_delta",
  delta: { stop_reason: word, stop_sequence: null },
  usage: { output_tokens: output },
});
const end: JsonObject = { type: "message_stop" };
const said: JsonObject[] = [
  block({ type: "text", text: "" }),
  delta({ type: "text_delta", text: "Hi" }),
  stop(),
];

function read(...payloads: JsonObject[]): Event[] {
  return readFrames(payloads.map(payload));
}

function cause(...payloads: JsonObject[]): Cause {
  try {
    read(...payloads);
  } catch (error) {
    if (error instanceof Failure) return error.cause;
    throw error;
  }
  return assert.fail("the stream was taken");
}

describe("a stream that is read", () => {
  it("tells each step as it comes", () => {
    assert.deepEqual(read(begin, { type: "ping" }, ...said, finish("end_turn"), end), [
      { type: "start", id: "msg_1", model: "claude-a" },
      {
        type: "usage",
        usage: { input: 5, output: 1, reported: { input_tokens: 5, output_tokens: 1 } },
      },
      { type: "part-start", choice: 0, index: 0, part: { type: "text" } },
      { type: "delta", choice: 0, index: 0, text: "Hi" },
      { type: "part-end", choice: 0, index: 0 },
      {
        type: "usage",
        usage: { input: 5, output: 3, reported: { input_tokens: 5, output_tokens: 3 } },
      },
      { type: "finish", choice: 0, reason: "stop", reported: "end_turn" },
    ]);
  });

  it("ignores events and deltas that it does not know", () => {
    const events = read(
      begin,
      { type: "new_event" },
      block({ type: "text", text: "" }),
      delta({ type: "new_delta", x: 1 }),
      ...said.slice(1),
      finish("end_turn"),
      end,
    );
    assert.ok(events.some((event) => event.type === "delta" && event.text === "Hi"));
  });

  it("keeps a server tool's call whole, its input put together, and grows what grows", () => {
    const events = read(
      begin,
      block({ type: "server_tool_use", id: "s", name: "web_search", input: {} }),
      delta({ type: "input_json_delta", partial_json: '{"query":' }),
      delta({ type: "input_json_delta", partial_json: '"x"}' }),
      stop(),
      block({ type: "compaction", content: null, encrypted_content: null }, 1),
      delta({ type: "compaction_delta", content: "Sum", encrypted_content: "e" }, 1),
      delta({ type: "compaction_delta", content: "mary", encrypted_content: null }, 1),
      stop(1),
      finish("pause_turn"),
      end,
    );
    const natives = events.flatMap((event) =>
      event.type === "part-start" && event.part.type === "native" ? [event.part.value] : [],
    );
    assert.deepEqual(natives, [
      { type: "server_tool_use", id: "s", name: "web_search", input: { query: "x" } },
      { type: "compaction", content: "Summary", encrypted_content: "e" },
    ]);
  });

  it("keeps all five kinds of citation as they were reported", () => {
    const kinds = [
      "char_location",
      "page_location",
      "content_block_location",
      "web_search_result_location",
      "search_result_location",
    ].map((type): JsonObject => ({ type, cited_text: "c", title: "t", file_id: null }));
    const events = read(
      begin,
      ...said.slice(0, 2),
      ...kinds.map((citation) => delta({ type: "citations_delta", citation })),
      stop(),
      finish("end_turn"),
      end,
    );
    const cited = events.flatMap((event) =>
      event.type === "delta" ? (event.citations ?? []) : [],
    );
    assert.deepEqual(
      cited.map(({ reported }) => reported),
      kinds,
    );
    const written = anthropicMessages.writeAnswer(events, answerContext);
    assert.deepEqual(dig(written, "content", 0, "citations"), kinds);
  });

  it("takes a whole tool input from servers that send it with the block", () => {
    const events = read(
      begin,
      block({ type: "tool_use", id: "t", name: "f", input: { a: 1 } }),
      stop(),
      finish("tool_use"),
      end,
    );
    assert.ok(events.some((event) => event.type === "delta" && event.arguments === '{"a":1}'));
  });

  it("is not complete without its end or a reason for it", () => {
    assert.equal(cause(), "upstream.empty");
    assert.equal(cause(begin), "upstream.stream_unfinished");
    assert.equal(cause(begin, ...said), "upstream.stream_unfinished");
    assert.equal(cause(begin, ...said, finish("end_turn")), "upstream.stream_unfinished");
    assert.equal(cause(begin, ...said, end), "upstream.stream_unfinished");
    assert.equal(cause(begin, ...said, finish(null), end), "upstream.stream_unfinished");
  });

  it("is empty where it ends well and has said nothing, not where that took tokens", () => {
    assert.equal(cause(begin, finish("end_turn", 0), end), "upstream.empty");
    assert.equal(read(begin, finish("end_turn", 2), end).at(-1)?.type, "finish");
    assert.equal(read(begin, finish("refusal", 0), end).at(-1)?.type, "finish");
  });

  it("fails as the provider's table says for an error within", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    assert.throws(
      () => read(begin, ...said.slice(0, 2), error),
      (thrown) => thrown instanceof Failure && thrown.operator === JSON.stringify(error),
    );
  });

  it("cannot be read where an event is not one of this format", () => {
    const reader = () => anthropicMessages.readStream(readContext);
    const unreadable = (run: () => unknown) =>
      assert.throws(run, (e) => e instanceof Failure && e.cause === "upstream.event_unreadable");
    unreadable(() => reader().read({ event: "", data: "{" }));
    unreadable(() => reader().read({ event: "", data: "[]" }));
    unreadable(() => reader().read(payload(delta({ type: "text_delta", text: "x" }))));
    assert.equal(
      cause(begin, delta({ type: "text_delta", text: "x" })),
      "upstream.event_unreadable",
    );
    assert.equal(cause(begin, { ...begin, message: { id: "msg_2" } }), "upstream.event_unreadable");
  });
});

describe("a whole answer that is read", () => {
  const message: JsonObject = {
    id: "m",
    type: "message",
    role: "assistant",
    model: "c",
    content: [{ type: "text", text: "Hi" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const failing = (body: JsonObject): Cause | undefined => {
    try {
      anthropicMessages.readAnswer(body, readContext);
    } catch (error) {
      if (error instanceof Failure) return error.cause;
    }
    return undefined;
  };

  it("is refused where it is not one", () => {
    assert.equal(failing({ ok: true }), "upstream.shape_unknown");
    assert.equal(failing({ ...message, stop_reason: null }), "upstream.shape_unknown");
    assert.equal(failing({ ...message, content: [], stop_reason: null }), "upstream.empty");
    assert.equal(
      failing({ ...message, content: [], usage: { output_tokens: 0 } }),
      "upstream.empty",
    );
    assert.equal(
      failing({ ...message, content: [{ type: "tool_use" }] }),
      "upstream.shape_unknown",
    );
    assert.equal(
      failing({ type: "error", error: { type: "api_error" } }),
      "upstream.error_unknown",
    );
    assert.equal(failing(message), undefined);
  });

  it("counts cached tokens as input, and tells lifetimes apart", () => {
    const usage = {
      input_tokens: 1,
      cache_read_input_tokens: 10,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 4 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
      service_tier: "priority",
    };
    const events = anthropicMessages.readAnswer({ ...message, usage }, readContext);
    assert.deepEqual(events.find((event) => event.type === "usage")?.usage, {
      input: 111,
      output: 7,
      cachedRead: 10,
      cachedWrite5m: 60,
      cachedWrite1h: 40,
      reasoning: 4,
      hostedToolCalls: { web_search: 2 },
      serviceTier: "priority",
      reported: usage,
    });
  });
});
