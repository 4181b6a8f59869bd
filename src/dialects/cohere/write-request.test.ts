import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Tool, Turn } from "../../core/request.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import { hello, user, warned, write } from "./testing.ts";

const tool: Tool = {
  kind: "function",
  name: "look",
  description: "Looks.",
  parameters: { type: "object", properties: {} },
};
const written: JsonObject = {
  type: "function",
  function: { name: "look", description: "Looks.", parameters: tool.parameters ?? {} },
};

function refused(fields: Partial<ChatRequest>): [Cause, string | undefined] {
  try {
    write(fields);
  } catch (error) {
    if (error instanceof Failure) return [error.cause, error.param];
    throw error;
  }
  return assert.fail("nothing was refused");
}

describe("a request for Cohere", () => {
  it("says system text first and once, sampling and limits in Cohere's own fields", () => {
    const { body, warnings } = write({
      turns: [
        { role: "system", parts: [{ type: "text", text: "Be brief." }] },
        { role: "developer", parts: [{ type: "text", text: "Be kind." }] },
        hello,
      ],
      maxOutputTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      seed: 4,
      stop: ["END"],
      frequencyPenalty: 0.1,
      logprobs: { top: 0 },
      stream: true,
    });
    assert.deepEqual(body, {
      model: "command-a-reasoning-08-2025",
      messages: [
        {
          role: "system",
          content: [
            { type: "text", text: "Be brief." },
            { type: "text", text: "Be kind." },
          ],
        },
        { role: "user", content: "Hello" },
      ],
      stream: true,
      max_tokens: 10,
      temperature: 0.5,
      p: 0.9,
      k: 3,
      seed: 4,
      stop_sequences: ["END"],
      frequency_penalty: 0.1,
      logprobs: true,
    });
    assert.deepEqual(warnings, []);
  });

  it("keeps numbers within Cohere's bounds, and says so", () => {
    const bounded = write({ temperature: 1.7, topP: 1, presencePenalty: -2, frequencyPenalty: 2 });
    const { temperature, p, presence_penalty, frequency_penalty } = bounded.body;
    assert.deepEqual([temperature, p, presence_penalty, frequency_penalty], [1, 0.99, 0, 1]);
    assert.equal(bounded.warnings.length, 4);
    const stops = write({ stop: ["1", "2", "3", "4", "5", "6"] });
    assert.deepEqual(stops.body.stop_sequences, ["1", "2", "3", "4", "5"]);
    assert.deepEqual(warned(stops), ["parameter_changed stop"]);
  });

  it("writes every tool choice", () => {
    const choice = (toolChoice: ChatRequest["toolChoice"]) => {
      const { body } = write({ tools: [tool, { ...tool, name: "other" }], toolChoice });
      const names = Array.isArray(body.tools) ? body.tools.length : 0;
      return [body.tool_choice, names];
    };
    assert.deepEqual(choice({ type: "auto" }), [undefined, 2]);
    assert.deepEqual(choice({ type: "none" }), ["NONE", 2]);
    assert.deepEqual(choice({ type: "required" }), ["REQUIRED", 2]);
    assert.deepEqual(choice({ type: "tool", name: "look" }), ["REQUIRED", 1]);
    assert.deepEqual(choice({ type: "allowed", mode: "auto", names: ["look"] }), [undefined, 1]);
    const strict = write({ tools: [{ ...tool, strict: true }] }).body;
    assert.deepEqual([strict.tools, strict.strict_tools], [[written], true]);
    const mixed = write({ tools: [{ ...tool, strict: true }, tool] });
    assert.deepEqual(warned(mixed), ["parameter_not_carried tools[0].strict"]);
  });

  it("sends calls and results as they were, arguments as raw text", () => {
    const turns: Turn[] = [
      hello,
      {
        role: "assistant",
        parts: [
          { type: "tool-call", id: "a", name: "look", arguments: '{"n":1e999}' },
          { type: "tool-call", id: "b", name: "look", arguments: "{}" },
        ],
      },
      {
        role: "tool",
        parts: [
          { type: "tool-result", callId: "a", content: [{ type: "text", text: "1" }] },
          { type: "tool-result", callId: "b", content: [{ type: "text", text: "2" }] },
        ],
      },
    ];
    const { body } = write({ turns, tools: [tool] });
    const call = (id: string, text: string) => ({
      id,
      type: "function",
      function: { name: "look", arguments: text },
    });
    assert.deepEqual(body.messages, [
      { role: "user", content: "Hello" },
      { role: "assistant", tool_calls: [call("a", '{"n":1e999}'), call("b", "{}")] },
      { role: "tool", tool_call_id: "a", content: "1" },
      { role: "tool", tool_call_id: "b", content: "2" },
    ]);
  });

  it("carries images in the message and documents beside it", () => {
    const { body } = write({
      turns: [
        user(
          { type: "text", text: "See" },
          { type: "image", source: { kind: "bytes", mediaType: "image/png", data: "AAAA" } },
          { type: "image", source: { kind: "url", url: "https://x.test/" }, detail: "low" },
          {
            type: "file",
            source: { kind: "bytes", mediaType: "text/plain", data: "SGk=" },
            filename: "hi.txt",
          },
        ),
      ],
    });
    assert.deepEqual(body.messages, [
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          { type: "image_url", image_url: { url: "https://x.test/", detail: "low" } },
        ],
      },
    ]);
    assert.deepEqual(body.documents, [{ data: { title: "hi.txt", text: "Hi" } }]);
  });

  it("refuses what Cohere does not take, with its place", () => {
    const place = ["request.not_expressible", "messages[0].content[0]"];
    const part = (said: Part) => refused({ turns: [user(said)] });
    const pdf = { kind: "bytes", mediaType: "application/pdf", data: "AAAA" } as const;
    assert.deepEqual(part({ type: "file", source: pdf }), place);
    assert.deepEqual(part({ type: "audio", source: pdf }), place);
    assert.deepEqual(refused({ choices: 2 }), ["request.not_expressible", "n"]);
    assert.deepEqual(refused({ tools: [{ kind: "hosted", name: "web_search" }] }), [
      "capability.hosted_tool",
      "tools[0]",
    ]);
  });

  it("asks for JSON natively, and in the system prompt where there are tools", () => {
    const schema: JsonObject = { type: "object" };
    const output = { type: "json-schema", schema } as const;
    assert.deepEqual(write({ output }).body.response_format, {
      type: "json_object",
      json_schema: schema,
    });
    assert.deepEqual(write({ output: { type: "json" } }).body.response_format, {
      type: "json_object",
    });
    const withTools = write({ output, tools: [tool] });
    assert.equal(withTools.body.response_format, undefined);
    assert.deepEqual(warned(withTools), ["emulated response_format"]);
    assert.match(JSON.stringify(withTools.body.messages), /one JSON value that fits/);
  });

  it("switches thinking on and off where the model thinks", () => {
    const thinking = (reasoning: ChatRequest["reasoning"], model?: string) =>
      write({ reasoning }, model).body.thinking;
    assert.deepEqual(thinking({ effort: "none" }), { type: "disabled" });
    assert.deepEqual(thinking({ effort: "high" }), { type: "enabled" });
    assert.deepEqual(thinking({ budget: 500 }), { type: "enabled", token_budget: 500 });
    assert.equal(thinking({ effort: "none" }, "command-r7b-12-2024"), undefined);
    assert.deepEqual(warned(write({ reasoning: { effort: "high" } }, "command-r7b-12-2024")), [
      "parameter_not_carried reasoning_effort",
    ]);
  });

  it("leaves another maker's thought out, and names what else it could not carry", () => {
    const thought: Turn = {
      role: "assistant",
      parts: [
        {
          type: "reasoning",
          text: "Hm.",
          signature: { value: "s", kind: "signature", origin: { provider: "anthropic" } },
        },
        { type: "text", text: "Yes." },
      ],
    };
    const result = write({ turns: [hello, thought, hello], user: "u", parallelToolCalls: false });
    assert.deepEqual(result.body.messages, [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Yes." },
      { role: "user", content: "Hello" },
    ]);
    assert.deepEqual(warned(result), [
      "state_dropped messages[1].content[0]",
      "parameter_not_carried user",
      "parameter_not_carried parallel_tool_calls",
    ]);
  });
});
