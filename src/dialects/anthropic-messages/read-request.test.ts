import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { anthropicMessages } from "./index.ts";

const valid: JsonObject = {
  model: "m",
  max_tokens: 1,
  messages: [{ role: "user", content: "Hi" }],
};

function refused(fields: JsonObject): string {
  try {
    anthropicMessages.readRequest({ ...valid, ...fields });
  } catch (error) {
    if (error instanceof Failure) return `${error.cause} ${error.param}`;
    throw error;
  }
  return assert.fail("the request was taken");
}

describe("a Messages request", () => {
  it("is refused with the path of the field at fault", () => {
    const cases: [JsonObject, string][] = [
      [{ model: null }, "request.field_missing model"],
      [{ messages: null }, "request.field_missing messages"],
      [{ messages: {} }, "request.field_type messages"],
      [{ messages: [{ role: "tool", content: "" }] }, "request.field_value messages[0].role"],
      [{ messages: [{ role: "user" }] }, "request.field_missing messages[0].content"],
      [
        { messages: [{ role: "user", content: [{ text: "" }] }] },
        "request.field_missing messages[0].content[0].type",
      ],
      [
        { messages: [{ role: "user", content: [{ type: "text", text: 1 }] }] },
        "request.field_type messages[0].content[0].text",
      ],
      [
        {
          messages: [
            { role: "user", content: [{ type: "image", source: { type: "base64", data: "" } }] },
          ],
        },
        "request.field_missing messages[0].content[0].source.media_type",
      ],
      [{ max_tokens: 1.5 }, "request.field_type max_tokens"],
      [{ temperature: "1" }, "request.field_type temperature"],
      [{ stop_sequences: [1] }, "request.field_type stop_sequences[0]"],
      [{ stream: "yes" }, "request.field_type stream"],
      [{ tools: [{ name: "f" }] }, "request.field_missing tools[0].input_schema"],
      [{ tool_choice: { type: "tool" } }, "request.field_missing tool_choice.name"],
      [{ thinking: { budget_tokens: 1 } }, "request.field_missing thinking.type"],
    ];
    for (const [fields, wanted] of cases) assert.equal(refused(fields), wanted);
  });

  it("never turns a tool input that overflowed into null", () => {
    const input = JSON.parse('{"n":1e999}');
    const messages = [
      { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input }] },
    ];
    assert.equal(
      refused({ messages }),
      "tool.arguments_unrepresentable messages[0].content[0].input",
    );
  });

  it("is not changed by being read", () => {
    const body: JsonObject = {
      ...valid,
      system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }],
      metadata: { user_id: "u", other: 1 },
      output_config: {
        effort: "low",
        format: { type: "json_schema", schema: {} },
        task_budget: {},
      },
      thinking: { type: "adaptive", display: "updates" },
    };
    const before = structuredClone(body);
    anthropicMessages.readRequest(body);
    assert.deepEqual(body, before);
  });

  it("keeps what has no canonical form: unknown blocks whole, unknown fields under `extra`", () => {
    const unknown = { type: "new_block", data: [1] };
    const request = anthropicMessages.readRequest({
      ...valid,
      container: "c",
      messages: [
        { role: "user", content: [unknown, { type: "text", text: "t", new_field: true }] },
      ],
    });
    assert.deepEqual(request.extra, { dialect: "anthropic-messages", fields: { container: "c" } });
    assert.deepEqual(request.turns[0], {
      role: "user",
      parts: [
        { type: "native", dialect: "anthropic-messages", value: unknown },
        { type: "text", text: "t" },
      ],
      extra: { dialect: "anthropic-messages", fields: { "1": { new_field: true } } },
    });
  });

  it("reads the earlier name of the output format", () => {
    const format = { type: "json_schema", schema: { type: "object" } };
    const { output } = anthropicMessages.readRequest({ ...valid, output_format: format });
    assert.deepEqual(output, { type: "json-schema", schema: { type: "object" } });
  });
});
