/** Canonical requests that chat can carry whole. */
import fc from "fast-check";
import type { JsonObject } from "../../core/json.ts";
import type {
  CacheMark,
  ChatRequest,
  Part,
  ReasoningPart,
  Tool,
  Turn,
} from "../../core/request.ts";
import { opaque, someText, sparse, text, word } from "./generators.ts";

const base64 = fc
  .uint8Array({ maxLength: 9 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

const cache: fc.Arbitrary<CacheMark> = fc.constantFrom({}, { ttl: "5m" }, { ttl: "1h" });
const mark = sparse<{ cache: CacheMark }>({ cache });
const name = sparse<{ name: string }>({ name: word });

/** Thoughts with state, as the answer that brought them told them. */
const signedThought: fc.Arbitrary<ReasoningPart> = fc.oneof(
  fc.record({
    type: fc.constant("reasoning"),
    text,
    signature: opaque(fc.constant("signature")),
  }),
  fc.record({
    type: fc.constant("reasoning"),
    text: someText,
    kind: fc.constant("summary"),
    signature: opaque(fc.constantFrom("encrypted", "redacted")),
  }),
  fc.record({
    type: fc.constant("reasoning"),
    text: fc.constant(""),
    redacted: fc.constant(true),
    signature: opaque(fc.constantFrom("encrypted", "redacted")),
  }),
);
const thoughts: fc.Arbitrary<ReasoningPart[]> = fc.oneof(
  fc.constant<ReasoningPart[]>([]),
  text.map((each): ReasoningPart[] => [{ type: "reasoning", text: each }]),
  fc.array(signedThought, { minLength: 1, maxLength: 3 }),
);

const textPart: fc.Arbitrary<Part> = fc
  .tuple(text, mark)
  .map(([each, cached]) => ({ type: "text", text: each, ...cached }));
const source = fc.oneof(
  base64.map((data) => ({ kind: "bytes" as const, mediaType: "image/png", data })),
  word.map((path) => ({ kind: "url" as const, url: `https://example.com/${path}` })),
);
const filename = sparse<{ filename: string }>({ filename: word });
const detail = sparse<{ detail: string }>({ detail: fc.constantFrom("low", "high") });
const media: fc.Arbitrary<Part> = fc.oneof(
  fc
    .tuple(source, detail, mark)
    .map(([from, how, cached]): Part => ({ type: "image", source: from, ...how, ...cached })),
  fc.tuple(base64, fc.constantFrom("audio/wav", "audio/mpeg")).map(
    ([data, mediaType]): Part => ({
      type: "audio",
      source: { kind: "bytes", mediaType, data },
    }),
  ),
  fc
    .tuple(source, filename, mark)
    .map(([from, named, cached]): Part => ({ type: "file", source: from, ...named, ...cached })),
  fc.tuple(word, filename).map(
    ([id, named]): Part => ({
      type: "file",
      source: { kind: "provider-file", id },
      ...named,
    }),
  ),
  word.map(
    (url): Part => ({
      type: "native",
      dialect: "openai-chat",
      value: { type: "video_url", video_url: { url } },
    }),
  ),
);

const extra = fc.dictionary(
  fc.constantFrom("x_one", "x_two"),
  fc.constantFrom<1 | "two">(1, "two"),
);
const withExtra = <T extends object>(each: fc.Arbitrary<T>) =>
  fc
    .tuple(each, extra)
    .map(([value, fields]) =>
      Object.keys(fields).length === 0
        ? value
        : { ...value, extra: { dialect: "openai-chat", fields } },
    );

/** Ids are made unique by their place, as they are in a conversation. */
const call = fc.tuple(
  word,
  text,
  mark,
  sparse<{ kind: "custom" }>({ kind: fc.constant("custom") }),
);
const round = fc.record({
  thoughts,
  content: fc.oneof(
    fc.constant<Part[]>([]),
    fc.array(textPart, { minLength: 1, maxLength: 2 }),
    text.map((each): Part[] => [{ type: "refusal", text: each }]),
  ),
  calls: fc.array(call, { maxLength: 2 }),
  results: fc.array(fc.array(textPart, { maxLength: 2 }), { maxLength: 2 }),
});

function turnsOf({ thoughts: before, content, calls, results }: RoundValue, at: number): Turn[] {
  const made = calls.map(([fn, args, cached, kind], index): Part & { type: "tool-call" } => ({
    type: "tool-call",
    id: `call_${at}_${index}`,
    name: fn,
    arguments: args,
    ...kind,
    ...cached,
  }));
  // Empty text beside a call says that there is none.
  const [first] = content;
  const empty = content.length === 1 && first?.type === "text" && first.text === "";
  const said = empty ? [] : content;
  const assistant: Turn = { role: "assistant", parts: [...before, ...said, ...made] };
  const answers = made.slice(0, results.length).map(
    (each, index): Turn => ({
      role: "tool",
      parts: [
        { type: "tool-result", callId: each.id, name: each.name, content: results[index] ?? [] },
      ],
    }),
  );
  return [assistant, ...answers];
}
type RoundValue = typeof round extends fc.Arbitrary<infer T> ? T : never;

const plainTurn: fc.Arbitrary<Turn> = withExtra(
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom<"system" | "developer">("system", "developer"),
        fc.array(textPart, { maxLength: 2 }),
        name,
      )
      .map(([role, parts, named]) => ({ role, parts, ...named })),
    fc
      .tuple(fc.array(fc.oneof(textPart, media), { maxLength: 3 }), name)
      .map(([parts, named]) => ({ role: "user" as const, parts, ...named })),
  ),
);

const schema: JsonObject = { type: "object", properties: { a: { type: "number" } } };
const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc
    .tuple(
      word,
      sparse<Pick<Required<Tool>, "description" | "parameters" | "strict" | "cache">>({
        description: text,
        parameters: fc.constant(schema),
        strict: fc.boolean(),
        cache,
      }),
    )
    .map(([fn, more]): Tool => ({ ...more, kind: "function", name: fn })),
  word.map(
    (fn): Tool => ({
      kind: "custom",
      name: fn,
      dialect: "openai-chat",
      native: { type: "text" },
    }),
  ),
  fc.constant<Tool>({
    kind: "hosted",
    name: "web_search",
    dialect: "openai-chat",
    native: { type: "web_search", depth: 2 },
  }),
);

type Options = Omit<
  ChatRequest,
  "model" | "turns" | "stream" | "streamUsage" | "toolChoice" | "reasoningState"
>;
const options: fc.Arbitrary<Partial<Options>> = sparse<Required<Options>>({
  tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
  parallelToolCalls: fc.boolean(),
  output: fc.oneof(
    fc.constantFrom<{ type: "text" } | { type: "json" }>({ type: "text" }, { type: "json" }),
    fc
      .tuple(
        word,
        sparse<{ description: string; strict: boolean }>({
          description: text,
          strict: fc.boolean(),
        }),
      )
      .map(([named, more]) => ({ type: "json-schema" as const, name: named, schema, ...more })),
  ),
  reasoning: fc.oneof(
    fc.record({ effort: fc.constantFrom("none", "low", "max") }),
    fc.record({
      budget: fc.nat(),
      enabled: fc.boolean(),
      summary: fc.constantFrom("none", "auto"),
    }),
  ),
  maxOutputTokens: fc.integer({ min: 1 }),
  temperature: fc.constantFrom(0, 0.7, 2),
  topP: fc.constantFrom(0, 0.5, 1),
  topK: fc.nat(),
  stop: fc.array(someText, { minLength: 1, maxLength: 6 }),
  seed: fc.integer(),
  frequencyPenalty: fc.constantFrom(-2, 0, 2),
  presencePenalty: fc.constantFrom(-2, 0, 2),
  logitBias: fc.constant({ "50256": -100 }),
  logprobs: fc.integer({ min: 0, max: 20 }).map((top) => ({ top })),
  choices: fc.integer({ min: 2, max: 128 }),
  modalities: fc.constantFrom<("text" | "audio")[]>(["text"], ["text", "audio"]),
  audio: fc.constant({ voice: "ash", format: "mp3" }),
  verbosity: fc.constantFrom("low", "medium", "high"),
  serviceTier: fc.constantFrom("auto", "flex"),
  user: word,
  safetyIdentifier: word,
  promptCacheKey: word,
  metadata: fc.constant({ job: "7" }),
  store: fc.boolean(),
  cache,
  extra: fc.constant({
    dialect: "openai-chat",
    fields: { prediction: { type: "content", content: "x" }, new_field: [1] },
  }),
});

export const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    opening: fc.array(plainTurn, { minLength: 1, maxLength: 3 }),
    rounds: fc.array(round, { maxLength: 3 }),
    stream: fc.boolean(),
    options,
    choice: fc.constantFrom("auto", "none", "required", "tool", "allowed", "absent"),
  })
  .map(({ opening, rounds, stream, options: chosen, choice }): ChatRequest => {
    const made: ChatRequest = {
      model: "a-model",
      turns: [...opening, ...rounds.flatMap(turnsOf)],
      stream,
      ...chosen,
    };
    if (stream) made.streamUsage = true;
    const [first] = chosen.tools?.filter(({ kind }) => kind !== "hosted") ?? [];
    if (choice === "auto" || choice === "none" || choice === "required") {
      made.toolChoice = { type: choice };
    } else if (choice === "tool" && first !== undefined) {
      made.toolChoice = { type: "tool", name: first.name };
      if (first.kind === "custom") made.toolChoice.kind = "custom";
    } else if (choice === "allowed" && first !== undefined) {
      made.toolChoice = { type: "allowed", mode: "auto", names: [first.name] };
    }
    return made;
  });
