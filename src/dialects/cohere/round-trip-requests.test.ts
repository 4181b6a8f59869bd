import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import {
  argumentsText,
  count,
  json,
  maybe,
  plain,
  token,
  word,
} from "../anthropic-messages/testing-arbitraries.ts";
import { cohere } from "./index.ts";
import { MODEL, writeTo } from "./testing.ts";
import { COHERE, planMark } from "./wire.ts";

const text = word.map((value): Part => ({ type: "text", text: value }));
const image = fc
  .tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant("bytes" as const),
        mediaType: fc.constant("image/png"),
        data: fc.base64String(),
      }),
      fc.record({ kind: fc.constant("url" as const), url: fc.webUrl() }),
    ),
    maybe("detail", fc.constantFrom("low", "high")),
  )
  .map(([source, detail]): Part => ({ type: "image", source, ...detail }));
const native = json.map(
  (value): Part => ({ type: "native", dialect: "cohere", value: { ...value, type: "document" } }),
);
const many = (part: fc.Arbitrary<Part>) => fc.array(part, { minLength: 1, maxLength: 3 });
const call = fc.tuple(token, token, argumentsText).map(
  ([id, name, args]): Part => ({
    type: "tool-call",
    id,
    name,
    arguments: args,
    kind: "function",
  }),
);
const assistant = fc
  .tuple(
    fc.option(word),
    fc.array(
      fc.oneof(
        text,
        word.map((value): Part => ({ type: "reasoning", text: value })),
      ),
      { maxLength: 3 },
    ),
    many(call),
  )
  .map(
    ([plan, content, calls]): Turn => ({
      role: "assistant",
      parts: [
        ...(plan === null
          ? []
          : [{ type: "reasoning" as const, text: plan, signature: planMark(COHERE) }]),
        ...content,
        ...calls,
      ],
    }),
  );
const result = fc.tuple(token, fc.array(fc.oneof(text, native), { maxLength: 3 })).map(
  ([callId, content]): Turn => ({
    role: "tool",
    parts: [{ type: "tool-result", callId, content }],
  }),
);
const turns = fc.array(
  fc.oneof(
    many(text).map((parts): Turn => ({ role: "system", parts })),
    many(fc.oneof(text, image, native)).map((parts): Turn => ({ role: "user", parts })),
    assistant,
    result,
  ),
  { minLength: 1, maxLength: 5 },
);
const unit = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs);
const request = fc
  .tuple(
    fc.record(
      {
        turns,
        maxOutputTokens: count,
        temperature: unit,
        topP: unit,
        topK: count,
        seed: count,
        frequencyPenalty: unit,
        presencePenalty: unit,
        stop: fc.array(word, { maxLength: 5 }),
        logprobs: fc.constant({ top: 0 }),
        output: fc.oneof(
          fc.constantFrom({ type: "text" as const }, { type: "json" as const }),
          json.map((schema) => ({ type: "json-schema" as const, schema })),
        ),
        reasoning: fc.oneof(
          fc.record({ enabled: fc.constant(true), budget: count }),
          fc.record({ enabled: fc.boolean() }),
        ),
        toolChoice: fc.constantFrom({ type: "required" as const }, { type: "none" as const }),
      },
      { requiredKeys: ["turns"] },
    ),
    fc.option(
      fc.tuple(
        fc.option(fc.boolean()),
        fc.array(fc.tuple(token, json, maybe("description", word)), {
          minLength: 1,
          maxLength: 3,
        }),
      ),
    ),
    fc.boolean(),
  )
  .map(([fields, tools, stream]): ChatRequest => {
    const wanted: ChatRequest = {
      model: MODEL,
      ...fields,
      stream,
      ...(stream ? { streamUsage: true } : {}),
      extra: { dialect: "cohere", fields: {} },
    };
    if (tools === null) return wanted;
    const [strict, offered] = tools;
    wanted.tools = offered.map(([name, parameters, description]) => ({
      kind: "function" as const,
      name,
      parameters,
      ...description,
      ...(strict === null ? {} : { strict }),
    }));
    return wanted;
  });

describe("a request", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const { body, warnings } = cohere.writeRequest(wanted, writeTo(wanted.model));
        assert.deepEqual(warnings, []);
        assert.deepEqual(cohere.readRequest(plain(body)), plain(wanted));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps what has no canonical form", () => {
    const body = {
      model: MODEL,
      stream: false,
      messages: [{ role: "user", content: "Hello" }],
      documents: [{ id: "1", data: { text: "x" } }, "y"],
      citation_options: { mode: "FAST" },
      safety_mode: "STRICT",
      priority: 3,
      response_format: { type: "json_object", schema: {} },
      thinking: { type: "adaptive" },
    };
    const written = cohere.writeRequest(cohere.readRequest(body), writeTo(MODEL));
    assert.deepEqual(written, { body, warnings: [] });
  });
});
