/** Requests of other formats as a provider of the Responses API gets them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, Turn } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { openaiChat } from "../openai-chat/index.ts";
import { openaiResponses } from "./index.ts";
import { answering, reading } from "./testing.ts";

const hello: JsonObject = { role: "user", content: "hi" };
const helloItem = { type: "message", ...hello };

function toOpenai(request: ChatRequest, model = "gpt-5-pro") {
  return openaiResponses.writeRequest(request, { model, origin: { provider: "openai" } });
}

/** A chat client's request, as the Responses API gets it. */
function fromChat(fields: JsonObject, model?: string) {
  return toOpenai(openaiChat.readRequest({ model: "m", messages: [hello], ...fields }), model);
}

function refusal(fields: JsonObject): [string, string | undefined] {
  try {
    fromChat(fields);
  } catch (error) {
    if (error instanceof Failure) return [error.cause, error.param];
    throw error;
  }
  return ["nothing failed", undefined];
}

describe("a chat request towards the Responses API", () => {
  test("is not kept by the provider, and gets its reasoning encrypted", () => {
    const { body, warnings } = fromChat({ max_completion_tokens: 90 });
    assert.deepEqual(body, {
      model: "gpt-5-pro",
      input: [helloItem],
      max_output_tokens: 90,
      store: false,
      include: ["reasoning.encrypted_content"],
      stream: false,
    });
    assert.deepEqual(warnings, []);
  });

  test("has a limit that the API would refuse raised, with a warning", () => {
    const { body, warnings } = fromChat({ max_completion_tokens: 1 });
    assert.equal(body.max_output_tokens, 16);
    assert.equal(warnings[0]?.param, "max_completion_tokens");
  });

  test("has ids of calls shortened that the API would refuse", () => {
    const id = `call_${"x".repeat(80)}`;
    const call = { id, type: "function", function: { name: "f", arguments: "{}" } };
    const { body } = fromChat({
      messages: [
        hello,
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: id, content: "x" },
      ],
    });
    assert.ok(Array.isArray(body.input));
    const [, asked, answered] = body.input.filter(isObject);
    assert.equal(String(asked?.call_id).length, 45);
    assert.equal(asked?.call_id, answered?.call_id);
  });

  test("does not ask a model without reasoning for it", () => {
    assert.equal(fromChat({}, "gpt-4.1").body.include, undefined);
    assert.deepEqual(fromChat({}, "my-deployment").body.include, ["reasoning.encrypted_content"]);
  });

  test("is refused for what the API lacks and nobody may drop", () => {
    assert.deepEqual(refusal({ stop: ["x"] }), ["model.responses_only", "stop"]);
    assert.deepEqual(refusal({ n: 2 }), ["model.responses_only", "n"]);
    const prediction = { type: "content", content: "x" };
    assert.deepEqual(refusal({ prediction }), ["model.responses_only", "prediction"]);
    const spoken = { modalities: ["text", "audio"], audio: { voice: "ash", format: "mp3" } };
    assert.deepEqual(refusal(spoken), ["model.responses_only", "modalities"]);
  });

  test("loses by name what may be dropped", () => {
    const sent = { seed: 1, presence_penalty: 1, logit_bias: { "5": 1 }, top_k: 4 };
    const { body, warnings } = fromChat(sent);
    assert.deepEqual(
      warnings.map(({ param }) => param),
      ["top_k", "seed", "presence_penalty", "logit_bias"],
    );
    for (const field of Object.keys(sent)) assert.equal(body[field], undefined);
  });

  test("says of its functions that they are not strict, as chat has it", () => {
    const { body } = fromChat({
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      tool_choice: { type: "function", function: { name: "f" } },
    });
    const tool = { type: "function", name: "f", parameters: { type: "object" }, strict: false };
    assert.deepEqual(body.tools, [tool]);
    assert.deepEqual(body.tool_choice, { type: "function", name: "f" });
  });

  test("puts a custom tool's grammar beside its type", () => {
    const grammar = { syntax: "lark", definition: "start: WORD" };
    const { body } = fromChat({
      tools: [{ type: "custom", custom: { name: "c", format: { type: "grammar", grammar } } }],
    });
    assert.deepEqual(body.tools, [
      { type: "custom", name: "c", format: { type: "grammar", ...grammar } },
    ]);
  });

  test("asks for web search as a tool", () => {
    const place = { type: "approximate", approximate: { country: "FR" } };
    const { body, warnings } = fromChat({
      web_search_options: { search_context_size: "low", user_location: place },
    });
    assert.deepEqual(body.tools, [
      {
        type: "web_search",
        search_context_size: "low",
        user_location: { type: "approximate", country: "FR" },
      },
    ]);
    assert.deepEqual(warnings, []);
  });

  test("asks for a schema, verbosity and effort where the API has them", () => {
    const { body } = fromChat({
      response_format: {
        type: "json_schema",
        json_schema: { name: "n", schema: {}, strict: true },
      },
      verbosity: "low",
      reasoning_effort: "high",
    });
    const format = { type: "json_schema", name: "n", schema: {}, strict: true };
    assert.deepEqual(body.text, { format, verbosity: "low" });
    assert.deepEqual(body.reasoning, { effort: "high" });
  });

  test("asks for log probabilities by include", () => {
    const { body } = fromChat({ logprobs: true, top_logprobs: 2 }, "gpt-4.1");
    assert.deepEqual(body.include, ["message.output_text.logprobs"]);
    assert.equal(body.top_logprobs, 2);
  });

  test("carries pictures, files and results of tools that hold both", () => {
    const png = "data:image/png;base64,AA==";
    const { body } = fromChat({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "see" },
            { type: "image_url", image_url: { url: png } },
            { type: "file", file: { file_data: "data:application/pdf;base64,AA==" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "a", type: "function", function: { name: "f", arguments: '{"x":1e999}' } },
            { id: "b", type: "custom", custom: { name: "c", input: "ls" } },
          ],
        },
        { role: "tool", tool_call_id: "a", content: "one" },
        { role: "tool", tool_call_id: "b", content: "two" },
      ],
    });
    assert.deepEqual(body.input, [
      { type: "message", role: "system", content: "Be brief." },
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "see" },
          { type: "input_image", image_url: png, detail: "auto" },
          {
            type: "input_file",
            file_data: "data:application/pdf;base64,AA==",
            filename: "document.pdf",
          },
        ],
      },
      { type: "function_call", call_id: "a", name: "f", arguments: '{"x":1e999}' },
      { type: "custom_tool_call", call_id: "b", name: "c", input: "ls" },
      { type: "function_call_output", call_id: "a", output: "one" },
      { type: "custom_tool_call_output", call_id: "b", output: "two" },
    ]);
  });
});

describe("a conversation with a reasoning model over chat", () => {
  const output: Json = [
    {
      type: "reasoning",
      id: "rs_1",
      summary: [{ type: "summary_text", text: "hm" }],
      encrypted_content: "gA",
    },
    { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: "{}" },
  ];
  const events = openaiResponses.readAnswer(
    { id: "resp_1", status: "completed", output },
    reading("openai"),
  );
  const { choices } = openaiChat.writeAnswer(events, answering);
  const [choice] = Array.isArray(choices) ? choices : [];
  const said = isObject(choice) && isObject(choice.message) ? choice.message : {};
  const result = { role: "tool", tool_call_id: "call_1", content: "done" };

  function next(message: JsonObject, provider = "openai") {
    const request = openaiChat.readRequest({ model: "m", messages: [hello, message, result] });
    return openaiResponses.writeRequest(request, { model: "gpt-5", origin: { provider } });
  }

  test("sends reasoning back with its id and that of the item after it", () => {
    const { body, warnings } = next(said);
    assert.ok(Array.isArray(body.input));
    assert.deepEqual(body.input.slice(1, 3), output);
    assert.deepEqual(warnings, []);
  });

  test("leaves ids out where the client has lost one of the pair", () => {
    const { tool_calls: calls, ...rest } = said;
    const bare = (Array.isArray(calls) ? calls : []).filter(isObject).map((call) => {
      const { extra_content: _, ...kept } = call;
      return kept;
    });
    const { body } = next({ ...rest, tool_calls: bare });
    assert.ok(Array.isArray(body.input));
    const [, thought, call] = body.input;
    assert.ok(isObject(thought) && isObject(call));
    assert.equal(thought.encrypted_content, "gA");
    assert.equal(thought.id, undefined);
    assert.equal(call.id, undefined);

    const { reasoning_details: _, reasoning_content: __, ...forgot } = said;
    const { body: again } = next(forgot);
    assert.ok(Array.isArray(again.input));
    assert.deepEqual(again.input[1], {
      type: "function_call",
      call_id: "call_1",
      name: "f",
      arguments: "{}",
    });
  });

  test("leaves another provider's state out, with a warning", () => {
    const { body, warnings } = next(said, "azure");
    assert.ok(Array.isArray(body.input));
    assert.deepEqual(body.input[1], {
      type: "function_call",
      call_id: "call_1",
      name: "f",
      arguments: "{}",
    });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["foreign_state_dropped"],
    );
  });
});

describe("a request of another format towards the Responses API", () => {
  const plainly = (fields: Partial<ChatRequest>, ...turns: Turn[]): ChatRequest => ({
    model: "m",
    stream: false,
    turns: [{ role: "user", parts: [{ type: "text", text: "hi" }] }, ...turns],
    ...fields,
  });

  test("is refused for a hosted tool that the provider does not know", () => {
    const tool = {
      kind: "hosted",
      name: "bash",
      dialect: "anthropic-messages",
      native: {},
    } as const;
    assert.throws(
      () => toOpenai(plainly({ tools: [tool] })),
      (error) =>
        error instanceof Failure &&
        error.cause === "capability.hosted_tool" &&
        error.param === "tools[0]",
    );
  });

  test("gets the like of another vendor's hosted tool, with a warning", () => {
    const search = {
      kind: "hosted",
      name: "web_search_20250305",
      dialect: "anthropic-messages",
      native: { max_uses: 2 },
    } as const;
    const { body, warnings } = toOpenai(plainly({ tools: [search] }));
    assert.deepEqual(body.tools, [{ type: "web_search" }]);
    assert.equal(warnings[0]?.code, "hosted_tool_replaced");
  });

  test("has a budget of thought put as effort, and the thought shown", () => {
    const { body, warnings } = toOpenai(plainly({ reasoning: { enabled: true, budget: 4000 } }));
    assert.deepEqual(body.reasoning, { effort: "medium", summary: "auto" });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["reasoning_approximated"],
    );
  });

  test("sends thoughts without state only to a vendor that takes them", () => {
    const turn: Turn = {
      role: "assistant",
      parts: [
        { type: "reasoning", text: "hm" },
        { type: "text", text: "yes" },
      ],
    };
    const { body, warnings } = toOpenai(plainly({}, turn));
    assert.deepEqual(body.input, [
      helloItem,
      { type: "message", role: "assistant", content: "yes" },
    ]);
    assert.equal(warnings[0]?.code, "reasoning_dropped");
    const other = openaiResponses.writeRequest(plainly({}, turn), {
      model: "m",
      origin: { provider: "x" },
      manners: { reasoningBack: "field" },
    });
    assert.deepEqual(other.body.input, [
      helloItem,
      { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "hm" }] },
      { type: "message", role: "assistant", content: "yes" },
    ]);
  });

  test("shows pictures of earlier answers in a user's message", () => {
    const turn: Turn = {
      role: "assistant",
      parts: [{ type: "image", source: { kind: "url", url: "https://a.example/x.png" } }],
    };
    const { body, warnings } = toOpenai(plainly({}, turn));
    assert.ok(Array.isArray(body.input));
    const last = body.input.at(-1);
    assert.ok(isObject(last));
    assert.equal(last.role, "user");
    assert.equal(warnings[0]?.code, "images_moved");
  });

  test("leaves out what the vendor refuses", () => {
    const { body, warnings } = openaiResponses.writeRequest(plainly({ metadata: { a: "b" } }), {
      model: "m",
      origin: { provider: "x" },
      manners: { refuses: ["metadata", "include"] },
    });
    assert.equal(body.metadata, undefined);
    assert.equal(body.include, undefined);
    assert.equal(warnings.length, 2);
  });

  test("does not send a file that another provider keeps", () => {
    const turn: Turn = {
      role: "user",
      parts: [
        {
          type: "file",
          source: { kind: "provider-file", id: "f", origin: { provider: "anthropic" } },
        },
      ],
    };
    assert.throws(
      () => toOpenai(plainly({}, turn)),
      (error) => error instanceof Failure && error.cause === "request.not_expressible",
    );
  });
});
