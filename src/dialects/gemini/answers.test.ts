import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { gemini } from "./index.ts";

const context: ReadContext = {
  origin: { provider: "gemini", model: "gemini-3-flash" },
  failure: (error) => new Failure("upstream.overloaded", { details: { status: error.status } }),
};
const answerContext = { id: "id", model: "model", created: 0 };

function answer(parts: Json[], more: { [key: string]: Json } = {}): Json {
  return {
    candidates: [{ content: { parts, role: "model" }, finishReason: "STOP", ...more }],
    modelVersion: "gemini-3-flash",
    responseId: "r",
  };
}

function stream(...bodies: Json[]): Event[] {
  const reader = gemini.readStream(context);
  const events = bodies.flatMap((body) => reader.read({ event: "", data: JSON.stringify(body) }));
  return [...events, ...reader.end()];
}

function fails(cause: string) {
  return (thrown: unknown) => thrown instanceof Failure && thrown.cause === cause;
}

describe("an answer of Gemini", () => {
  it("is a failure where the model failed before it said anything, and an answer where it had", () => {
    const word = "MALFORMED_FUNCTION_CALL";
    const failed: Json = { candidates: [{ finishReason: word }], responseId: "r" };
    assert.throws(() => gemini.readAnswer(failed, context), fails("upstream.empty"));
    assert.throws(() => stream(failed), fails("upstream.empty"));
    const partial = answer([{ text: "Half" }], { finishReason: word });
    const finish = gemini.readAnswer(partial, context).at(-1);
    assert.ok(finish?.type === "finish" && finish.reported === word);
  });

  it("has thoughts, text, and calls with their raw arguments and an id", () => {
    const events = gemini.readAnswer(
      answer([
        { text: "Let me see.", thought: true },
        { text: "Here:" },
        { functionCall: { name: "f", args: { a: [1] } }, thoughtSignature: "c2ln" },
      ]),
      context,
    );
    const starts = events.flatMap((event) => (event.type === "part-start" ? [event.part] : []));
    assert.deepEqual(
      starts.map((part) => part.type),
      ["reasoning", "text", "tool-call"],
    );
    const call = starts[2];
    assert.ok(call?.type === "tool-call");
    assert.match(call.id, /^call_[0-9a-f-]{36}$/);
    assert.deepEqual(
      events.filter((event) => event.type === "delta" && event.index === 2),
      [
        {
          type: "delta",
          choice: 0,
          index: 2,
          signature: { value: "c2ln", kind: "thought-signature", origin: context.origin },
        },
        { type: "delta", choice: 0, index: 2, arguments: '{"a":[1]}' },
      ],
    );
    const finish = events.at(-1);
    assert.equal(finish?.type === "finish" && finish.reason, "tool-calls");
  });

  it("counts thoughts as output and tool results as input", () => {
    const body = {
      ...Object(answer([{ text: "x" }])),
      usageMetadata: {
        promptTokenCount: 100,
        cachedContentTokenCount: 80,
        toolUsePromptTokenCount: 5,
        candidatesTokenCount: 10,
        thoughtsTokenCount: 30,
        totalTokenCount: 145,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 60 },
          { modality: "AUDIO", tokenCount: 40 },
        ],
        trafficType: "ON_DEMAND",
      },
    };
    const usage = gemini.readAnswer(body, context).find((event) => event.type === "usage")?.usage;
    assert.deepEqual(usage, {
      input: 105,
      output: 40,
      cachedRead: 80,
      reasoning: 30,
      inputAudio: 40,
      serviceTier: "ON_DEMAND",
      reported: body.usageMetadata,
    });
  });

  it("says where its text comes from, in characters", () => {
    const events = gemini.readAnswer(
      answer([{ text: "Zürich is old." }], {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: "https://z.example", title: "z" } }],
          groundingSupports: [
            {
              segment: { startIndex: 8, endIndex: 14, text: "is old" },
              groundingChunkIndices: [0],
            },
          ],
          webSearchQueries: ["zürich", ""],
        },
      }),
      context,
    );
    const citations = events.flatMap((event) =>
      event.type === "delta" ? (event.citations ?? []) : [],
    );
    const { reported: _, ...citation } = citations[0] ?? {};
    assert.deepEqual(citation, {
      title: "z",
      url: "https://z.example",
      start: 7,
      end: 13,
      dialect: "gemini",
    });
  });

  it("refuses the prompt when it was blocked", () => {
    assert.throws(
      () => gemini.readAnswer({ promptFeedback: { blockReason: "SAFETY" } }, context),
      fails("upstream.content_filtered"),
    );
  });

  it("that says nothing is empty, and what is none is unknown", () => {
    assert.throws(() => gemini.readAnswer({ candidates: [] }, context), fails("upstream.empty"));
    assert.throws(() => gemini.readAnswer({ responseId: "r" }, context), fails("upstream.empty"));
    assert.throws(
      () => gemini.readAnswer({ candidates: [{ content: {} }] }, context),
      fails("upstream.empty"),
    );
    const unknown: Json[] = [{}, "x", 1, { candidates: 1 }, { choices: [] }];
    for (const body of unknown)
      assert.throws(() => gemini.readAnswer(body, context), fails("upstream.shape_unknown"));
  });

  it("cut by a filter is an answer with its reason", () => {
    const events = gemini.readAnswer(answer([], { finishReason: "SAFETY" }), context);
    const finish = events.at(-1);
    assert.ok(finish?.type === "finish");
    assert.equal(finish.reason, "content-filter");
    assert.equal(finish.reported, "SAFETY");
  });

  it("that is an error becomes what the provider's table makes of it", () => {
    assert.throws(
      () => gemini.readAnswer([{ error: { code: 503, message: "x" } }], context),
      (thrown) =>
        thrown instanceof Failure &&
        thrown.cause === "upstream.overloaded" &&
        thrown.details?.status === 503,
    );
  });

  it("may be the array of a stream without SSE", () => {
    const events = gemini.readAnswer(
      [
        { candidates: [{ content: { parts: [{ text: "a" }] } }] },
        { candidates: [{ content: { parts: [{ text: "b" }] }, finishReason: "STOP" }] },
      ],
      context,
    );
    assert.equal(events.filter((event) => event.type === "part-start").length, 1);
  });
});

describe("a stream of Gemini", () => {
  const chunk = (part: Json, more: { [key: string]: Json } = {}): Json => ({
    candidates: [{ content: { parts: [part] }, index: 0, ...more }],
  });

  it("goes on with its text until another kind of part, and ends with usage and finish", () => {
    const events = stream(
      chunk({ text: "th", thought: true }),
      chunk({ text: "a" }),
      chunk({ text: "b" }),
      {
        ...Object(chunk({ text: "" }, { finishReason: "STOP" })),
        usageMetadata: { promptTokenCount: 1 },
      },
    );
    assert.deepEqual(
      events.map((event) => event.type),
      [
        "start",
        "part-start",
        "delta",
        "part-end",
        "part-start",
        "delta",
        "delta",
        "usage",
        "part-end",
        "finish",
      ],
    );
  });

  it("keeps numbers that a double would lose as the model wrote them", () => {
    const reader = gemini.readStream(context);
    const data =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":9007199254740993,"x":1e999}}}]},"finishReason":"STOP"}]}';
    const texts = reader
      .read({ event: "", data })
      .flatMap((event) => (event.type === "delta" ? [event.arguments] : []));
    assert.deepEqual(texts, ['{"id":9007199254740993,"x":1e999}']);
  });

  it("that ends early is unfinished, and one without a candidate is empty", () => {
    assert.throws(() => stream(chunk({ text: "a" })), fails("upstream.stream_unfinished"));
    assert.throws(() => stream({ responseId: "r" }), fails("upstream.empty"));
    assert.throws(() => gemini.readStream(context).end(), fails("upstream.empty"));
  });

  it("may tell an error on its way, or be unreadable", () => {
    assert.throws(
      () => stream(chunk({ text: "a" }), { error: { code: 503, status: "UNAVAILABLE" } }),
      fails("upstream.overloaded"),
    );
    assert.throws(
      () => gemini.readStream(context).read({ event: "", data: "{" }),
      fails("upstream.event_unreadable"),
    );
  });
});

describe("a stream for a Gemini client", () => {
  const start: Event = { type: "start", id: "r", model: "gpt-x" };
  const at = { choice: 0, index: 0 };

  it("writes each piece at once, and a call only when it is whole", () => {
    const writer = gemini.writeStream(answerContext);
    assert.equal(writer.write(start), "");
    writer.write({ type: "part-start", ...at, part: { type: "text" } });
    assert.equal(
      writer.write({ type: "delta", ...at, text: 'a"b' }),
      'data: {"candidates":[{"content":{"parts":[{"text":"a\\"b"}],"role":"model"},"index":0}],"modelVersion":"gpt-x","responseId":"r"}\n\n',
    );
    const call = { choice: 0, index: 1 };
    writer.write({ type: "part-start", ...call, part: { type: "tool-call", id: "c", name: "f" } });
    assert.equal(writer.write({ type: "delta", ...call, arguments: '{"a":' }), "");
    assert.equal(writer.write({ type: "delta", ...call, arguments: "1}" }), "");
    assert.match(
      writer.write({ type: "part-end", ...call }),
      /"functionCall":\{"id":"c","name":"f","args":\{"a":1\}\}/,
    );
    writer.write({ type: "finish", choice: 0, reason: "tool-calls" });
    writer.write({ type: "usage", usage: { input: 3, output: 4, reasoning: 1 } });
    const last = JSON.parse(writer.end().slice("data: ".length));
    assert.equal(last.candidates[0].finishReason, "STOP");
    assert.deepEqual(last.usageMetadata, {
      promptTokenCount: 3,
      candidatesTokenCount: 3,
      totalTokenCount: 7,
      thoughtsTokenCount: 1,
    });
  });

  it("carries another vendor's citations and state in Google's own fields", () => {
    const body = gemini.writeAnswer(
      [
        start,
        { type: "part-start", ...at, part: { type: "text" } },
        {
          type: "delta",
          ...at,
          text: "Ölpreis",
          citations: [{ url: "https://a.example", title: "A", start: 0, end: 2 }],
        },
        { type: "part-end", ...at },
        { type: "finish", choice: 0, reason: "stop" },
      ],
      answerContext,
    );
    assert.deepEqual(JSON.parse(JSON.stringify(body)).candidates[0].groundingMetadata, {
      groundingChunks: [{ web: { uri: "https://a.example", title: "A" } }],
      groundingSupports: [{ segment: { endIndex: 3, text: "Öl" }, groundingChunkIndices: [0] }],
    });
  });

  it("refuses arguments that an object cannot hold", () => {
    const writer = gemini.writeStream(answerContext);
    writer.write({ type: "part-start", ...at, part: { type: "tool-call", id: "c", name: "f" } });
    writer.write({ type: "delta", ...at, arguments: '{"n":1e999}' });
    assert.throws(
      () => writer.write({ type: "part-end", ...at }),
      (thrown) =>
        thrown instanceof Failure &&
        thrown.cause === "tool.arguments_unrepresentable" &&
        thrown.origin === "provider",
    );
  });

  it("ends a broken stream with Google's error object and no finish reason", () => {
    const writer = gemini.writeStream(answerContext);
    const error = { error: { code: 502, message: "x", status: "UNAVAILABLE" } };
    assert.equal(writer.fail(error), `data: ${JSON.stringify(error)}\n\n`);
  });
});
