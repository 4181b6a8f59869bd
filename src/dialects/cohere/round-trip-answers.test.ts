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
import { cohere } from "./index.ts";
import { answerContext, cut, readContext, readFrames, writeEvents } from "./testing.ts";
import { planMark } from "./wire.ts";

const here = readContext.origin;
/** Another maker's state, which travels in an extension field. */
const opaque: fc.Arbitrary<Opaque> = fc.record({
  value: word,
  kind: fc.constantFrom("encrypted", "thought-signature", "signature"),
  id: word,
  origin: fc.record({
    provider: fc.constantFrom("openai", "gemini"),
    channel: word,
    model: word,
  }),
});

/** The events of one part, without indices. */
type PartEvents = { head: PartHead; deltas: Partial<Extract<Event, { type: "delta" }>>[] };
const stateOf = (state: Opaque | null) => (state === null ? [] : [{ signature: state }]);

const textPart = fc.tuple(fc.array(word, { minLength: 1 }), fc.option(opaque)).map(
  ([pieces, state]): PartEvents => ({
    head: { type: "text" },
    deltas: [...pieces.map((piece) => ({ text: piece })), ...stateOf(state)],
  }),
);
const thoughtPart = fc.tuple(fc.array(word, { minLength: 1 }), fc.option(opaque), fc.boolean()).map(
  ([pieces, state, redacted]): PartEvents => ({
    head: redacted ? { type: "reasoning", redacted } : { type: "reasoning" },
    deltas: [...pieces.map((piece) => ({ text: piece })), ...stateOf(state)],
  }),
);
const imagePart = fc.base64String({ minLength: 1 }).map(
  (data): PartEvents => ({
    head: { type: "image", source: { kind: "bytes", mediaType: "image/png", data } },
    deltas: [],
  }),
);
const nativePart = json.map(
  (value): PartEvents => ({
    head: { type: "native", dialect: "openai-responses", value, origin: { provider: "openai" } },
    deltas: [],
  }),
);
const planPart = fc.array(word, { minLength: 1 }).map(
  (pieces): PartEvents => ({
    head: { type: "reasoning" },
    deltas: [{ signature: planMark(here) }, ...pieces.map((piece) => ({ text: piece }))],
  }),
);
const callPart = fc
  .tuple(token, token, argumentsText, fc.nat(), fc.option(opaque))
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

const usage = fc.tuple(count, count, fc.nat({ max: 100 })).map(
  ([input, output, cached]): Event => ({
    type: "usage",
    usage: {
      input: input + cached,
      output,
      ...(cached > 0 ? { cachedRead: cached } : {}),
    },
  }),
);
const finish = fc.constantFrom<Event>(
  { type: "finish", choice: 0, reason: "stop", reported: "COMPLETE" },
  { type: "finish", choice: 0, reason: "stop", reported: "STOP_SEQUENCE" },
  { type: "finish", choice: 0, reason: "length", reported: "MAX_TOKENS" },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "TOOL_CALL" },
  { type: "finish", choice: 0, reason: "content-filter", reported: "ERROR_TOXIC" },
  { type: "finish", choice: 0, reason: "other", reported: "NEW" },
);

/** The plan, then content with at least one text, then calls: the order that the format has. */
const answer = fc
  .tuple(
    fc.option(planPart),
    fc.array(fc.oneof(textPart, thoughtPart, imagePart, nativePart), { maxLength: 3 }),
    textPart,
    fc.array(callPart, { maxLength: 2 }),
    usage,
    finish,
  )
  .map(([plan, content, last, calls, figures, end]): Event[] => [
    { type: "start", id: "a" },
    ...[...(plan === null ? [] : [plan]), ...content, last, ...calls].flatMap(
      ({ head, deltas }, index): Event[] => [
        { type: "part-start", choice: 0, index, part: head },
        ...deltas.map((delta) => ({ type: "delta" as const, choice: 0, index, ...delta })),
        { type: "part-end", choice: 0, index },
      ],
    ),
    figures,
    end,
  ]);

/** Without the figures as reported; parts in order, because a text ends where the message does. */
function meaning(events: readonly Event[]): Event[] {
  const place = (event: Event) =>
    event.type === "start" ? -1 : "index" in event ? event.index : Number.MAX_SAFE_INTEGER;
  const sorted = events
    .map((event, at) => ({ event, at }))
    .sort((a, b) => place(a.event) - place(b.event) || a.at - b.at);
  return joined(
    sorted.map(({ event }): Event => {
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
        const body = cohere.writeAnswer(events, answerContext);
        const read = cohere.readAnswer(plain(body), readContext);
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

  it("is never taken for whole where its stream was cut off before its end", () => {
    fc.assert(
      fc.property(answer, fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
        const text = writeEvents(events);
        const end = text.lastIndexOf("event: message-end");
        const reader = cohere.readStream(readContext);
        for (const frame of cut(text.slice(0, Math.floor(end * share)), 64)) reader.read(frame);
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
        assert.deepEqual(
          cohere.writeAnswer(streamed, answerContext),
          cohere.writeAnswer(events, answerContext),
        );
      }),
      { numRuns: 100 },
    );
  });
});
