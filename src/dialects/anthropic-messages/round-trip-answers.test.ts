import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Event, PartHead } from "../../core/events.ts";
import type { Opaque } from "../../core/request.ts";
import { anthropicMessages } from "./index.ts";
import { answerContext, cut, joined, readContext, readFrames, writeEvents } from "./testing.ts";

import { argumentsText, count, json, plain, token, word } from "./testing-arbitraries.ts";

/** State of any maker: Claude's own, and another's with all that it may have. */
const opaque = (claude: Opaque): fc.Arbitrary<Opaque> =>
  fc.oneof(
    fc.constant(claude),
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

const citation = fc.tuple(word, word, word).map(([cited, title, index]) => ({
  text: cited,
  title,
  url: "https://x.test/",
  dialect: "anthropic-messages",
  reported: {
    type: "web_search_result_location",
    cited_text: cited,
    title,
    url: "https://x.test/",
    encrypted_index: index,
  },
}));

const here = readContext.origin;

/** The events of one part, without indices. */
type PartEvents = { head: PartHead; deltas: Partial<Extract<Event, { type: "delta" }>>[] };

const textPart = fc
  .tuple(
    fc.array(word, { minLength: 1 }),
    fc.array(citation, { maxLength: 2 }),
    fc.option(opaque({ value: "s", kind: "thought-signature", origin: { provider: "gemini" } })),
  )
  .map(
    ([pieces, citations, state]): PartEvents => ({
      head: { type: "text" },
      deltas: [
        ...pieces.map((text) => ({ text })),
        ...(citations.length === 0 ? [] : [{ citations }]),
        ...(state === null ? [] : [{ signature: state }]),
      ],
    }),
  );
const thoughtPart = fc
  .tuple(fc.array(word), fc.option(opaque({ value: "sig", kind: "signature", origin: here })))
  .map(
    ([pieces, state]): PartEvents => ({
      head: { type: "reasoning" },
      deltas: [
        ...pieces.map((text) => ({ text })),
        ...(state === null ? [] : [{ signature: state }]),
      ],
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
    token,
    argumentsText,
    fc.nat(),
    fc.option(opaque({ value: "s", kind: "thought-signature", origin: { provider: "gemini" } })),
  )
  .map(([id, name, args, at, state]): PartEvents => {
    const cutAt = at % args.length;
    return {
      head: { type: "tool-call", id, name, kind: "function" },
      deltas: [
        ...[args.slice(0, cutAt), args.slice(cutAt)]
          .filter(Boolean)
          .map((piece) => ({ arguments: piece })),
        ...(state === null ? [] : [{ signature: state }]),
      ],
    };
  });
const nativePart = fc.tuple(json, fc.boolean()).map(
  ([value, own]): PartEvents => ({
    head: {
      type: "native",
      dialect: own ? "anthropic-messages" : "openai-responses",
      value: { ...value, type: own ? "web_search_tool_result" : "web_search_call" },
    },
    deltas: [],
  }),
);

const usage = fc
  .record({
    input_tokens: count,
    output_tokens: fc.integer({ min: 1, max: 1000 }),
    cache_read_input_tokens: count,
    ephemeral_5m_input_tokens: count,
    ephemeral_1h_input_tokens: count,
    thinking_tokens: count,
    web_search_requests: count,
  })
  .map((figures): Event => {
    const written5m = figures.ephemeral_5m_input_tokens;
    const written1h = figures.ephemeral_1h_input_tokens;
    const written = written5m + written1h;
    return {
      type: "usage",
      usage: {
        input: figures.input_tokens + figures.cache_read_input_tokens + written,
        output: figures.output_tokens,
        ...(figures.cache_read_input_tokens > 0
          ? { cachedRead: figures.cache_read_input_tokens }
          : {}),
        ...(written5m > 0 ? { cachedWrite5m: written5m } : {}),
        ...(written1h > 0 ? { cachedWrite1h: written1h } : {}),
        reasoning: figures.thinking_tokens,
        ...(figures.web_search_requests > 0
          ? { hostedToolCalls: { web_search: figures.web_search_requests } }
          : {}),
        serviceTier: "standard",
      },
    };
  });

const finish = fc.constantFrom<Event>(
  { type: "finish", choice: 0, reason: "stop", reported: "end_turn" },
  { type: "finish", choice: 0, reason: "stop", reported: "stop_sequence", stopSequence: "END" },
  { type: "finish", choice: 0, reason: "length", reported: "max_tokens" },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "tool_use" },
  { type: "finish", choice: 0, reason: "pause", reported: "pause_turn" },
  {
    type: "finish",
    choice: 0,
    reason: "refusal",
    reported: "refusal",
    extra: { dialect: "anthropic-messages", fields: { stop_details: { type: "refusal" } } },
  },
  {
    type: "finish",
    choice: 0,
    reason: "context-window",
    reported: "model_context_window_exceeded",
  },
  { type: "finish", choice: 0, reason: "other", reported: "new_reason" },
);

const answer = fc
  .tuple(
    fc.array(fc.oneof(textPart, thoughtPart, hiddenPart, callPart, nativePart), { maxLength: 5 }),
    usage,
    finish,
  )
  .map(([parts, figures, end]): Event[] => [
    { type: "start", id: "msg_a", model: "claude-a" },
    ...parts.flatMap(({ head, deltas }, index): Event[] => [
      { type: "part-start", choice: 0, index, part: head },
      ...deltas.map((delta) => ({ type: "delta" as const, choice: 0, index, ...delta })),
      { type: "part-end", choice: 0, index },
    ]),
    figures,
    end,
  ]);

/** Without what only the wire says: the first usage of a stream, and the figures as reported. */
function meaning(events: readonly Event[]): Event[] {
  const last = events.findLast((event) => event.type === "usage");
  return joined(
    events.flatMap((event): Event[] => {
      if (event.type !== "usage") return [event];
      const { reported: _reported, ...figures } = event.usage;
      return event === last ? [{ type: "usage", usage: figures }] : [];
    }),
  );
}

describe("an answer", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(answer, (events) => {
        const body = anthropicMessages.writeAnswer(events, answerContext);
        const read = anthropicMessages.readAnswer(plain(body), readContext);
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

  it("says the same in a stream and whole", () => {
    fc.assert(
      fc.property(answer, (events) => {
        const streamed = readFrames(cut(writeEvents(events), 1 << 16));
        assert.deepEqual(
          anthropicMessages.writeAnswer(streamed, answerContext),
          anthropicMessages.writeAnswer(events, answerContext),
        );
      }),
      { numRuns: 100 },
    );
  });
});
