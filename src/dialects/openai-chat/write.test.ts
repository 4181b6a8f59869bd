/** The exact wire of answers, and what vendors are sent. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Event } from "../../core/events.ts";
import type { ChatRequest, Turn } from "../../core/request.ts";
import type { Manners } from "../manners.ts";
import { readRequest } from "./read-request.ts";
import { answering, causeOf } from "./testing.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { writeStream } from "./write-stream.ts";

const place = { choice: 0, index: 0 };
const start: Event = { type: "start", id: "chatcmpl-1", model: "m", created: 5 };
const stop: Event = { type: "finish", choice: 0, reason: "stop", reported: "stop" };
const said: Event[] = [
  start,
  { type: "part-start", ...place, part: { type: "text" } },
  { type: "delta", ...place, text: 'Hi "you"' },
  { type: "part-end", ...place },
  { type: "usage", usage: { input: 3, output: 2, cachedRead: 1 } },
  stop,
];
const called: Event[] = [
  start,
  { type: "part-start", ...place, part: { type: "tool-call", id: "call_1", name: "f" } },
  { type: "delta", ...place, arguments: '{"a":' },
  { type: "delta", ...place, arguments: "1e999}" },
  { type: "part-end", ...place },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "tool_calls" },
];

function stream(events: readonly Event[], streamUsage = false): string {
  const writer = writeStream({ ...answering, streamUsage });
  return events.map((event) => writer.write(event)).join("") + writer.end();
}

const head =
  '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":5,"model":"m","choices":[';
const line = (choice: string, more = "") => `data: ${head}${choice}]${more}}\n\n`;

describe("a stream for a client", () => {
  test("names the role, sends content, finishes, and is done", () => {
    assert.equal(
      stream(said),
      [
        line(
          '{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}',
        ),
        line('{"index":0,"delta":{"content":"Hi \\"you\\""},"logprobs":null,"finish_reason":null}'),
        line('{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}'),
        "data: [DONE]\n\n",
      ].join(""),
    );
  });

  test("has usage at the end only where it was asked for, and null before", () => {
    const chunks = stream(said, true).split("\n\n").slice(0, -2);
    const parsed = chunks.map((text) => JSON.parse(text.slice("data: ".length)));
    assert.deepEqual(
      parsed.map(({ usage, choices }) => [usage?.prompt_tokens ?? usage, choices.length]),
      [
        [null, 1],
        [null, 1],
        [null, 1],
        [3, 0],
      ],
    );
    assert.deepEqual(parsed.at(-1).usage, {
      prompt_tokens: 3,
      completion_tokens: 2,
      total_tokens: 5,
      prompt_tokens_details: { cached_tokens: 1 },
    });
  });

  test("sends tool calls with null content and raw arguments", () => {
    const text = stream(called);
    assert.ok(text.includes('"delta":{"role":"assistant","content":null,"refusal":null}'));
    assert.ok(
      text.includes(
        '"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}',
      ),
    );
    assert.ok(text.includes('{"tool_calls":[{"index":0,"function":{"arguments":"1e999}"}}]}'));
  });

  test("says nothing before there is content, so that another provider can still answer", () => {
    assert.equal(writeStream(answering).write(start), "");
  });

  test("that fails ends with the error and [DONE], never with a reason", () => {
    const writer = writeStream(answering);
    assert.equal(
      writer.fail({ error: { message: "no" } }),
      'data: {"error":{"message":"no"}}\n\ndata: [DONE]\n\n',
    );
  });
});

describe("a whole answer for a client", () => {
  test("has OpenAI's shape", () => {
    assert.deepEqual(writeAnswer(said, answering), {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 5,
      model: "m",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: 'Hi "you"', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 2,
        total_tokens: 5,
        prompt_tokens_details: { cached_tokens: 1 },
      },
    });
  });

  test("tells reasons that chat has no word for in native_finish_reason", () => {
    const finished = (reason: "pause" | "refusal" | "context-window", reported: string) => {
      const events: Event[] = [...said.slice(0, -1), { ...stop, reason, reported }];
      const { choices } = JSON.parse(JSON.stringify(writeAnswer(events, answering)));
      return [choices[0].finish_reason, choices[0].native_finish_reason];
    };
    assert.deepEqual(finished("pause", "pause_turn"), ["stop", "pause_turn"]);
    assert.deepEqual(finished("refusal", "refusal"), ["content_filter", "refusal"]);
    assert.deepEqual(finished("context-window", "model_context_window_exceeded"), [
      "length",
      "model_context_window_exceeded",
    ]);
  });
});

describe("a request for a vendor", () => {
  const user: Turn = { role: "user", parts: [{ type: "text", text: "hi" }] };
  const write = (more: Partial<ChatRequest>, manners: Manners = {}) =>
    writeRequest(
      { model: "m", turns: [user], stream: false, ...more },
      { model: "theirs", origin: { provider: "vendor" }, manners },
    );

  test("asks for usage whenever it streams, unless the vendor does not know how", () => {
    assert.deepEqual(write({ stream: true }).body.stream_options, { include_usage: true });
    assert.equal(write({ stream: true }, { streamUsage: "always" }).body.stream_options, undefined);
    assert.equal(write({}).body.stream_options, undefined);
  });

  test("uses the vendor's names and leaves out what it refuses, with a warning", () => {
    const { body, warnings } = write(
      { maxOutputTokens: 5, seed: 1, temperature: 2 },
      { rename: { max_completion_tokens: "max_tokens" }, refuses: ["seed"], maxTemperature: 1 },
    );
    assert.deepEqual(body, {
      model: "theirs",
      messages: [{ role: "user", content: "hi" }],
      max_tokens: 5,
      temperature: 1,
      stream: false,
    });
    assert.deepEqual(
      warnings.map(({ code, param }) => [code, param]),
      [
        ["temperature_limited", "temperature"],
        ["field_dropped", "seed"],
      ],
    );
  });

  test("asks for reasoning as the vendor has it", () => {
    const ask = (reasoning: ChatRequest["reasoning"], form?: Manners["reasoningEffort"]) => {
      const {
        model: _,
        messages: __,
        stream: ___,
        ...rest
      } = write({ reasoning }, form ? { reasoningEffort: form } : {}).body;
      return rest;
    };
    assert.deepEqual(ask({ effort: "high" }), { reasoning_effort: "high" });
    assert.deepEqual(ask({ budget: 4000 }), { reasoning_effort: "medium" });
    assert.deepEqual(ask({ enabled: false }), { reasoning_effort: "none" });
    assert.deepEqual(ask({ budget: 4000 }, "reasoning.effort"), {
      reasoning: { max_tokens: 4000 },
    });
    assert.deepEqual(ask({ effort: "none" }, "thinking.type"), { thinking: { type: "disabled" } });
    assert.deepEqual(ask({ budget: 9 }, "enable_thinking"), {
      enable_thinking: true,
      thinking_budget: 9,
    });
  });

  test("gives a schema as an instruction where the vendor takes none", () => {
    const output = { type: "json-schema", schema: { type: "object" } } as const;
    const { body, warnings } = write({ output }, { jsonSchema: "json_object" });
    assert.deepEqual(body.response_format, { type: "json_object" });
    assert.match(JSON.stringify(body.messages), /JSON Schema:\\n\{\\"type\\":\\"object\\"\}/);
    assert.equal(warnings[0]?.code, "json_schema_emulated");
  });

  test("maps tool call ids that the vendor refuses, the same at call and result", () => {
    const turns: Turn[] = [
      user,
      {
        role: "assistant",
        parts: [{ type: "tool-call", id: "call_long_id", name: "f", arguments: "{}" }],
      },
      { role: "tool", parts: [{ type: "tool-result", callId: "call_long_id", content: [] }] },
    ];
    const { body } = write({ turns }, { toolCallIds: { pattern: "^[a-zA-Z0-9]{9}$", length: 9 } });
    const messages = JSON.parse(JSON.stringify(body.messages));
    const [{ id }] = messages[1].tool_calls;
    assert.match(id, /^[a-zA-Z0-9]{9}$/);
    assert.equal(messages[2].tool_call_id, id);
  });

  test("drops another provider's state with a warning and keeps its own", () => {
    const thought = (provider: string): Turn => ({
      role: "assistant",
      parts: [
        {
          type: "reasoning",
          text: "hm",
          signature: { value: "s", kind: "signature", origin: { provider } },
        },
        { type: "text", text: "yes" },
      ],
    });
    const own = write({ turns: [user, thought("vendor")] });
    assert.match(JSON.stringify(own.body), /"signature":"s"/);
    assert.deepEqual(own.warnings, []);
    const foreign = write({ turns: [user, thought("other")] }, { reasoningBack: "field" });
    assert.doesNotMatch(JSON.stringify(foreign.body), /signature/);
    assert.match(JSON.stringify(foreign.body), /"reasoning_content":"hm"/);
    assert.deepEqual(
      foreign.warnings.map(({ code }) => code),
      ["foreign_state_dropped"],
    );
  });

  test("shows a tool's images in a user message after the results", () => {
    const image = { type: "image", source: { kind: "url", url: "https://x/y.png" } } as const;
    const turns: Turn[] = [
      user,
      { role: "assistant", parts: [{ type: "tool-call", id: "c", name: "f", arguments: "{}" }] },
      { role: "tool", parts: [{ type: "tool-result", callId: "c", content: [image] }] },
    ];
    const { body, warnings } = write({ turns });
    const messages = JSON.parse(JSON.stringify(body.messages));
    assert.equal(messages[2].role, "tool");
    assert.equal(messages[3].role, "user");
    assert.equal(messages[3].content[1].image_url.url, "https://x/y.png");
    assert.equal(warnings[0]?.code, "tool_media_moved");
  });

  test("is refused, by name, where something cannot be said", () => {
    const file: Turn = {
      role: "user",
      parts: [{ type: "file", source: { kind: "url", url: "https://x/y.pdf" } }],
    };
    assert.equal(
      causeOf(() => write({ turns: [file] })),
      "request.not_expressible",
    );
    assert.equal(
      causeOf(() => write({ stop: ["a", "b"] }, { maxStop: 1 })),
      "request.not_expressible",
    );
    const hosted = {
      kind: "hosted",
      name: "code_execution",
      dialect: "anthropic-messages",
    } as const;
    assert.equal(
      causeOf(() => write({ tools: [hosted] })),
      "capability.hosted_tool",
    );
  });
});

describe("a request from a client", () => {
  test("may use the legacy fields", () => {
    const request = readRequest({
      model: "m",
      max_tokens: 7,
      functions: [{ name: "f", parameters: {} }],
      function_call: { name: "f" },
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "4" },
      ],
    });
    assert.deepEqual(request.toolChoice, { type: "tool", name: "f" });
    assert.equal(request.maxOutputTokens, 7);
    assert.equal(request.tools?.[0]?.name, "f");
    const [, assistant, result] = request.turns;
    const [call] = assistant?.parts ?? [];
    const [answer] = result?.parts ?? [];
    assert.ok(call?.type === "tool-call" && answer?.type === "tool-result");
    assert.equal(answer.callId, call.id);
  });

  test("keeps fields that chat does not know, and OpenAI's cache breakpoint, for this dialect", () => {
    const body = {
      model: "m",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "x", prompt_cache_breakpoint: { mode: "explicit", ttl: "30m" } },
          ],
          x_field: 1,
        },
      ],
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      web_search_options: { search_context_size: "low" },
      brand_new: { a: 1 },
    };
    const written = writeRequest(readRequest(body), { model: "m", origin: { provider: "openai" } });
    assert.deepEqual(written.body, body);
    assert.deepEqual(written.warnings, []);
  });
});
