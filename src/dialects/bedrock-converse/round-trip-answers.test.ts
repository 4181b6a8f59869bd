import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Event, PartHead } from "../../core/events.ts";
import type { Opaque } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { joined } from "../anthropic-messages/testing.ts";
import {
  argumentsText,
  count,
  json,
  plain,
  token,
  word,
} from "../anthropic-messages/testing-arbitraries.ts";
import { bedrockConverse } from "./index.ts";
import { answerContext, cut, readContext, readFrames, writeEvents } from "./testing.ts";

const here = readContext.origin;

/** State of any maker: Bedrock's own, and another's with all that it may have. */
const opaque = (own: Opaque): fc.Arbitrary<Opaque> =>
  fc.oneof(
    fc.constant(own),
    fc.record({
      value: fc.string(),
      kind: fc.constantFrom("encrypted", "thought-signature", "signature"),
      id: word,
      origin: fc.record({
        provider: fc.constantFrom("openai", "gemini"),
        channel: word,
        model: word,
      }),
    }),
  );
const foreign: Opaque = { value: "s", kind: "thought-signature", origin: { provider: "gemini" } };

const citation = fc.tuple(word, word).map(([quoted, title]) => ({
  text: quoted,
  title,
  document: 1,
  dialect: "bedrock-converse",
  reported: {
    title,
    sourceContent: [{ text: quoted }],
    location: { documentPage: { documentIndex: 1, start: 1, end: 2 } },
  },
}));

/** The events of one part, without indices. */
type PartEvents = { head: PartHead; deltas: Partial<Extract<Event, { type: "delta" }>>[] };
const stateOf = (state: Opaque | null) => (state === null ? [] : [{ signature: state }]);

const textPart = fc
  .tuple(
    fc.array(word, { minLength: 1 }),
    fc.array(citation, { maxLength: 2 }),
    fc.option(opaque(foreign)),
  )
  .map(
    ([pieces, citations, state]): PartEvents => ({
      head: { type: "text" },
      deltas: [
        ...pieces.map((piece) => ({ text: piece })),
        ...(citations.length === 0 ? [] : [{ citations }]),
        ...stateOf(state),
      ],
    }),
  );
const thoughtPart = fc
  .tuple(
    fc.array(word, { minLength: 1 }),
    fc.option(opaque({ value: "sig", kind: "signature", origin: here })),
  )
  .map(
    ([pieces, state]): PartEvents => ({
      head: { type: "reasoning" },
      deltas: [...pieces.map((piece) => ({ text: piece })), ...stateOf(state)],
    }),
  );
const hiddenPart = opaque({ value: "data", kind: "redacted", origin: here }).map(
  (signature): PartEvents => ({
    head: { type: "reasoning", redacted: true },
    deltas: [{ signature }],
  }),
);
const callPart = fc
  .tuple(
    token,
    fc.oneof(token, fc.constant("a.b:ü")),
    argumentsText,
    fc.nat(),
    fc.option(opaque(foreign)),
  )
  .map(([id, name, args, at, state]): PartEvents => {
    const cutAt = at % args.length;
    return {
      head: { type: "tool-call", id, name, kind: "function" },
      deltas: [
        ...[args.slice(0, cutAt), args.slice(cutAt)]
          .filter(Boolean)
          .map((piece) => ({ arguments: piece })),
        ...stateOf(state),
      ],
    };
  });
const imagePart = fc.base64String({ minLength: 1 }).map(
  (data): PartEvents => ({
    head: { type: "image", source: { kind: "bytes", mediaType: "image/png", data } },
    deltas: [],
  }),
);
const nativePart = fc.tuple(json, fc.boolean()).map(
  ([value, own]): PartEvents => ({
    head: own
      ? {
          type: "native",
          dialect: "bedrock-converse",
          value: {
            toolUse: {
              toolUseId: "t",
              name: "nova_code_interpreter",
              type: "server_tool_use",
              input: value,
            },
          },
        }
      : { type: "native", dialect: "openai-responses", value },
    deltas: [],
  }),
);

const usage = fc
  .record({
    input: count,
    output: fc.integer({ min: 1, max: 1000 }),
    read: count,
    write5m: count,
    write1h: count,
    tier: fc.constantFrom("default", "flex"),
  })
  .map(
    ({ input, output, read, write5m, write1h, tier }): Event => ({
      type: "usage",
      usage: {
        input: input + read + write5m + write1h,
        output,
        ...(read > 0 ? { cachedRead: read } : {}),
        ...(write5m > 0 ? { cachedWrite5m: write5m } : {}),
        ...(write1h > 0 ? { cachedWrite1h: write1h } : {}),
        serviceTier: tier,
      },
    }),
  );

const finish = fc.constantFrom<Event>(
  { type: "finish", choice: 0, reason: "stop", reported: "end_turn" },
  { type: "finish", choice: 0, reason: "stop", reported: "stop_sequence" },
  {
    type: "finish",
    choice: 0,
    reason: "stop",
    reported: "stop_sequence",
    stopSequence: "END",
    extra: {
      dialect: "bedrock-converse",
      fields: {
        additionalModelResponseFields: { stop_sequence: "END" },
        metrics: { latencyMs: 3 },
      },
    },
  },
  { type: "finish", choice: 0, reason: "length", reported: "max_tokens" },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "tool_use" },
  { type: "finish", choice: 0, reason: "content-filter", reported: "guardrail_intervened" },
  { type: "finish", choice: 0, reason: "other", reported: "malformed_tool_use" },
  {
    type: "finish",
    choice: 0,
    reason: "context-window",
    reported: "model_context_window_exceeded",
  },
);

const answer = fc
  .tuple(
    fc.array(fc.oneof(textPart, thoughtPart, hiddenPart, callPart, imagePart, nativePart), {
      maxLength: 5,
    }),
    usage,
    finish,
  )
  .map(([parts, figures, end]): Event[] => [
    { type: "start" },
    ...parts.flatMap(({ head, deltas }, index): Event[] => [
      { type: "part-start", choice: 0, index, part: head },
      ...deltas.map((delta) => ({ type: "delta" as const, choice: 0, index, ...delta })),
      { type: "part-end", choice: 0, index },
    ]),
    figures,
    end,
  ]);

/** Without what only the wire says: the figures as reported. */
function meaning(events: readonly Event[]): Event[] {
  return joined(
    events.map((event): Event => {
      if (event.type !== "usage") return event;
      const { reported: _reported, ...figures } = event.usage;
      return { type: "usage", usage: figures };
    }),
  );
}

describe("an answer", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(answer, (events) => {
        const body = bedrockConverse.writeAnswer(events, answerContext);
        const read = bedrockConverse.readAnswer(plain(body), readContext);
        assert.deepEqual(meaning(read), plain(meaning(events)));
      }),
      { numRuns: 300 },
    );
  });

  it("reads back from its stream as it was written, however the bytes are cut", () => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 200 }), (events, size) => {
        const read = readFrames(cut(writeEvents(events), size));
        assert.deepEqual(meaning(read), plain(meaning(events)));
      }),
      { numRuns: 300 },
    );
  });

  it("is never taken for whole where its stream was cut off before its stop", () => {
    fc.assert(
      fc.property(answer, fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
        const bytes = writeEvents(events);
        const stop = bytes.indexOf("messageStop");
        const reader = bedrockConverse.readStream(readContext);
        for (const frame of cut(bytes.subarray(0, Math.floor(stop * share)), 64)) {
          reader.read(frame);
        }
        assert.throws(
          () => reader.end(),
          (thrown) =>
            thrown instanceof Failure &&
            ["upstream.stream_unfinished", "upstream.empty"].includes(thrown.cause),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("says the same in a stream and whole", () => {
    fc.assert(
      fc.property(answer, (events) => {
        const streamed = readFrames(cut(writeEvents(events), 1 << 16));
        const { usage: _usage, ...whole } = bedrockConverse.writeAnswer(events, answerContext);
        const { usage: _again, ...again } = bedrockConverse.writeAnswer(streamed, answerContext);
        assert.deepEqual(again, whole);
      }),
      { numRuns: 100 },
    );
  });
});
