import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import {
  argumentsText,
  count,
  json,
  mark,
  maybe,
  plain,
  token,
  word,
} from "../anthropic-messages/testing-arbitraries.ts";
import { bedrockConverse } from "./index.ts";
import { NOVA, SONNET, writeTo } from "./testing.ts";

const bedrock = { provider: "bedrock" };
const text = fc
  .tuple(word, maybe("cache", mark))
  .map(([value, cache]): Part => ({ type: "text", text: value, ...cache }));
const data = fc.base64String();
const imageSource = fc.oneof(
  fc.record({
    kind: fc.constant("bytes" as const),
    mediaType: fc.constantFrom("image/png", "image/jpeg"),
    data,
  }),
  fc.record({
    kind: fc.constant("url" as const),
    url: token.map((name) => `s3://bucket/${name}`),
    mediaType: fc.constant("image/webp"),
  }),
);
const image = fc
  .tuple(imageSource, maybe("cache", mark))
  .map(([source, cache]): Part => ({ type: "image", source, ...cache }));
const document = fc
  .tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant("bytes" as const),
        mediaType: fc.constantFrom("application/pdf", "text/csv", "text/plain"),
        data,
      }),
      fc.record({
        kind: fc.constant("text" as const),
        mediaType: fc.constantFrom("text/plain", "text/markdown"),
        text: word,
      }),
    ),
    word,
    maybe("context", word),
    maybe("citations", fc.boolean()),
    maybe("cache", mark),
  )
  .map(
    ([source, title, ...rest]): Part =>
      Object.assign({ type: "file" as const, source, title }, ...rest),
  );
const media = fc.oneof(
  image,
  document,
  data.map(
    (bytes): Part => ({
      type: "file",
      source: { kind: "bytes", mediaType: "video/mp4", data: bytes },
    }),
  ),
  data.map(
    (bytes): Part => ({
      type: "audio",
      source: { kind: "bytes", mediaType: "audio/wav", data: bytes },
    }),
  ),
);
const native = json.map(
  (value): Part => ({
    type: "native",
    dialect: "bedrock-converse",
    value: { guardContent: value },
  }),
);
const result = fc
  .tuple(
    token,
    fc.array(fc.oneof(text.map(uncached), image.map(uncached)), { maxLength: 3 }),
    maybe("isError", fc.boolean()),
    maybe("cache", mark),
  )
  .map(
    ([callId, content, ...rest]): Part =>
      Object.assign({ type: "tool-result" as const, callId, content }, ...rest),
  );
const call = fc.tuple(token, token, argumentsText, maybe("cache", mark)).map(
  ([id, name, args, cache]): Part => ({
    type: "tool-call",
    id,
    name,
    arguments: args,
    kind: "function",
    ...cache,
  }),
);
const thought = fc.tuple(fc.string(), word, fc.boolean()).map(
  ([value, state, redacted]): Part =>
    redacted
      ? {
          type: "reasoning",
          text: "",
          redacted,
          signature: { value: state, kind: "redacted", origin: bedrock },
        }
      : {
          type: "reasoning",
          text: value,
          signature: { value: state, kind: "signature", origin: bedrock },
        },
);

function uncached(part: Part): Part {
  const { cache: _cache, ...rest } = { cache: undefined, ...part };
  return rest;
}

const many = (part: fc.Arbitrary<Part>) => fc.array(part, { minLength: 1, maxLength: 4 });
/** A user's message (results, then the rest) and the assistant's after it. */
const exchange = fc
  .tuple(
    fc.option(many(result)),
    many(fc.oneof(text, media, native)),
    many(fc.oneof(thought, text, call, native)),
  )
  .map(([results, said, answered]): Turn[] => [
    ...(results === null ? [] : [{ role: "tool" as const, parts: results }]),
    { role: "user", parts: said },
    { role: "assistant", parts: answered },
  ]);
const turns = fc
  .tuple(fc.option(many(text)), fc.array(exchange, { minLength: 1, maxLength: 3 }))
  .map(([system, exchanges]): Turn[] => [
    ...(system === null ? [] : [{ role: "system" as const, parts: system }]),
    ...exchanges.flat(),
  ]);
const fields = fc.record(
  {
    turns,
    maxOutputTokens: count,
    temperature: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    topP: fc.double({ min: 0.1, max: 1, noNaN: true }),
    topK: count,
    stop: fc.array(word, { maxLength: 3 }),
    serviceTier: fc.constantFrom("default", "flex", "priority"),
    metadata: fc.dictionary(token, word),
    output: fc
      .tuple(json, maybe("name", token), maybe("description", word))
      .map(([schema, ...rest]) => Object.assign({ type: "json-schema" as const, schema }, ...rest)),
  },
  { requiredKeys: ["turns"] },
);
const claudeReasoning = fc.oneof(
  fc.record({
    enabled: fc.constant(true),
    budget: count,
    summary: fc.constantFrom("auto", "none"),
  }),
  fc.record({ enabled: fc.constant("adaptive" as const), effort: word }),
  fc.record({ enabled: fc.constant(false) }),
  fc.record({ effort: word }),
);
const tools = fc.record(
  {
    tools: fc.array(
      fc
        .tuple(
          token,
          json,
          maybe("description", word),
          maybe("strict", fc.boolean()),
          maybe("cache", mark),
        )
        .map(([name, schema, ...rest]) =>
          Object.assign(
            { kind: "function" as const, name, parameters: { ...schema, type: "object" } },
            ...rest,
          ),
        ),
      { minLength: 1, maxLength: 3 },
    ),
    toolChoice: fc.oneof(
      fc.constantFrom({ type: "auto" as const }, { type: "required" as const }),
      fc.record({ type: fc.constant("tool" as const), name: token }),
    ),
  },
  { requiredKeys: ["tools"] },
);

const request = fc.tuple(fields, fc.option(tools), fc.option(claudeReasoning), fc.boolean()).map(
  ([rest, offered, reasoning, stream]): ChatRequest => ({
    model: reasoning === null ? NOVA : SONNET,
    ...rest,
    ...offered,
    ...(reasoning === null ? {} : { reasoning }),
    stream,
    ...(stream ? { streamUsage: true } : {}),
    extra: { dialect: "bedrock-converse", fields: {} },
  }),
);

describe("a request", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const { model, stream } = wanted;
        const { body, warnings } = bedrockConverse.writeRequest(wanted, writeTo(model));
        assert.deepEqual(warnings, []);
        const read = bedrockConverse.readRequest(plain(body), { model, stream });
        assert.deepEqual(read, plain(wanted));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps what has no canonical form", () => {
    const body: JsonObject = {
      messages: [
        {
          role: "user",
          content: [
            { guardContent: { text: { text: "x" } } },
            { cachePoint: { type: "default" } },
            {
              image: {
                format: "png",
                source: { s3Location: { uri: "s3://b/k", bucketOwner: "1" } },
              },
            },
            { toolResult: { toolUseId: "t", content: [{ json: { a: 1 } }, { text: "b" }] } },
          ],
        },
      ],
      guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" },
      performanceConfig: { latency: "optimized" },
      inferenceConfig: { maxTokens: 3, topK: 4 },
      additionalModelRequestFields: { thinking: { type: "enabled", kind: "new" }, top_k: 4, a: {} },
      outputConfig: { effort: "high" },
      promptVariables: { a: { text: "b" } },
      toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] },
    };
    const read = bedrockConverse.readRequest(body, { model: SONNET, stream: false });
    assert.equal(read.topK, 4);
    assert.equal(read.reasoning?.effort, "high");
    const written = bedrockConverse.writeRequest(read, writeTo(SONNET));
    assert.deepEqual(written.body, body);
    assert.deepEqual(written.warnings, []);
  });
});
