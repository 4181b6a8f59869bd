import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import { anthropicMessages } from "./index.ts";
import { writeTo } from "./testing.ts";

import {
  argumentsText,
  count,
  json,
  mark,
  maybe,
  plain,
  token,
  word,
} from "./testing-arbitraries.ts";

describe("a request", () => {
  const claude = { provider: "anthropic" };
  const text = fc
    .tuple(word, maybe("cache", mark))
    .map(([value, cache]): Part => ({ type: "text", text: value, ...cache }));
  const image = fc.oneof(
    fc.record({ kind: fc.constant("bytes" as const), mediaType: word, data: fc.base64String() }),
    fc.record({ kind: fc.constant("url" as const), url: fc.webUrl() }),
    fc.record({ kind: fc.constant("provider-file" as const), id: word }),
  );
  const media = fc
    .tuple(
      image,
      fc.boolean(),
      maybe("cache", mark),
      maybe("title", word),
      maybe("context", word),
      maybe("citations", fc.boolean()),
    )
    .map(
      ([source, isImage, cache, ...rest]): Part =>
        isImage
          ? { type: "image", source, ...cache }
          : Object.assign({ type: "file" as const, source, ...cache }, ...rest),
    );
  const native = json.map(
    (value): Part => ({
      type: "native",
      dialect: "anthropic-messages",
      value: { ...value, type: "server_tool_use" },
    }),
  );
  const result = fc
    .tuple(
      token,
      fc.array(fc.oneof(text, media), { maxLength: 3 }),
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
            signature: { value: state, kind: "redacted", origin: claude },
          }
        : {
            type: "reasoning",
            text: value,
            signature: { value: state, kind: "signature", origin: claude },
          },
  );
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
  const request = fc
    .tuple(
      fc.record(
        {
          turns: fc
            .tuple(fc.option(many(text)), fc.array(exchange, { minLength: 1, maxLength: 3 }))
            .map(([system, turns]): Turn[] => [
              ...(system === null ? [] : [{ role: "system" as const, parts: system }]),
              ...turns.flat(),
            ]),
          maxOutputTokens: count,
          temperature: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
          topP: fc.double({ min: 0.1, max: 1, noNaN: true }),
          topK: count,
          stop: fc.array(word, { maxLength: 3 }),
          user: word,
          serviceTier: fc.constantFrom("auto", "standard_only"),
          cache: mark,
          reasoning: fc.oneof(
            fc.record({
              enabled: fc.constant(true),
              budget: count,
              summary: fc.constantFrom("auto", "none"),
            }),
            fc.record({ enabled: fc.constant("adaptive" as const), effort: word }),
            fc.record({ enabled: fc.constant(false) }),
            fc.record({ effort: word }),
          ),
          output: json.map((schema) => ({ type: "json-schema" as const, schema })),
        },
        { requiredKeys: ["turns", "maxOutputTokens"] },
      ),
      fc.option(
        fc.record({
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
          parallelToolCalls: fc.boolean(),
        }),
      ),
      fc.boolean(),
    )
    .map(
      ([fields, tools, stream]): ChatRequest => ({
        model: "claude-sonnet-4-5",
        ...fields,
        ...tools,
        stream,
        ...(stream ? { streamUsage: true } : {}),
        extra: { dialect: "anthropic-messages", fields: {} },
      }),
    );

  it("reads back as it was written", () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const { body, warnings } = anthropicMessages.writeRequest(wanted, writeTo(wanted.model));
        assert.deepEqual(warnings, []);
        assert.deepEqual(anthropicMessages.readRequest(plain(body)), plain(wanted));
      }),
      { numRuns: 200 },
    );
  });
});
