import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { dig, writeTo } from "./testing.ts";

import { refused, tool, warned, write } from "./testing-requests.ts";

describe("tools and structured output", () => {
  it("writes every tool choice", () => {
    const choice = (toolChoice: ChatRequest["toolChoice"], parallelToolCalls?: boolean) =>
      write({ tools: [tool, { ...tool, name: "other" }], toolChoice, parallelToolCalls }).body;
    assert.deepEqual(choice({ type: "auto" }).tool_choice, { type: "auto" });
    assert.deepEqual(choice({ type: "none" }, false).tool_choice, { type: "none" });
    assert.deepEqual(choice({ type: "required" }, false).tool_choice, {
      type: "any",
      disable_parallel_tool_use: true,
    });
    assert.deepEqual(choice(undefined, false).tool_choice, {
      type: "auto",
      disable_parallel_tool_use: true,
    });
    assert.deepEqual(choice({ type: "tool", name: "look" }).tool_choice, {
      type: "tool",
      name: "look",
    });
    const allowed = choice({ type: "allowed", mode: "required", names: ["other"] });
    assert.deepEqual(allowed.tool_choice, { type: "any" });
    assert.deepEqual(dig(allowed, "tools"), [{ name: "other", input_schema: tool.parameters }]);
  });

  it("refuses to force a call on a model that cannot be forced", () => {
    const fields: Partial<ChatRequest> = { tools: [tool], toolChoice: { type: "required" } };
    assert.deepEqual(refused(fields, writeTo("claude-opus-5-5")), [
      "capability.tool_choice_required",
      "tool_choice",
    ]);
  });

  it("refuses tools that only another provider runs, and free-text tools", () => {
    for (const kind of ["hosted", "custom"] as const) {
      assert.deepEqual(
        refused({ tools: [{ kind, name: "t", dialect: "openai-responses", native: {} }] }),
        ["capability.hosted_tool", "tools[0]"],
      );
    }
  });

  const schema: JsonObject = {
    type: "object",
    properties: {
      age: { type: "integer", minimum: 0 },
      tags: { type: "array", items: { type: "object" } },
    },
  };

  it("asks for a schema natively, in the subset that Claude takes, and leaves the given one alone", () => {
    const before = structuredClone(schema);
    const written = write({ output: { type: "json-schema", schema } });
    assert.deepEqual(written.body.output_config, {
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: {
            age: { type: "integer", description: "{minimum: 0}" },
            tags: { type: "array", items: { type: "object", additionalProperties: false } },
          },
          additionalProperties: false,
        },
      },
    });
    assert.deepEqual(warned(written), ["parameter_changed response_format.json_schema.schema"]);
    assert.deepEqual(schema, before);
  });

  it("asks in the system prompt, with a warning, where the model has no such output", () => {
    for (const output of [{ type: "json" }, { type: "json-schema", schema }] as const) {
      const written = write({ output }, writeTo("claude-3-5-sonnet-latest"));
      assert.equal(dig(written.body, "system", "length"), 1);
      assert.deepEqual(warned(written), ["emulated response_format"]);
    }
  });
});
