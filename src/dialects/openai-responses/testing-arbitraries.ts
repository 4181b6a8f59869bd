/** Canonical requests and answers that this dialect can carry whole. */
import fc from "fast-check";
import type { Event, PartHead } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest, Citation, Opaque, Part, Tool, Turn } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";

export const provider = "openai";
const dialect = "openai-responses";

const word = fc.string({ unit: fc.constantFrom("a", "Z", "0", "_"), minLength: 1, maxLength: 6 });
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const someText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const base64 = fc
  .uint8Array({ maxLength: 9 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

/** A record whose absent fields are really absent. */
function sparse<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record<T, never>(model, { requiredKeys: [] });
}

function itemOf(fields: JsonObject): Opaque {
  const state: Opaque = { value: JSON.stringify(fields), kind: "item" };
  if (typeof fields.id === "string") state.id = fields.id;
  return state;
}

/** What a message says of itself, or nothing. */
const messageState = fc.constantFrom<Opaque | undefined>(
  undefined,
  itemOf({ id: "msg_1" }),
  itemOf({ id: "msg_2", phase: "commentary" }),
);
const callState = fc.constantFrom<Opaque | undefined>(
  undefined,
  itemOf({ id: "fc_1", namespace: "tools" }),
);
const encrypted: fc.Arbitrary<Opaque> = fc
  .record({ value: word, id: word })
  .map(({ value, id }) => ({ value, kind: "encrypted", id: `rs_${id}` }));

type Thought = Extract<Part, { type: "reasoning" }>;
/** The thoughts of one item: summaries, then full text, the last with the item's state. */
const thoughtItem: fc.Arbitrary<Thought[]> = fc
  .record({
    summaries: fc.array(text, { maxLength: 2 }),
    full: fc.array(text, { maxLength: 2 }),
    signature: encrypted,
  })
  .map(({ summaries, full, signature }) => {
    const thoughts: Thought[] = [
      ...summaries.map((each): Thought => ({ type: "reasoning", text: each, kind: "summary" })),
      ...full.map((each): Thought => ({ type: "reasoning", text: each })),
    ];
    if (thoughts.length === 0) thoughts.push({ type: "reasoning", text: "", redacted: true });
    const last = thoughts.at(-1);
    if (last !== undefined) last.signature = signature;
    return thoughts;
  });

const mark = fc.constantFrom({}, { cache: { dialect, native: { mode: "explicit" } } });
const source = fc.oneof(
  base64.map((data) => ({ kind: "bytes" as const, mediaType: "image/png", data })),
  word.map((path) => ({ kind: "url" as const, url: `https://example.com/${path}` })),
  word.map((id) => ({ kind: "provider-file" as const, id: `file_${id}` })),
);
const inputText: fc.Arbitrary<Part> = fc
  .tuple(text, mark)
  .map(([each, cached]) => ({ type: "text", text: each, ...cached }));
const media: fc.Arbitrary<Part> = fc.oneof(
  fc
    .tuple(source, sparse<{ detail: string }>({ detail: fc.constantFrom("low", "auto") }), mark)
    .map(([from, how, cached]): Part => ({ type: "image", source: from, ...how, ...cached })),
  fc
    .tuple(source, sparse<{ filename: string }>({ filename: word }), mark)
    .map(([from, named, cached]): Part => ({ type: "file", source: from, ...named, ...cached })),
);
const spoken: fc.Arbitrary<Part> = base64.map((data) => ({
  type: "audio",
  source: { kind: "bytes", mediaType: "audio/wav", data },
}));
const unknownBlock: fc.Arbitrary<Part> = word.map((url) => ({
  type: "native",
  dialect,
  value: { type: "input_video", video_url: url },
}));

const opening: fc.Arbitrary<Turn> = fc.oneof(
  fc
    .tuple(fc.constantFrom<"system" | "developer">("system", "developer"), inputText)
    .map(([role, part]): Turn => ({ role, parts: [part] })),
  fc
    .array(fc.oneof(inputText, media, spoken, unknownBlock), { minLength: 1, maxLength: 3 })
    .map((parts): Turn => ({ role: "user", parts })),
  word.map(
    (id): Turn => ({
      role: "user",
      parts: [
        { type: "native", dialect, value: { type: "mcp_approval_response", id, approve: true } },
      ],
    }),
  ),
);

const outputText: fc.Arbitrary<Part> = fc
  .tuple(text, messageState)
  .map(([each, signature]) =>
    signature === undefined
      ? { type: "text", text: each }
      : { type: "text", text: each, signature },
  );
const hosted: fc.Arbitrary<Part> = word.map((id) => ({
  type: "native",
  dialect,
  value: { type: "web_search_call", id: `ws_${id}`, status: "completed" },
}));

const round = fc.record({
  thoughts: fc.array(thoughtItem, { maxLength: 2 }),
  said: fc.array(
    fc.oneof(
      outputText,
      hosted,
      someText.map((each): Part => ({ type: "refusal", text: each })),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  calls: fc.array(fc.tuple(word, text, fc.boolean(), callState), { maxLength: 2 }),
  output: fc.array(fc.oneof(inputText, media), { minLength: 1, maxLength: 2 }),
});

function turnsOf({ thoughts, said, calls, output }: RoundValue, at: number): Turn[] {
  const made = calls.map(([name, args, custom, signature], index) => {
    const call: Extract<Part, { type: "tool-call" }> = {
      type: "tool-call",
      id: `call_${at}_${index}`,
      name,
      arguments: args,
    };
    if (custom) call.kind = "custom";
    if (signature !== undefined) call.signature = signature;
    return call;
  });
  const turns: Turn[] = [
    { role: "user", parts: [{ type: "text", text: "go on" }] },
    { role: "assistant", parts: [...thoughts.flat(), ...said, ...made] },
  ];
  const results = made.map(
    ({ id, name }): Part => ({ type: "tool-result", callId: id, name, content: output }),
  );
  if (results.length > 0) turns.push({ role: "tool", parts: results });
  return turns;
}
type RoundValue = typeof round extends fc.Arbitrary<infer T> ? T : never;

const schema: JsonObject = { type: "object", properties: { a: { type: "number" } } };
const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc
    .tuple(
      word,
      sparse<{ description: string; strict: boolean }>({
        description: someText,
        strict: fc.boolean(),
      }),
    )
    .map(([name, more]): Tool => ({ kind: "function", name, parameters: schema, ...more })),
  word.map(
    (name): Tool => ({
      kind: "function",
      name,
      parameters: schema,
      dialect,
      native: { defer_loading: true },
    }),
  ),
  word.map(
    (name): Tool => ({
      kind: "custom",
      name,
      dialect,
      native: { type: "grammar", syntax: "lark", definition: "start: WORD" },
    }),
  ),
  fc.constant<Tool>({
    kind: "hosted",
    name: "web_search",
    dialect,
    native: { type: "web_search", search_context_size: "low" },
  }),
);

type Options = Omit<
  ChatRequest,
  "model" | "turns" | "stream" | "streamUsage" | "toolChoice" | "extra" | "tools"
>;
type Carried = Pick<
  Required<Options>,
  | "parallelToolCalls"
  | "output"
  | "reasoning"
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "logprobs"
  | "verbosity"
  | "serviceTier"
  | "user"
  | "safetyIdentifier"
  | "promptCacheKey"
  | "metadata"
  | "store"
  | "reasoningState"
>;
const options = sparse<Carried>({
  parallelToolCalls: fc.boolean(),
  output: fc.constantFrom<NonNullable<ChatRequest["output"]>>(
    { type: "text" },
    { type: "json" },
    { type: "json-schema", name: "city", schema, strict: true },
  ),
  reasoning: fc.constantFrom({ effort: "low" }, { effort: "none", summary: "auto" }),
  maxOutputTokens: fc.integer({ min: 1 }),
  temperature: fc.constantFrom(0, 0.7, 2),
  topP: fc.constantFrom(0, 0.5, 1),
  logprobs: fc.integer({ min: 0, max: 20 }).map((top) => ({ top })),
  verbosity: fc.constantFrom("low", "medium", "high"),
  serviceTier: fc.constantFrom("auto", "flex"),
  user: word,
  safetyIdentifier: word,
  promptCacheKey: word,
  metadata: fc.constant({ job: "7" }),
  store: fc.boolean(),
  reasoningState: fc.constant(true),
});

const kept = fc.constantFrom<JsonObject>(
  {},
  { include: ["web_search_call.action.sources"], truncation: "auto", max_tool_calls: 3 },
  { previous_response_id: "resp_1", reasoning: { context: "all_turns" }, text: { new_field: 1 } },
);

export const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    instructions: fc.option(someText, { nil: undefined }),
    openings: fc.array(opening, { minLength: 1, maxLength: 3 }),
    rounds: fc.array(round, { maxLength: 3 }),
    stream: fc.boolean(),
    tools: fc.array(tool, { maxLength: 3 }),
    options,
    choice: fc.constantFrom("auto", "none", "required", "tool", "allowed", "absent"),
    fields: kept,
  })
  .map(({ instructions, openings, rounds, stream, tools, options: chosen, choice, fields }) => {
    const turns = [...openings, ...rounds.flatMap(turnsOf)];
    if (instructions !== undefined) {
      const parts: Part[] = [{ type: "text", text: instructions }];
      turns.unshift({ role: "system", parts, place: "instructions" });
    }
    const made: ChatRequest = { model: "a-model", turns, stream, ...chosen };
    made.extra = { dialect, fields };
    if (tools.length > 0) made.tools = tools;
    const [first] = tools.filter(({ kind }) => kind !== "hosted");
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

interface Said {
  head: PartHead;
  pieces: string[];
  /** Known when the part begins. */
  early?: Opaque;
  /** Known at its end. */
  late?: Opaque;
  citations?: Citation[];
}
const pieces = fc.array(someText, { minLength: 1, maxLength: 3 });
const origin = { provider };
const foreign: Opaque = {
  value: "sig",
  kind: "thought-signature",
  origin: { provider: "gemini", model: "gemini-3-pro" },
};

const saidThoughts: fc.Arbitrary<Said[]> = fc
  .tuple(
    thoughtItem,
    fc.constantFrom<Opaque | undefined>(undefined, {
      value: "signed",
      kind: "signature",
      origin: { provider: "anthropic", channel: "chn_1" },
    }),
  )
  .map(([thoughts, other]) =>
    thoughts.map(({ text: each, kind, redacted, signature }): Said => {
      const head: PartHead = { type: "reasoning" };
      if (kind !== undefined) head.kind = kind;
      if (redacted) head.redacted = true;
      const said: Said = { head, pieces: each === "" ? [] : [each] };
      if (signature !== undefined) said.late = other ?? { ...signature, origin };
      return said;
    }),
  );
const citations: fc.Arbitrary<Citation[] | undefined> = fc.constantFrom<Citation[] | undefined>(
  undefined,
  [{ url: "https://a.example", title: "A", start: 0, end: 3 }],
  [
    { url: "https://b.example", text: "quoted" },
    { url: "https://c.example", title: "C", start: 1, end: 2 },
  ],
  [
    {
      text: "quoted",
      document: 2,
      dialect: "anthropic-messages",
      reported: { type: "char_location" },
    },
  ],
  [
    {
      title: "f.txt",
      reported: { type: "file_citation", file_id: "f1", filename: "f.txt", index: 4 },
      dialect,
    },
  ],
);
const saidText: fc.Arbitrary<Said> = fc
  .tuple(pieces, messageState, citations, fc.boolean())
  .map(([each, state, cited, signed]): Said => {
    const said: Said = { head: { type: "text" }, pieces: each };
    if (state !== undefined) said.early = { ...state, origin };
    else if (signed) said.late = foreign;
    if (cited !== undefined) said.citations = cited;
    return said;
  });
const saidCall = fc
  .tuple(word, fc.array(someText, { maxLength: 3 }), fc.boolean(), callState, fc.boolean())
  .map(([name, each, custom, state, signed]): Said => {
    const head: PartHead = { type: "tool-call", id: "", name };
    if (custom) head.kind = "custom";
    const said: Said = { head, pieces: each };
    if (state !== undefined) said.early = { ...state, origin };
    else if (signed) said.late = foreign;
    return said;
  });
const saidNative: fc.Arbitrary<Said> = fc
  .constantFrom<PartHead>(
    {
      type: "native",
      dialect,
      value: { type: "web_search_call", id: "ws_1", status: "completed" },
      origin,
    },
    {
      type: "native",
      dialect: "anthropic-messages",
      value: { type: "server_tool_use", id: "srv_1" },
      origin: { provider: "anthropic" },
    },
  )
  .map((head) => ({ head, pieces: [] }));
const saidRefusal: fc.Arbitrary<Said> = pieces.map((each) => ({
  head: { type: "refusal" },
  pieces: each,
}));

const usage: fc.Arbitrary<Usage> = fc
  .tuple(
    fc.record({ input: fc.nat(), output: fc.nat() }),
    sparse<{ cachedRead: number; reasoning: number; cachedWrite5m: number; outputImage: number }>({
      cachedRead: fc.nat(),
      reasoning: fc.nat(),
      cachedWrite5m: fc.nat(),
      outputImage: fc.nat(),
    }),
  )
  .map(([figures, more]) => ({ ...figures, ...more, serviceTier: "flex" }));

/** A whole answer, in the order in which whole answers and streams are read. */
export const answer: fc.Arbitrary<Event[]> = fc
  .record({
    thoughts: fc.array(saidThoughts, { maxLength: 2 }),
    said: fc.array(fc.oneof(saidText, saidCall, saidNative, saidRefusal), { maxLength: 4 }),
    usage,
    cut: fc.constantFrom<"length" | "content-filter" | undefined>(
      undefined,
      "length",
      "content-filter",
    ),
  })
  .map(({ thoughts, said, usage: used, cut }) => {
    const parts = distinct([...thoughts.flat(), ...said]);
    const events: Event[] = [
      { type: "start", id: "resp_1", model: "served", created: 1_700_000_000 },
      ...parts.flatMap((part, index) => eventsOf(part, index)),
    ];
    const searches = parts.filter(({ head }) => head.type === "native" && head.dialect === dialect);
    if (searches.length > 0) used.hostedToolCalls = { web_search: searches.length };
    events.push({ type: "usage", usage: used });
    const has = (type: string) => parts.some(({ head }) => head.type === type);
    const whole = has("tool-call")
      ? "tool-calls"
      : has("refusal") && !has("text")
        ? "refusal"
        : "stop";
    const reported = { length: "max_output_tokens", "content-filter": "content_filter" };
    events.push({
      type: "finish",
      choice: 0,
      reason: cut ?? whole,
      reported: cut === undefined ? "completed" : reported[cut],
    });
    return events;
  });

/** Ids are made unique by their place, as they are in an answer; texts that follow one another may be one message's. */
function distinct(parts: readonly Said[]): Said[] {
  let run = 0;
  return parts.map((part, index): Said => {
    const before = parts[index - 1];
    const goes = part.head.type === "text" && before?.head.type === "text";
    if (!goes || before?.early?.value !== part.early?.value) run += 1;
    const { head, early } = part;
    if (head.type === "native" && head.dialect === dialect) {
      return { ...part, head: { ...head, value: { ...head.value, id: `ws_${index}` } } };
    }
    if (early === undefined) return part;
    const fields: JsonObject = JSON.parse(early.value);
    return { ...part, early: { ...itemOf({ ...fields, id: `${fields.id}_${run}` }), origin } };
  });
}

function eventsOf(
  { head, pieces: said, early, late, citations: cited }: Said,
  index: number,
): Event[] {
  const place = { choice: 0, index };
  const field = head.type === "tool-call" ? "arguments" : "text";
  const part = head.type === "tool-call" ? { ...head, id: `call_${index}` } : head;
  const events: Event[] = [{ type: "part-start", ...place, part }];
  if (early !== undefined) events.push({ type: "delta", ...place, signature: early });
  for (const piece of said) events.push({ type: "delta", ...place, [field]: piece });
  if (cited !== undefined) events.push({ type: "delta", ...place, citations: cited });
  if (late !== undefined) events.push({ type: "delta", ...place, signature: late });
  events.push({ type: "part-end", ...place });
  return events;
}
