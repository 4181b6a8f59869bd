/** Canonical answers that chat can carry whole. */
import fc from "fast-check";
import type { Event, PartHead } from "../../core/events.ts";
import type { Citation, Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import { opaque, provider, someText, sparse, text, word } from "./generators.ts";

const citation: fc.Arbitrary<Citation> = fc.oneof(
  fc.record({ url: someText, title: text, start: fc.nat(), end: fc.nat() }),
  fc.record({ text: someText, document: fc.nat(), dialect: fc.constant("anthropic-messages") }),
);

interface Said {
  head: PartHead;
  pieces: string[];
  signature?: Opaque;
  citations?: Citation[];
}
const pieces = fc.array(someText, { minLength: 1, maxLength: 3 });
const saidThought: fc.Arbitrary<Said> = fc.oneof(
  pieces.map((each): Said => ({ head: { type: "reasoning" }, pieces: each })),
  fc
    .tuple(pieces, opaque(fc.constant("signature")))
    .map(([each, signature]): Said => ({ head: { type: "reasoning" }, pieces: each, signature })),
  fc.tuple(pieces, opaque(fc.constant("encrypted"))).map(
    ([each, signature]): Said => ({
      head: { type: "reasoning", kind: "summary" },
      pieces: each,
      signature,
    }),
  ),
  opaque(fc.constant("redacted")).map(
    (signature): Said => ({
      head: { type: "reasoning", redacted: true },
      pieces: [],
      signature,
    }),
  ),
);
/** Thoughts of which none has state run together in chat, so several have some. */
const saidThoughts: fc.Arbitrary<Said[]> = fc
  .array(saidThought, { maxLength: 3 })
  .filter((all) => all.length < 2 || all.some(({ signature }) => signature !== undefined));
const saidText: fc.Arbitrary<Said> = fc
  .tuple(pieces, fc.array(citation, { maxLength: 2 }))
  .map(([each, citations]) => ({
    head: { type: "text" },
    pieces: each,
    ...(citations.length > 0 ? { citations } : {}),
  }));
const saidCall: fc.Arbitrary<Said> = fc
  .tuple(word, fc.array(someText, { maxLength: 3 }), fc.boolean(), fc.boolean())
  .map(([fn, each, custom, signed]): Said => {
    const head: PartHead = { type: "tool-call", id: "", name: fn };
    if (custom) head.kind = "custom";
    const said: Said = { head, pieces: each };
    if (signed) {
      said.signature = { value: "sig", kind: "thought-signature", origin: { provider } };
    }
    return said;
  });
const native: fc.Arbitrary<Said> = word.map((value) => ({
  head: {
    type: "native",
    dialect: "anthropic-messages",
    value: { type: "server_tool_use", value },
    origin: { provider: "anthropic" },
  },
  pieces: [],
}));

type MoreUsage = Required<
  Omit<Usage, "input" | "output" | "cachedWrite5m" | "cachedWrite1h" | "serviceTier" | "reported">
>;
const usage: fc.Arbitrary<Usage> = fc
  .tuple(
    fc.record({ input: fc.nat(), output: fc.nat() }),
    sparse<MoreUsage>({
      cachedRead: fc.nat(),
      reasoning: fc.nat(),
      inputAudio: fc.nat(),
      outputAudio: fc.nat(),
      inputImage: fc.nat(),
      outputImage: fc.nat(),
      acceptedPrediction: fc.nat(),
      rejectedPrediction: fc.nat(),
      hostedToolCalls: fc.constant({ web_search: 2 }),
    }),
    fc.constantFrom({}, { cachedWrite5m: 5 }, { cachedWrite5m: 5, cachedWrite1h: 7 }),
  )
  .map(([figures, more, written]) => ({ ...figures, ...more, ...written }));

const choice = fc.record({
  thoughts: saidThoughts,
  speech: fc.option(saidText, { nil: undefined }),
  calls: fc.array(saidCall, { maxLength: 2 }),
  native: fc.option(native, { nil: undefined }),
  refusal: fc.boolean(),
  reason: fc.constantFrom<"stop" | "length" | "content-filter">("stop", "length", "content-filter"),
});

function eventsOf(index: number, each: typeof choice extends fc.Arbitrary<infer T> ? T : never) {
  const refusal: Said = { head: { type: "refusal" }, pieces: ["I can", "not"] };
  const calls = each.calls.map(
    (said, at): Said => ({
      ...said,
      head: {
        ...said.head,
        ...(said.head.type === "tool-call" ? { id: `call_${index}_${at}` } : {}),
      },
    }),
  );
  const speech = each.refusal ? refusal : each.speech;
  const parts = [...each.thoughts, speech, ...calls, each.native].filter((s) => s !== undefined);
  const events = parts.flatMap(({ head, pieces: said, signature, citations }, at): Event[] => {
    const place = { choice: index, index: at };
    const field = head.type === "tool-call" ? "arguments" : "text";
    const deltas = said.map((piece): Event => ({ type: "delta", ...place, [field]: piece }));
    if (citations) deltas.push({ type: "delta", ...place, citations });
    if (signature) deltas.push({ type: "delta", ...place, signature });
    return [
      { type: "part-start", ...place, part: head },
      ...deltas,
      { type: "part-end", ...place },
    ];
  });
  const wants = calls.length > 0;
  const reason = wants
    ? "tool-calls"
    : each.refusal && each.reason === "stop"
      ? "refusal"
      : each.reason;
  const reported = wants
    ? "tool_calls"
    : each.reason === "content-filter"
      ? "content_filter"
      : each.reason;
  const finish: Event = { type: "finish", choice: index, reason, reported };
  return { events, finish };
}

/** A whole answer, in the order in which whole answers and streams are read. */
export const answer: fc.Arbitrary<Event[]> = fc
  .record({ choices: fc.array(choice, { minLength: 1, maxLength: 2 }), usage })
  .map(({ choices, usage: used }) => {
    const made = choices.map((each, index) => eventsOf(index, each));
    return [
      {
        type: "start",
        id: "chatcmpl-1",
        model: "served",
        created: 1_700_000_000,
        extra: {
          dialect: "openai-chat",
          fields: { service_tier: "default", filter: { hate: "safe" } },
        },
      },
      ...made.flatMap(({ events }) => events),
      { type: "usage", usage: { ...used, serviceTier: "default" } },
      ...made.map(({ finish }) => finish),
    ];
  });
