/** Reading answers and streams truthfully. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Event } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Manners } from "../manners.ts";
import { fold } from "./fold.ts";
import { readAnswer } from "./read-answer.ts";
import { causeOf, reading, readText } from "./testing.ts";

const answer = (
  message: JsonObject,
  choice: JsonObject = { finish_reason: "stop" },
): JsonObject => ({
  id: "x",
  choices: [{ index: 0, message, ...choice }],
});
const chunk = (delta: JsonObject, choice: JsonObject = {}) =>
  `data: ${JSON.stringify({ id: "x", choices: [{ index: 0, delta, ...choice }] })}\n\n`;
const done = "data: [DONE]\n\n";
const finish = chunk({}, { finish_reason: "stop" });

function parts(events: readonly Event[]) {
  return (fold(events).choices[0]?.parts ?? []).map(({ head, text }) => [head.type, text]);
}
function reasonOf(events: readonly Event[]) {
  return fold(events).choices[0]?.finish?.reason;
}

describe("an answer that is none", () => {
  const cases: [string, Json, string][] = [
    ["is an error inside a 200", { error: { message: "no" } }, "upstream.error_unknown"],
    [
      "is an error beside choices",
      { ...answer({ content: "x" }), error: "no" },
      "upstream.error_unknown",
    ],
    ["is vLLM's error object", { object: "error", message: "no" }, "upstream.error_unknown"],
    ["is a framework's error", { detail: "Not Found" }, "upstream.error_unknown"],
    [
      "ends with an error (OpenRouter)",
      answer({ content: "x" }, { finish_reason: "error" }),
      "upstream.error_unknown",
    ],
    ["is text", "hello", "upstream.shape_unknown"],
    ["is a list", [], "upstream.shape_unknown"],
    ["has choices of another shape", { choices: "x" }, "upstream.shape_unknown"],
    ["has a choice of another shape", { choices: ["x"] }, "upstream.shape_unknown"],
    ["has no choices", { id: "x" }, "upstream.empty"],
    ["has an empty list of choices", { choices: [] }, "upstream.empty"],
    ["says nothing and gives no reason", answer({ content: "" }, {}), "upstream.empty"],
    [
      "says null and gives no reason",
      answer({ content: null }, { finish_reason: null }),
      "upstream.empty",
    ],
  ];
  for (const [what, body, cause] of cases) {
    test(`${what}: ${cause}`, () =>
      assert.equal(
        causeOf(() => readAnswer(body, reading())),
        cause,
      ));
  }

  test("tells the provider's own status", () => {
    try {
      readAnswer({ error: { code: 429, message: "slow down" } }, reading());
      assert.fail();
    } catch (error) {
      assert.ok(error instanceof Failure && error.operator?.includes('"status":429'));
    }
  });
});

describe("an answer", () => {
  test("may be empty where a reason is given", () => {
    const events = readAnswer(answer({ content: "" }, { finish_reason: "length" }), reading());
    assert.deepEqual(parts(events), []);
    assert.equal(reasonOf(events), "length");
  });

  test("that only refuses ends with a refusal", () => {
    assert.equal(
      reasonOf(readAnswer(answer({ content: null, refusal: "No." }), reading())),
      "refusal",
    );
  });

  test("of a forced function wants tools although OpenAI says stop", () => {
    const tool_calls = [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }];
    const events = readAnswer(answer({ content: null, tool_calls }), reading());
    assert.equal(reasonOf(events), "tool-calls");
    assert.equal(fold(events).choices[0]?.finish?.reported, "stop");
  });

  test("with a legacy function call is one with a tool call", () => {
    const function_call = { name: "f", arguments: "{}" };
    const events = readAnswer(
      answer({ content: null, function_call }, { finish_reason: "function_call" }),
      reading(),
    );
    assert.deepEqual(parts(events), [["tool-call", "{}"]]);
    assert.equal(reasonOf(events), "tool-calls");
  });

  test("keeps tool arguments as the model wrote them", () => {
    const text = '{"n":1e999,  "big":12345678901234567890}';
    const tool_calls = [{ id: "c", type: "function", function: { name: "f", arguments: text } }];
    assert.deepEqual(parts(readAnswer(answer({ tool_calls }), reading())), [["tool-call", text]]);
  });
});

describe("a vendor's manners", () => {
  const read = (body: JsonObject, manners: Manners) => readAnswer(body, reading("vendor", manners));

  test("say where usage stands and what its figures are called", () => {
    const body = {
      ...answer({ content: "x" }),
      x_groq: {
        usage: { prompt_tokens: 9, completion_tokens: 4, cache: { hit: 3 }, thought_tokens: 5 },
      },
    };
    const { usage } = fold(
      read(body, {
        usageAt: "x_groq.usage",
        cachedTokensAt: "cache.hit",
        reasoningTokensAt: "thought_tokens",
        reasoningOutsideOutput: true,
      }),
    );
    assert.deepEqual(
      { ...usage, reported: undefined },
      { input: 9, output: 9, cachedRead: 3, reasoning: 5, reported: undefined },
    );
  });

  test("say what its finish reasons mean", () => {
    const body = answer({ content: "x" }, { finish_reason: "model_length" });
    assert.equal(reasonOf(read(body, { finishReasons: { model_length: "length" } })), "length");
    assert.equal(reasonOf(read(body, {})), "other");
  });

  test("say where reasoning stands: a field, tags, or chunks", () => {
    const expected = [
      ["reasoning", "hm"],
      ["text", "yes"],
    ];
    assert.deepEqual(
      parts(read(answer({ thinking: "hm", content: "yes" }), { reasoningField: "thinking" })),
      expected,
    );
    const tags = { reasoningTags: { open: "<think>", close: "</think>" } };
    assert.deepEqual(parts(read(answer({ content: "<think>hm</think>yes" }), tags)), expected);
    const thinking = [{ type: "text", text: "hm" }];
    const content: Json[] = [
      { type: "thinking", thinking },
      { type: "text", text: "yes" },
    ];
    assert.deepEqual(parts(read(answer({ content }), { contentChunks: true })), expected);
  });

  test("find tags that are cut anywhere in a stream", () => {
    const context = reading("vendor", { reasoningTags: { open: "<think>", close: "</think>" } });
    const text = "<think>a < b</think>yes <thi";
    const stream = [...text].map((character) => chunk({ content: character })).join("");
    assert.deepEqual(parts(readText(stream + finish + done, context)), [
      ["reasoning", "a < b"],
      ["text", "yes <thi"],
    ]);
  });
});

describe("a stream that is wrong", () => {
  const error = 'data: {"error":{"message":"no"}}\n\n';
  const beside = `data: ${JSON.stringify({
    error: { code: 502 },
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
  })}\n\n`;
  const cases: [string, string, string][] = [
    ["holds nothing", "", "upstream.empty"],
    ["holds keep-alives alone", ": ping\n\n", "upstream.empty"],
    ["is done before it began", done, "upstream.empty"],
    ["holds chunks without choices alone", 'data: {"choices":[]}\n\n', "upstream.empty"],
    ["ends without a reason", chunk({ content: "x" }), "upstream.stream_unfinished"],
    ["is done without a reason", chunk({ content: "x" }) + done, "upstream.stream_unfinished"],
    [
      "finishes one of two choices",
      chunk({ content: "x" }) + chunk({ content: "y" }, { index: 1 }) + finish + done,
      "upstream.stream_unfinished",
    ],
    [
      "holds what is not JSON",
      `${chunk({ content: "x" })}data: {oops\n\n`,
      "upstream.event_unreadable",
    ],
    ["holds a chunk that is no object", "data: [1]\n\n", "upstream.event_unreadable"],
    ["holds choices that are none", 'data: {"choices":"x"}\n\n', "upstream.event_unreadable"],
    ["begins with an error", error + done, "upstream.error_unknown"],
    [
      "sends an error in the middle",
      chunk({ content: "x" }) + error + done,
      "upstream.error_unknown",
    ],
    [
      "sends an error after its reason",
      chunk({ content: "x" }) + finish + error,
      "upstream.error_unknown",
    ],
    ["sends an error event", "event: error\ndata: overloaded\n\n", "upstream.error_unknown"],
    ["sends an error beside choices", chunk({ content: "x" }) + beside, "upstream.error_unknown"],
    [
      "says that an error ended it",
      chunk({ content: "x" }) + chunk({}, { finish_reason: "error" }) + done,
      "upstream.error_unknown",
    ],
    [
      "breaks off inside an event",
      `${chunk({ content: "x" })}data: {"cho`,
      "upstream.stream_broken",
    ],
  ];
  for (const [what, text, cause] of cases) {
    test(`${what}: ${cause}`, () =>
      assert.equal(
        causeOf(() => readText(text)),
        cause,
      ));
  }
});

describe("a stream", () => {
  test("is complete with its reasons, even without [DONE]", () => {
    assert.deepEqual(parts(readText(chunk({ content: "x" }) + finish)), [["text", "x"]]);
  });

  test("may begin with Azure's prompt filter and end with usage", () => {
    const filter = { id: "", model: "", choices: [], prompt_filter_results: [{ ok: true }] };
    const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } };
    const text = `data: ${JSON.stringify(filter)}\n\n${chunk({ content: "x" })}${finish}data: ${JSON.stringify(usage)}\n\n${done}`;
    const events = readText(text);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["start", "part-start", "delta", "usage", "part-end", "finish"],
    );
    const { start } = fold(events);
    assert.equal(start?.id, "x");
    assert.deepEqual(start?.extra?.fields, { prompt_filter_results: [{ ok: true }] });
  });

  test("may interleave tool calls, or send each whole under index 0", () => {
    const call = (index: number | undefined, id: string | undefined, name: string, args: string) =>
      chunk({
        tool_calls: [
          {
            ...(index === undefined ? {} : { index }),
            ...(id === undefined ? {} : { id }),
            function: { name, arguments: args },
          },
        ],
      });
    const interleaved =
      call(0, "a", "f", "1") + call(1, "b", "g", "2") + call(0, undefined, "", "3");
    const expected = [
      ["tool-call", "13"],
      ["tool-call", "2"],
    ];
    assert.deepEqual(parts(readText(interleaved + finish)), expected);
    const whole = [
      ["tool-call", "1"],
      ["tool-call", "2"],
    ];
    assert.deepEqual(
      parts(readText(call(0, "a", "f", "1") + call(0, "b", "f", "2") + finish)),
      whole,
    );
    const unplaced = call(undefined, "a", "f", "1") + call(undefined, "b", "f", "2");
    assert.deepEqual(parts(readText(unplaced + finish)), whole);
  });

  test("gives a call an id where the vendor gives none", () => {
    const events = readText(
      chunk({ tool_calls: [{ index: 0, function: { name: "f", arguments: "{}" } }] }) + finish,
    );
    const head = fold(events).choices[0]?.parts[0]?.head;
    assert.ok(head?.type === "tool-call" && /^call_[0-9a-f]{24}$/.test(head.id));
  });
});
