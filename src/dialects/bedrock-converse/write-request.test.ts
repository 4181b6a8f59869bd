import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import { called, hello, NOVA, refused, tool, user, warned, write } from "./testing.ts";

describe("a request for Bedrock", () => {
  it("says system text, sampling and limits in Converse's own fields", () => {
    const { body, warnings } = write(
      {
        turns: [
          { role: "system", parts: [{ type: "text", text: "Be brief." }] },
          { role: "developer", parts: [{ type: "text", text: "Be kind." }] },
          hello,
        ],
        maxOutputTokens: 10,
        temperature: 0.5,
        topP: 0.9,
        topK: 3,
        stop: ["END"],
        metadata: { team: "a" },
        serviceTier: "flex",
      },
      NOVA,
    );
    assert.deepEqual(body, {
      messages: [{ role: "user", content: [{ text: "Hello" }] }],
      system: [{ text: "Be brief." }, { text: "Be kind." }],
      inferenceConfig: { maxTokens: 10, temperature: 0.5, topP: 0.9, stopSequences: ["END"] },
      additionalModelRequestFields: { inferenceConfig: { topK: 3 } },
      requestMetadata: { team: "a" },
      serviceTier: { type: "flex" },
    });
    assert.deepEqual(warnings, []);
  });

  it("carries images, documents, video and audio as bytes, and S3 by address", () => {
    const bytes = (mediaType: string) => ({ kind: "bytes", mediaType, data: "AAAA" }) as const;
    const { body } = write({
      turns: [
        user(
          { type: "image", source: bytes("image/jpg") },
          { type: "image", source: { kind: "url", url: "data:image/gif;base64,AAAA" } },
          { type: "image", source: { kind: "url", url: "s3://b/k.png" } },
          { type: "file", source: bytes("application/pdf"), filename: "a_b.pdf" },
          { type: "file", source: bytes("application/json") },
          { type: "file", source: bytes("video/mp4") },
          { type: "audio", source: bytes("audio/mp3") },
        ),
      ],
    });
    assert.deepEqual(body.messages, [
      {
        role: "user",
        content: [
          { image: { format: "jpeg", source: { bytes: "AAAA" } } },
          { image: { format: "gif", source: { bytes: "AAAA" } } },
          { image: { format: "png", source: { s3Location: { uri: "s3://b/k.png" } } } },
          { document: { format: "pdf", source: { bytes: "AAAA" }, name: "a-b-pdf" } },
          { document: { format: "txt", source: { bytes: "AAAA" }, name: "Document 2" } },
          { video: { format: "mp4", source: { bytes: "AAAA" } } },
          { audio: { format: "mp3", source: { bytes: "AAAA" } } },
        ],
      },
    ]);
  });

  it("refuses what Bedrock cannot fetch or does not know, with its place", () => {
    const refusedPart = (part: Part) => refused({ turns: [user(part)] });
    const at = ["request.not_expressible", "messages[0].content[0]"];
    const url = { kind: "url", url: "https://x.test/a.png" } as const;
    assert.deepEqual(refusedPart({ type: "image", source: url }), at);
    assert.deepEqual(refusedPart({ type: "file", source: url }), at);
    assert.deepEqual(
      refusedPart({ type: "file", source: { kind: "provider-file", id: "file_1" } }),
      at,
    );
    assert.deepEqual(
      refusedPart({
        type: "image",
        source: { kind: "bytes", mediaType: "image/tiff", data: "AAAA" },
      }),
      at,
    );
    assert.deepEqual(refused({ choices: 2 }), ["request.not_expressible", "n"]);
    assert.deepEqual(refused({ tools: [{ kind: "hosted", name: "web_search" }] }), [
      "capability.hosted_tool",
      "tools[0]",
    ]);
  });

  it("puts results first and joins what one role says", () => {
    const { body } = write({
      turns: [...called, user({ type: "text", text: "And?" })],
      tools: [tool],
    });
    assert.deepEqual(body.messages, [
      { role: "user", content: [{ text: "Hello" }] },
      {
        role: "assistant",
        content: [{ toolUse: { toolUseId: "call_1", name: "look", input: { a: 1 } } }],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "call_1", content: [{ text: "42" }] } },
          { text: "And?" },
        ],
      },
    ]);
  });

  it("asks for reasoning as each model takes it", () => {
    const fields = (reasoning: ChatRequest["reasoning"], model: string): unknown =>
      write({ reasoning, maxOutputTokens: 20_000 }, model).body.additionalModelRequestFields;
    assert.deepEqual(fields({ effort: "low" }, "us.anthropic.claude-sonnet-4-5-20250929-v1:0"), {
      thinking: { type: "enabled", budget_tokens: 2048 },
    });
    assert.deepEqual(fields({ effort: "high" }, "us.anthropic.claude-sonnet-4-6"), {
      thinking: { type: "adaptive", display: "summarized" },
      output_config: { effort: "high" },
    });
    assert.deepEqual(fields({ effort: "minimal" }, "openai.gpt-oss-120b-1:0"), {
      reasoning_effort: "low",
    });
    assert.deepEqual(fields({ effort: "medium" }, "us.amazon.nova-2-lite-v1:0"), {
      reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" },
    });
    assert.deepEqual(fields({ enabled: false }, "us.amazon.nova-2-lite-v1:0"), {
      reasoningConfig: { type: "disabled" },
    });
    const none = write({ reasoning: { effort: "high" } }, "meta.llama3-1-70b-instruct-v1:0");
    assert.deepEqual(warned(none), ["parameter_not_carried reasoning_effort"]);
  });

  const schema: JsonObject = { type: "object", properties: { a: { type: "integer", minimum: 0 } } };

  it("asks for a schema natively where the model has such output, else in the system prompt", () => {
    const output = { type: "json-schema", name: "n", schema } as const;
    assert.deepEqual(write({ output }).body.outputConfig, {
      textFormat: {
        type: "json_schema",
        structure: {
          jsonSchema: {
            schema:
              '{"type":"object","properties":{"a":{"type":"integer","description":"{minimum: 0}"}},"additionalProperties":false}',
            name: "n",
          },
        },
      },
    });
    for (const asked of [output, { type: "json" } as const]) {
      const emulated = write({ output: asked }, NOVA);
      assert.deepEqual(warned(emulated), ["emulated response_format"]);
      assert.ok(Array.isArray(emulated.body.system));
    }
  });

  it("marks what may be cached where the model takes marks, and says so where it does not", () => {
    const turns = [user({ type: "text", text: "Hello", cache: { ttl: "1h" } })];
    assert.deepEqual(write({ turns }).body.messages, [
      {
        role: "user",
        content: [{ text: "Hello" }, { cachePoint: { type: "default", ttl: "1h" } }],
      },
    ]);
    const other = write({ turns }, "meta.llama3-1-70b-instruct-v1:0");
    assert.deepEqual(other.body.messages, [{ role: "user", content: [{ text: "Hello" }] }]);
    assert.deepEqual(warned(other), ["parameter_not_carried messages[0].content[0]"]);
  });

  it("sends a thought to the family of models that made it, and to no other", () => {
    const thought = (model: string): Turn => ({
      role: "assistant",
      parts: [
        {
          type: "reasoning",
          text: "Hm.",
          signature: { value: "s", kind: "signature", origin: { provider: "bedrock", model } },
        },
        { type: "text", text: "Yes." },
      ],
    });
    const kept = write({ turns: [hello, thought("eu.anthropic.claude-haiku-4-5-v1:0"), hello] });
    assert.deepEqual(kept.warnings, []);
    assert.match(JSON.stringify(kept.body), /"reasoningText":\{"text":"Hm.","signature":"s"\}/);
    const dropped = write({ turns: [hello, thought("us.amazon.nova-2-lite-v1:0"), hello] });
    assert.deepEqual(warned(dropped), ["state_dropped messages[1].content[0]"]);
    assert.doesNotMatch(JSON.stringify(dropped.body), /reasoningContent/);
  });

  it("names what it could not carry", () => {
    const written = write({ seed: 1, logitBias: { a: 1 }, store: true, temperature: 1.5 }, NOVA);
    assert.deepEqual(warned(written), [
      "parameter_changed temperature",
      "parameter_not_carried seed",
      "parameter_not_carried logit_bias",
      "parameter_not_carried store",
    ]);
  });
});
