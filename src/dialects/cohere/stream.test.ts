import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import { cohere } from "./index.ts";
import { answerContext, cut, framed, readContext, readFrames, writeEvents } from "./testing.ts";

const begin: JsonObject[] = [
  { type: "message-start", id: "m_1", delta: { message: { role: "assistant" } } },
  {
    type: "content-start",
    index: 0,
    delta: { message: { content: { type: "text", text: "" } } },
  },
  { type: "content-delta", index: 0, delta: { message: { content: { text: "Blue." } } } },
];
const stop: JsonObject = {
  type: "message-end",
  delta: {
    finish_reason: "COMPLETE",
    usage: { billed_units: { input_tokens: 1 }, tokens: { input_tokens: 9, output_tokens: 2 } },
  },
};
const cited: JsonObject = {
  start: 0,
  end: 4,
  text: "Blue",
  sources: [{ type: "document", id: "doc:2", document: { title: "Sky", url: "https://x.test/" } }],
  type: "TEXT_CONTENT",
};
const contentEnd: JsonObject = { type: "content-end", index: 0 };
const citation: JsonObject = {
  type: "citation-start",
  index: 0,
  delta: { message: { citations: cited } },
};

const read = (lines: JsonObject[]) => readFrames(lines.map(framed));
const deltas = (events: readonly Event[]) => events.filter((event) => event.type === "delta");

function fails(lines: JsonObject[]): Cause {
  try {
    read(lines);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.cause;
    throw thrown;
  }
  return assert.fail("nothing failed");
}

describe("a stream of Cohere", () => {
  it("gives a citation to the text that it speaks of, also where it comes after that text", () => {
    const early = read([...begin, citation, contentEnd, stop]);
    const late = read([...begin, contentEnd, citation, stop]);
    assert.deepEqual(late, early);
    assert.deepEqual(deltas(early).at(-1), {
      type: "delta",
      choice: 0,
      index: 0,
      citations: [
        {
          start: 0,
          end: 4,
          title: "Sky",
          url: "https://x.test/",
          document: 2,
          reported: cited,
          dialect: "cohere",
        },
      ],
    });
    assert.deepEqual(readFrames(cut(writeEvents(early), 5)), early);
  });

  it("tells a plan as a thought, marked so that it goes back to its place", () => {
    const events = read([
      begin[0] ?? {},
      { type: "tool-plan-delta", delta: { message: { tool_plan: "I will " } } },
      { type: "tool-plan-delta", delta: { message: { tool_plan: "look." } } },
      {
        type: "tool-call-start",
        index: 0,
        delta: {
          message: {
            tool_calls: { id: "c", type: "function", function: { name: "look", arguments: "" } },
          },
        },
      },
      { type: "tool-call-end", index: 0 },
      { type: "message-end", delta: { finish_reason: "TOOL_CALL" } },
    ]);
    const answer = cohere.writeAnswer(events, answerContext);
    assert.deepEqual(answer.message, {
      role: "assistant",
      tool_plan: "I will look.",
      tool_calls: [{ id: "c", type: "function", function: { name: "look", arguments: "{}" } }],
    });
    const request = cohere.readRequest({
      model: "m",
      messages: [{ role: "user", content: "x" }, answer.message ?? null],
    });
    assert.equal(request.turns[1]?.parts[0]?.type, "reasoning");
    const { body } = cohere.writeRequest(request, { model: "m", origin: readContext.origin });
    assert.deepEqual(Array.isArray(body.messages) ? body.messages[1] : undefined, answer.message);
  });

  it("is a failure where its end says so, with Cohere's words", () => {
    const end = (finish_reason: string): JsonObject => ({
      type: "message-end",
      delta: { finish_reason, error: "It broke." },
    });
    for (const word of ["ERROR", "TIMEOUT"]) {
      const reader = cohere.readStream({
        ...readContext,
        failure: (error) => {
          assert.deepEqual(error, { body: { code: word, message: "It broke." }, inStream: true });
          return new Failure("upstream.server_error");
        },
      });
      assert.throws(
        () => [...begin, end(word)].flatMap((line) => reader.read(framed(line))),
        (thrown) => thrown instanceof Failure && thrown.cause === "upstream.server_error",
      );
    }
  });

  it("is not complete without its end, and not an answer without a word", () => {
    assert.equal(fails(begin), "upstream.stream_unfinished");
    assert.equal(fails([]), "upstream.empty");
    const silent = { type: "message-end", delta: { finish_reason: "COMPLETE" } };
    assert.equal(fails([begin[0] ?? {}, silent]), "upstream.empty");
    assert.equal(fails([...begin, begin[0] ?? {}]), "upstream.event_unreadable");
    assert.equal(fails([stop]), "upstream.event_unreadable");
  });

  it("carries the probabilities of what was said", () => {
    const logprobs = { text: "Blue.", token_ids: [7, 8], logprobs: [-0.25, -0.5] };
    const events = read([...begin.slice(0, 2), { ...(begin[2] ?? {}), logprobs }, stop]);
    assert.deepEqual(deltas(events)[0]?.logprobs, [
      {
        token: "Blue.",
        logprob: -0.75,
        bytes: null,
        top_logprobs: [],
        token_ids: [7, 8],
        logprobs: [-0.25, -0.5],
      },
    ]);
    assert.deepEqual(cohere.writeAnswer(events, answerContext).logprobs, [logprobs]);
    assert.deepEqual(readFrames(cut(writeEvents(events), 9)), events);
  });
});

describe("a stream for a client of Cohere's", () => {
  it("never looks finished where it broke off", () => {
    const writer = cohere.writeStream(answerContext);
    const text = read([...begin, stop])
      .slice(0, 3)
      .map((event) => writer.write(event))
      .join("");
    const frames = cut(text + writer.fail({ error: { message: "Gone", code: "x" } }), 64);
    assert.deepEqual(JSON.parse(frames.at(-1)?.data ?? ""), {
      type: "message-end",
      error: { message: "Gone", code: "x" },
      delta: { finish_reason: "ERROR", error: "Gone" },
    });
  });
});
