/** Answers and streams are read back as they were written. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Event, FinishReason } from "../../core/events.ts";
import type { Usage } from "../../core/usage.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { SseDecoder } from "../sse.ts";
import { gemini } from "./index.ts";
import { SIGNATURE } from "./signature.ts";

const origin = { provider: "gemini" };
const context: ReadContext = {
  origin,
  failure: (error) =>
    new Failure("upstream.error_unknown", { operator: JSON.stringify(error.body) }),
};
const answerContext = { id: "the-id", model: "the-model", created: 0 };

const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const base64 = fc.uint8Array({ minLength: 3, maxLength: 30 }).map((bytes) => {
  return Buffer.from(bytes).toString("base64");
});
/** An answer for a client holds the client's own name of the tool, not the one that was made for Google. */
const clientName = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((name) => !name.startsWith("px:"));
const args = fc
  .dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value))
  // -0 has no JSON text of its own
  .filter((json) => JSON.stringify(JSON.parse(json)) === json);

const small = fc.integer({ min: 0, max: 100 });
const usage: fc.Arbitrary<Usage> = fc.record({ input: small, output: small }).map((made) => ({
  ...made,
  cachedRead: 0,
  reasoning: Math.floor(made.output / 2),
}));

type Said =
  | { type: "text" | "reasoning"; pieces: string[]; signature?: string }
  | { type: "call"; name: string; arguments: string; signature?: string }
  | { type: "image"; data: string }
  | { type: "state"; signature: string };

const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom("text" as const, "reasoning" as const),
      pieces: fc.array(text, { minLength: 1, maxLength: 3 }),
      signature: base64,
    },
    { requiredKeys: ["type", "pieces"] },
  ),
  fc.record(
    { type: fc.constant("call" as const), name: clientName, arguments: args, signature: base64 },
    { requiredKeys: ["type", "name", "arguments"] },
  ),
  fc.record({ type: fc.constant("image" as const), data: base64 }),
  fc.record({ type: fc.constant("state" as const), signature: base64 }),
);

const answer = fc
  .record({
    // Neighbours of a kind would be one part in a stream
    parts: fc.array(said, { minLength: 1, maxLength: 5 }).filter((parts) =>
      parts.every((part, index) => {
        const before = parts[index - 1];
        if (before === undefined) return true;
        if (part.type === "state") return before.type !== "reasoning" && before.type !== "state";
        return part.type !== before.type || part.type === "call" || part.type === "image";
      }),
    ),
    usage,
    reason: fc.constantFrom<FinishReason>("stop", "length", "content-filter", "other"),
  })
  .map(({ parts, usage: figures, reason }): Event[] => {
    const called = parts.some((part) => part.type === "call");
    return [
      { type: "start", id: "r1", model: "gemini-3-flash" },
      ...parts.flatMap((part, index) => eventsOf(part, index)),
      { type: "usage", usage: figures },
      { type: "finish", choice: 0, reason: reason === "stop" && called ? "tool-calls" : reason },
    ];
  });

function eventsOf(part: Said, index: number): Event[] {
  const at = { choice: 0, index };
  const end: Event = { type: "part-end", ...at };
  const made =
    "signature" in part && part.signature !== undefined
      ? { signature: { value: part.signature, kind: SIGNATURE, origin } }
      : {};
  switch (part.type) {
    case "text":
    case "reasoning": {
      const head =
        part.type === "text"
          ? { type: "text" as const }
          : { type: "reasoning" as const, kind: "summary" as const };
      const deltas = part.pieces.map(
        (piece, count): Event => ({
          type: "delta",
          ...at,
          text: piece,
          ...(count === part.pieces.length - 1 ? made : {}),
        }),
      );
      return [{ type: "part-start", ...at, part: head }, ...deltas, end];
    }
    case "state":
      return [
        { type: "part-start", ...at, part: { type: "reasoning" } },
        { type: "delta", ...at, ...made },
        end,
      ];
    case "image": {
      const source = { kind: "bytes" as const, mediaType: "image/png", data: part.data };
      return [{ type: "part-start", ...at, part: { type: "image", source } }, end];
    }
    case "call": {
      const head = { type: "tool-call" as const, id: `c${index}`, name: part.name };
      const signed: Event[] = "signature" in made ? [{ type: "delta", ...at, ...made }] : [];
      return [
        { type: "part-start", ...at, part: head },
        ...signed,
        { type: "delta", ...at, arguments: part.arguments },
        end,
      ];
    }
  }
}

describe("an answer", () => {
  it("is read back as it was written, but for how its text was cut", () => {
    fc.assert(
      fc.property(answer, (events) => {
        const body = JSON.parse(JSON.stringify(gemini.writeAnswer(events, answerContext)));
        assert.deepEqual(folded(gemini.readAnswer(body, context)), folded(events));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stream", () => {
  it("is read back as it was written, wherever its bytes are cut", () => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 50 }), (events, size) => {
        const writer = gemini.writeStream(answerContext);
        const wire = Buffer.from(
          events.map((event) => writer.write(event)).join("") + writer.end(),
        );
        const reader = gemini.readStream(context);
        const decoder = new SseDecoder();
        const back: Event[] = [];
        for (let at = 0; at < wire.length; at += size) {
          for (const frame of decoder.push(wire.subarray(at, at + size)))
            back.push(...reader.read(frame));
        }
        back.push(...reader.end());
        assert.deepEqual(folded(back), folded(events));
      }),
      { numRuns: 300 },
    );
  });
});

/** The events as whole parts; a call's name is the one for the client, and Google's own words are left aside. */
function folded(events: readonly Event[]) {
  const parts = new Map<string, Record<string, unknown>>();
  const rest: unknown[] = [];
  for (const event of events) {
    if (event.type === "part-start")
      parts.set(`${event.choice} ${event.index}`, { ...event.part, text: "", arguments: "" });
    else if (event.type === "delta") {
      const part = parts.get(`${event.choice} ${event.index}`);
      assert.ok(part);
      part.text = `${part.text}${event.text ?? ""}`;
      part.arguments = `${part.arguments}${event.arguments ?? ""}`;
      if (event.signature !== undefined) part.signature = event.signature;
    } else if (event.type === "usage") {
      const { reported: _, ...figures } = event.usage;
      rest.push(figures);
    } else if (event.type === "finish") rest.push(event.reason);
    else if (event.type === "start") rest.push([event.id, event.model]);
  }
  return { parts: [...parts.values()], rest };
}
