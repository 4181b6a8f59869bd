import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatRequest, Turn } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { gemini } from "./index.ts";

const hello: Turn = { role: "user", parts: [{ type: "text", text: "Hello" }] };

function write(request: Partial<ChatRequest>, model = "gemini-3-flash", provider = "gemini") {
  return gemini.writeRequest(
    { model, turns: [hello], stream: false, ...request },
    { model, origin: { provider } },
  );
}

function fails(cause: string, param?: string) {
  return (thrown: unknown) =>
    thrown instanceof Failure &&
    thrown.cause === cause &&
    (param === undefined || thrown.param === param);
}

function codes(written: { warnings: { code: string }[] }): string[] {
  return written.warnings.map((warning) => warning.code);
}

describe("reasoning for Gemini", () => {
  const config = (model: string, reasoning: ChatRequest["reasoning"]) => {
    const written = write({ reasoning }, model);
    const generation = written.body.generationConfig;
    return [JSON.parse(JSON.stringify(generation ?? {})).thinkingConfig, codes(written)];
  };

  it("becomes a level or a budget as the model has it", () => {
    assert.deepEqual(config("gemini-3-flash", { effort: "medium" }), [
      { thinkingLevel: "MEDIUM" },
      [],
    ]);
    assert.deepEqual(config("gemini-2.5-flash", { effort: "medium" }), [
      { thinkingBudget: 8192 },
      [],
    ]);
    assert.deepEqual(config("gemini-2.5-flash", { effort: "none" }), [{ thinkingBudget: 0 }, []]);
    assert.deepEqual(config("gemini-2.5-pro", { enabled: "adaptive" }), [
      { thinkingBudget: -1, includeThoughts: true },
      [],
    ]);
    assert.deepEqual(config("gemini-3-flash", { budget: 5000, summary: "auto" }), [
      { thinkingBudget: 5000, includeThoughts: true },
      [],
    ]);
  });

  it("is brought to what the model has, with a warning", () => {
    assert.deepEqual(config("gemini-3-pro-preview", { effort: "medium" }), [
      { thinkingLevel: "HIGH" },
      ["reasoning_effort_changed"],
    ]);
    assert.deepEqual(config("gemini-3.1-pro-preview", { effort: "minimal" }), [
      { thinkingLevel: "LOW" },
      ["reasoning_effort_changed"],
    ]);
    assert.deepEqual(config("gemini-3-flash", { effort: "xhigh" }), [
      { thinkingLevel: "HIGH" },
      ["reasoning_effort_changed"],
    ]);
    assert.deepEqual(config("gemini-2.5-pro", { enabled: false }), [
      { thinkingBudget: 128 },
      ["reasoning_not_disabled"],
    ]);
    assert.deepEqual(config("gemini-2.5-flash", { budget: 60_000 }), [
      { thinkingBudget: 24_576 },
      ["reasoning_budget_changed"],
    ]);
    assert.deepEqual(config("gemini-2.0-flash", { effort: "low" }), [undefined, ["field_dropped"]]);
  });
});

describe("tools for Gemini", () => {
  it("say their parameters in JSON Schema, without what Gemini does not read", () => {
    const written = write({
      tools: [
        {
          kind: "function",
          name: "1 thing",
          description: "d",
          parameters: {
            $schema: "https://json-schema.org/draft/2020-12/schema",
            type: "object",
            properties: {
              pattern: { type: "string", pattern: "^x$" },
              kind: { const: "a" },
              other: { $ref: "#/definitions/T" },
            },
            definitions: { T: { type: "string", minLength: 1 } },
          },
        },
      ],
      toolChoice: { type: "tool", name: "1 thing" },
    });
    assert.deepEqual(written.body.tools, [
      {
        functionDeclarations: [
          {
            name: "px:1:20:thing",
            description: "d",
            parametersJsonSchema: {
              type: "object",
              properties: {
                pattern: { type: "string" },
                kind: { enum: ["a"], type: "string" },
                other: { $ref: "#/$defs/T" },
              },
              $defs: { T: { type: "string" } },
            },
          },
        ],
      },
    ]);
    assert.deepEqual(written.body.toolConfig, {
      functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["px:1:20:thing"] },
    });
    assert.deepEqual(
      written.warnings.map((warning) => warning.message),
      [
        "Gemini does not read these keywords of the schema at `tools[0].parameters`: pattern, minLength.",
      ],
    );
  });

  it("of other vendors' hosts become Google's own, or are refused", () => {
    const written = write({ tools: [{ kind: "hosted", name: "web_search_20250305" }] });
    assert.deepEqual(written.body.tools, [{ googleSearch: {} }]);
    assert.deepEqual(codes(written), ["hosted_tool_replaced"]);
    assert.throws(
      () => write({ tools: [{ kind: "hosted", name: "computer_use_preview" }] }),
      fails("capability.hosted_tool", "tools[0]"),
    );
    assert.throws(
      () => write({ tools: [{ kind: "custom", name: "patch" }] }),
      fails("request.not_expressible", "tools[0]"),
    );
  });
});

it("what Gemini has no place for is named", () => {
  const written = write({
    logitBias: { "1": 1 },
    user: "u",
    parallelToolCalls: false,
    metadata: { a: "b" },
    extra: { dialect: "openai-chat", fields: { prediction: {} } },
  });
  assert.deepEqual(
    written.warnings.map((warning) => warning.param),
    ["prediction", "logit_bias", "user", "metadata", "parallel_tool_calls"],
  );
});

it("more stop sequences than Gemini takes are refused", () => {
  assert.throws(
    () => write({ stop: ["1", "2", "3", "4", "5", "6"] }),
    fails("request.not_expressible", "stop"),
  );
});
