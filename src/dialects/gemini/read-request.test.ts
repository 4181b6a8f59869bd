import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { gemini } from "./index.ts";
import { signatureForClient } from "./signature.ts";

const path = { model: "gemini-3-flash", stream: true };

function read(body: JsonObject) {
  return gemini.readRequest(body, path);
}

describe("a Gemini client's request", () => {
  it("is read in either spelling of its fields", () => {
    const camel = read({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }] },
      ],
      generationConfig: { maxOutputTokens: 5, stopSequences: ["x"], topK: 3 },
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
    });
    const snake = read({
      system_instruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ inline_data: { mime_type: "image/png", data: "AAAA" } }] },
      ],
      generation_config: { max_output_tokens: 5, stop_sequences: ["x"], top_k: 3 },
      tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["f"] } },
    });
    assert.deepEqual(snake, camel);
    assert.deepEqual(camel, {
      model: "gemini-3-flash",
      stream: true,
      streamUsage: true,
      turns: [
        { role: "system", parts: [{ type: "text", text: "Be brief." }] },
        {
          role: "user",
          parts: [
            { type: "image", source: { kind: "bytes", mediaType: "image/png", data: "AAAA" } },
          ],
        },
      ],
      maxOutputTokens: 5,
      stop: ["x"],
      topK: 3,
      toolChoice: { type: "tool", name: "f" },
    });
  });

  it("leaves the names inside arguments and responses alone", () => {
    const { turns } = read({
      contents: [
        { role: "model", parts: [{ function_call: { name: "f", args: { a_b: { c_d: 1 } } } }] },
        { parts: [{ function_response: { name: "f", response: { e_f: 1 } } }] },
      ],
    });
    assert.deepEqual(turns[0]?.parts[0], {
      type: "tool-call",
      id: "call_0_0",
      name: "f",
      arguments: '{"a_b":{"c_d":1}}',
    });
    assert.deepEqual(turns[1], {
      role: "tool",
      parts: [
        {
          type: "tool-result",
          callId: "call_0_0",
          name: "f",
          content: [{ type: "text", text: '{"e_f":1}' }],
        },
      ],
    });
  });

  it("matches responses without ids to calls by name and order", () => {
    const call = (name: string) => ({ functionCall: { name, args: {} } });
    const response = (name: string, id?: string) => ({
      functionResponse: { name, response: { output: "" }, ...(id === undefined ? {} : { id }) },
    });
    const { turns } = read({
      contents: [
        { role: "model", parts: [call("a"), call("b"), call("a")] },
        { role: "user", parts: [response("b"), response("a"), response("a", "mine")] },
      ],
    });
    assert.deepEqual(
      turns[1]?.parts.map((part) => (part.type === "tool-result" ? part.callId : "")),
      ["call_0_1", "call_0_0", "call_0_2"],
    );
  });

  it("keeps the user's words beside the responses", () => {
    const { turns } = read({
      contents: [
        {
          role: "user",
          parts: [
            { functionResponse: { id: "x", name: "f", response: { error: "no" } } },
            { text: "Go on" },
          ],
        },
      ],
    });
    assert.deepEqual(
      turns.map((turn) => turn.role),
      ["tool", "user"],
    );
    assert.equal(turns[0]?.parts[0]?.type === "tool-result" && turns[0].parts[0].isError, true);
  });

  it("keeps whole what only Gemini can say", () => {
    const { turns, extra, tools } = read({
      contents: [
        {
          role: "user",
          parts: [
            {
              fileData: { fileUri: "https://youtu.be/x", mimeType: "video/mp4" },
              videoMetadata: { fps: 2 },
            },
            { executableCode: { code: "1", language: "PYTHON" } },
          ],
        },
      ],
      tools: [{ googleSearch: {}, codeExecution: {} }],
      safetySettings: [{ category: "c", threshold: "t" }],
      cachedContent: "cachedContents/1",
      labels: { a: "b" },
      generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" },
      toolConfig: { includeServerSideToolInvocations: true },
    });
    assert.deepEqual(
      turns[0]?.parts.map((part) => part.type),
      ["native", "native"],
    );
    assert.deepEqual(
      tools?.map((tool) => [tool.kind, tool.name]),
      [
        ["hosted", "googleSearch"],
        ["hosted", "codeExecution"],
      ],
    );
    assert.deepEqual(extra, {
      dialect: "gemini",
      fields: {
        safetySettings: [{ category: "c", threshold: "t" }],
        cachedContent: "cachedContents/1",
        labels: { a: "b" },
        toolConfig: { includeServerSideToolInvocations: true },
        generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" },
      },
    });
  });

  it("has its schemas in JSON Schema for others", () => {
    const { tools, output } = read({
      contents: [],
      tools: [
        {
          functionDeclarations: [
            {
              name: "f",
              parameters: {
                type: "OBJECT",
                properties: {
                  a: { type: "STRING", nullable: true },
                  b: { type: "ARRAY", minItems: "1", items: { type: "INTEGER" } },
                },
              },
            },
          ],
        },
      ],
      generationConfig: {
        responseMimeType: "application/json",
        responseSchema: { type: "NUMBER" },
      },
    });
    assert.deepEqual(tools?.[0]?.parameters, {
      type: "object",
      properties: {
        a: { type: ["string", "null"] },
        b: { type: "array", minItems: 1, items: { type: "integer" } },
      },
    });
    assert.deepEqual(output, { type: "json-schema", schema: { type: "number" } });
  });

  it("makes one turn of the pieces of a stream that Google's SDK keeps apart", () => {
    const state = signatureForClient({ value: "s", kind: "signature" });
    const piece = (part: JsonObject) => ({ role: "model", parts: [part] });
    const { turns } = read({
      contents: [
        piece({ text: "let me ", thought: true }),
        piece({ text: "see", thought: true }),
        piece({ text: "", thoughtSignature: state }),
        piece({ text: "Hel" }),
        piece({ text: "lo" }),
        piece({ text: "!", thoughtSignature: "c2ln" }),
        piece({ functionCall: { id: "c", name: "f", args: {} } }),
        piece({ text: "" }),
      ],
    });
    assert.deepEqual(turns, [
      {
        role: "assistant",
        parts: [
          {
            type: "reasoning",
            text: "let me see",
            kind: "summary",
            signature: { value: "s", kind: "signature" },
          },
          { type: "text", text: "Hello" },
          { type: "text", text: "!", signature: { value: "c2ln", kind: "thought-signature" } },
          { type: "tool-call", id: "c", name: "f", arguments: "{}" },
        ],
      },
    ]);
  });

  it("brings back the state of another vendor that its client was given", () => {
    const opaque = {
      value: "secret",
      kind: "signature",
      origin: { provider: "anthropic", channel: "chn_1" },
    };
    const { turns } = read({
      contents: [
        {
          role: "model",
          parts: [
            { text: "hm", thought: true, thoughtSignature: signatureForClient(opaque) },
            {
              text: "",
              partMetadata: { parley: { dialect: "anthropic-messages", value: { a: 1 } } },
            },
          ],
        },
      ],
    });
    assert.deepEqual(turns[0]?.parts, [
      { type: "reasoning", text: "hm", kind: "summary", signature: opaque },
      { type: "native", dialect: "anthropic-messages", value: { a: 1 } },
    ]);
  });

  const wrong: [name: string, body: JsonObject, cause: string, param: string][] = [
    ["no contents", {}, "request.field_missing", "contents"],
    ["contents that are text", { contents: "x" }, "request.field_type", "contents"],
    [
      "a part that is text",
      { contents: [{ parts: ["x"] }] },
      "request.field_type",
      "contents[0].parts[0]",
    ],
    [
      "an unknown role",
      { contents: [{ role: "bot", parts: [] }] },
      "request.field_value",
      "contents[0].role",
    ],
    [
      "an empty part",
      { contents: [{ parts: [{}] }] },
      "request.field_value",
      "contents[0].parts[0]",
    ],
    [
      "a call without a name",
      { contents: [{ role: "model", parts: [{ functionCall: {} }] }] },
      "request.field_missing",
      "contents[0].parts[0].functionCall.name",
    ],
    [
      "a temperature that is text",
      { contents: [], generationConfig: { temperature: "hot" } },
      "request.field_type",
      "generationConfig.temperature",
    ],
    [
      "an unknown mode",
      { contents: [], toolConfig: { functionCallingConfig: { mode: "SOME" } } },
      "request.field_value",
      "toolConfig.functionCallingConfig.mode",
    ],
  ];
  for (const [name, body, cause, param] of wrong) {
    it(`with ${name} is refused by the field's path`, () => {
      assert.throws(
        () => read(body),
        (thrown) => thrown instanceof Failure && thrown.cause === cause && thrown.param === param,
      );
    });
  }
});
