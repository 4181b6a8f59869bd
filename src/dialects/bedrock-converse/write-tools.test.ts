import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatRequest, Turn } from "../../core/request.ts";
import { called, hello, refused, tool, warned, write } from "./testing.ts";

describe("tools in a request for Bedrock", () => {
  it("writes every tool choice", () => {
    const choice = (toolChoice: ChatRequest["toolChoice"]) =>
      write({ tools: [tool, { ...tool, name: "other" }], toolChoice }).body.toolConfig;
    const specs = (names: string[]) =>
      names.map((name) => ({ toolSpec: { name, inputSchema: { json: tool.parameters } } }));
    const both = specs(["look", "other"]);
    assert.deepEqual(choice({ type: "auto" }), { tools: both, toolChoice: { auto: {} } });
    assert.deepEqual(choice({ type: "required" }), { tools: both, toolChoice: { any: {} } });
    assert.deepEqual(choice({ type: "tool", name: "look" }), {
      tools: both,
      toolChoice: { tool: { name: "look" } },
    });
    assert.deepEqual(choice({ type: "allowed", mode: "required", names: ["other"] }), {
      tools: specs(["other"]),
      toolChoice: { any: {} },
    });
    assert.equal(choice({ type: "none" }), undefined);
  });

  it("keeps the tools that the conversation shows, because Bedrock needs them, and tells the model not to call", () => {
    const without = write({ turns: called });
    assert.deepEqual(without.body.toolConfig, {
      tools: [
        { toolSpec: { name: "look", inputSchema: { json: { type: "object", properties: {} } } } },
      ],
    });
    assert.deepEqual(without.body.system, [{ text: "Do not call any tool. Answer in text." }]);
    assert.deepEqual(warned(without), ["emulated tool_choice"]);
    const none = write({ turns: called, tools: [tool], toolChoice: { type: "none" } });
    assert.deepEqual(none.body.toolConfig, {
      tools: [{ toolSpec: { name: "look", inputSchema: { json: tool.parameters } } }],
    });
  });

  it("gives ids and names that Bedrock would refuse another form, the same in every place", () => {
    const id = "a/b".repeat(40);
    const { body } = write({
      turns: [
        hello,
        { role: "assistant", parts: [{ type: "tool-call", id, name: "a.b", arguments: "" }] },
        { role: "tool", parts: [{ type: "tool-result", callId: id, content: [] }] },
      ],
      tools: [{ ...tool, name: "a.b" }],
    });
    const text = JSON.stringify(body);
    const ids = [...text.matchAll(/"toolUseId":"([^"]*)"/g)].map(([, found]) => found);
    assert.equal(new Set(ids).size, 1);
    assert.match(ids[0] ?? "", /^[a-zA-Z0-9_.:-]{1,64}$/);
    const names = [...text.matchAll(/"name":"([^"]*)"/g)].map(([, found]) => found);
    assert.deepEqual(new Set(names), new Set(["prl-a-2e-b"]));
  });

  it("says that a tool failed to models that take it, and warns where one does not", () => {
    const failed = called.map(
      (turn): Turn =>
        turn.role === "tool"
          ? {
              role: "tool",
              parts: [{ type: "tool-result", callId: "call_1", content: [], isError: true }],
            }
          : turn,
    );
    assert.match(JSON.stringify(write({ turns: failed, tools: [tool] }).body), /"status":"error"/);
    const other = write({ turns: failed, tools: [tool] }, "meta.llama3-1-70b-instruct-v1:0");
    assert.doesNotMatch(JSON.stringify(other.body), /"status"/);
    assert.deepEqual(warned(other), ["parameter_not_carried messages[2].content[0]"]);
  });

  it("refuses arguments that an object cannot hold", () => {
    const turn: Turn = {
      role: "assistant",
      parts: [{ type: "tool-call", id: "c", name: "look", arguments: '{"a":1e999}' }],
    };
    assert.deepEqual(refused({ turns: [hello, turn] }), [
      "tool.arguments_unrepresentable",
      "messages[1].content[0].arguments",
    ]);
  });
});
