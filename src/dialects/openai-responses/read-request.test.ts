/** A Responses client's requests in canonical form, and as other formats get them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { openaiChat } from "../openai-chat/index.ts";
import { openaiResponses } from "./index.ts";

function read(fields: JsonObject) {
  return openaiResponses.readRequest({ model: "m", ...fields });
}

function toChat(fields: JsonObject) {
  return openaiChat.writeRequest(read(fields), { model: "m", origin: { provider: "groq" } });
}

function refused(fields: JsonObject): [string, string | undefined] {
  try {
    read(fields);
  } catch (error) {
    if (error instanceof Failure) return [error.cause, error.param];
    throw error;
  }
  return ["nothing failed", undefined];
}

describe("a Responses request", () => {
  test("has text alone as input, and instructions apart from the conversation", () => {
    const { turns } = read({ input: "hi", instructions: "Be brief." });
    assert.deepEqual(turns, [
      { role: "system", parts: [{ type: "text", text: "Be brief." }], place: "instructions" },
      { role: "user", parts: [{ type: "text", text: "hi" }] },
    ]);
  });

  test("makes one turn of what the model said in one go, and one of its calls' results", () => {
    const input: Json = [
      { role: "user", content: "hi" },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gA" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "a" }] },
      { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
      { type: "function_call", call_id: "2", name: "g", arguments: "{}" },
      { type: "function_call_output", call_id: "1", output: "x" },
      { type: "function_call_output", call_id: "2", output: "y" },
      { role: "assistant", content: "done" },
    ];
    assert.deepEqual(
      read({ input }).turns.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)]),
      [
        ["user", "text"],
        ["assistant", "reasoning", "text", "tool-call", "tool-call"],
        ["tool", "tool-result", "tool-result"],
        ["assistant", "text"],
      ],
    );
  });

  test("means a strict function where it says nothing and the schema can be held to", () => {
    const closed = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    const open = { type: "object", properties: { a: { type: "string" } } };
    const tools = [closed, open].map((parameters) => ({ type: "function", name: "f", parameters }));
    assert.deepEqual(
      read({ input: "x", tools }).tools?.map(({ strict }) => strict),
      [true, undefined],
    );
  });

  test("keeps hosted tools and their items whole", () => {
    const call = {
      type: "computer_call",
      id: "cu_1",
      call_id: "c",
      action: { type: "screenshot" },
    };
    const output = {
      type: "computer_call_output",
      call_id: "c",
      output: { type: "computer_screenshot", image_url: "data:image/png;base64,AA==" },
    };
    const tool = { type: "mcp", server_label: "s", server_url: "https://s.example" };
    const request = read({ input: [call, output], tools: [tool] });
    const context = { model: "m", origin: { provider: "openai" } };
    const { body } = openaiResponses.writeRequest(request, context);
    assert.deepEqual(body.input, [call, output]);
    assert.deepEqual(body.tools, [tool]);
    assert.equal(request.tools?.[0]?.kind, "hosted");
  });

  test("does not take the ids that Parley made for a provider's", () => {
    const input: Json = [
      {
        type: "message",
        id: "msg_prl_abc_0",
        role: "assistant",
        content: [{ type: "output_text", text: "a" }],
      },
      { type: "reasoning", id: "rs_prl_abc_1", summary: [{ type: "summary_text", text: "b" }] },
    ];
    const [turn] = read({ input }).turns;
    assert.deepEqual(turn?.parts, [
      { type: "text", text: "a" },
      { type: "reasoning", text: "b", kind: "summary" },
    ]);
  });

  test("gives a signed thought back whole, also from a client that keeps only what is encrypted", () => {
    const signature = { value: "sig", kind: "signature", origin: { provider: "anthropic" } };
    const place = { choice: 0, index: 0 };
    const { output } = openaiResponses.writeAnswer(
      [
        { type: "part-start", ...place, part: { type: "reasoning" } },
        { type: "delta", ...place, text: "hm" },
        { type: "delta", ...place, signature },
        { type: "part-end", ...place },
      ],
      { id: "req_1", model: "m", created: 1 },
    );
    const [item] = Array.isArray(output) ? output.filter(isObject) : [];
    const { encrypted_content = null, id = null } = item ?? {};
    const input = [{ type: "reasoning", id, summary: [], encrypted_content }];
    const [turn] = read({ input }).turns;
    assert.deepEqual(turn?.parts, [{ type: "reasoning", text: "hm", signature }]);
  });

  test("names the field at fault", () => {
    assert.deepEqual(refused({ input: [{ role: "robot", content: "x" }] }), [
      "request.field_value",
      "input[0].role",
    ]);
    assert.deepEqual(refused({ input: [{ role: "user", content: [{ type: "input_image" }] }] }), [
      "request.field_missing",
      "input[0].content[0].image_url",
    ]);
    const call = { type: "function_call", call_id: "1", name: "f", arguments: {} };
    assert.deepEqual(refused({ input: [call] }), ["request.field_type", "input[0].arguments"]);
    assert.deepEqual(refused({ input: "x", temperature: 3 }), [
      "request.field_value",
      "temperature",
    ]);
    assert.deepEqual(refused({ input: [{ type: "function_call_output", output: "x" }] }), [
      "request.field_missing",
      "input[0].call_id",
    ]);
  });

  test("says the same to a chat vendor", () => {
    const { body } = toChat({
      instructions: "Be brief.",
      input: [
        { role: "user", content: [{ type: "input_image", image_url: "https://a.example/x" }] },
        { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "1", output: "x" },
      ],
      tools: [{ type: "function", name: "f", parameters: { type: "object" }, strict: true }],
      tool_choice: {
        type: "allowed_tools",
        mode: "required",
        tools: [{ type: "function", name: "f" }],
      },
      text: { format: { type: "json_object" }, verbosity: "low" },
      reasoning: { effort: "low" },
      max_output_tokens: 7,
    });
    assert.deepEqual(body.messages, [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [{ type: "image_url", image_url: { url: "https://a.example/x" } }],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "1", content: "x" },
    ]);
    assert.equal(body.max_completion_tokens, 7);
    assert.equal(body.reasoning_effort, "low");
    assert.deepEqual(body.response_format, { type: "json_object" });
  });

  test("loses nothing to a vendor that always gives the state of its reasoning", () => {
    const { warnings } = toChat({ input: "x", include: ["reasoning.encrypted_content"] });
    assert.deepEqual(warnings, []);
  });

  test("loses by name what only this format has", () => {
    const { warnings } = toChat({ input: "x", truncation: "auto", max_tool_calls: 2 });
    assert.deepEqual(warnings.map(({ param }) => param).toSorted(), [
      "max_tool_calls",
      "truncation",
    ]);
  });
});
