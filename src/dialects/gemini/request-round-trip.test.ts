/** A request is read back as it was written. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type {
  AudioPart,
  ChatRequest,
  FilePart,
  ImagePart,
  OutputFormat,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  Turn,
} from "../../core/request.ts";
import { gemini } from "./index.ts";
import { SIGNATURE } from "./signature.ts";

const origin = { provider: "gemini" };
const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const base64 = fc.uint8Array({ minLength: 3, maxLength: 30 }).map((bytes) => {
  return Buffer.from(bytes).toString("base64");
});
const signature = base64.map((value) => ({ value, kind: SIGNATURE }));
const toolName = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/),
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constant("px:3a"),
);
const args = fc
  .dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value))
  // -0 has no JSON text of its own
  .filter((json) => JSON.stringify(JSON.parse(json)) === json);

const textPart: fc.Arbitrary<TextPart> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text }),
  fc.record({ type: fc.constant("text" as const), text, signature }),
);
const reasoning: fc.Arbitrary<ReasoningPart> = fc.oneof(
  fc.record({
    type: fc.constant("reasoning" as const),
    text,
    kind: fc.constant("summary" as const),
  }),
  fc.record({
    type: fc.constant("reasoning" as const),
    text,
    kind: fc.constant("summary" as const),
    signature,
  }),
  fc.record({ type: fc.constant("reasoning" as const), text: fc.constant(""), signature }),
);
const image: fc.Arbitrary<ImagePart> = fc.oneof(
  base64.map(
    (data): ImagePart => ({
      type: "image",
      source: { kind: "bytes", mediaType: "image/png", data },
    }),
  ),
  fc.webUrl().map(
    (url): ImagePart => ({
      type: "image",
      source: { kind: "url", url, mediaType: "image/jpeg" },
    }),
  ),
);
const audio: fc.Arbitrary<AudioPart> = base64.map((data) => ({
  type: "audio",
  source: { kind: "bytes", mediaType: "audio/wav", data },
}));
const file: fc.Arbitrary<FilePart> = fc.oneof(
  base64.map(
    (data): FilePart => ({
      type: "file",
      source: { kind: "bytes", mediaType: "application/pdf", data },
    }),
  ),
  fc.constant<FilePart>({
    type: "file",
    source: { kind: "provider-file", id: "gs://bucket/film.mp4", mediaType: "video/mp4" },
  }),
);

const userTurn: fc.Arbitrary<Turn> = fc
  .array(fc.oneof(textPart, image, audio, file), { minLength: 1, maxLength: 4 })
  .map((parts) => ({ role: "user", parts }));

const resultContent: fc.Arbitrary<Part[]> = fc.oneof(
  text.map((words): Part[] => [{ type: "text", text: words }]),
  args.map((json): Part[] => [{ type: "text", text: json }]),
  fc.constant<Part[]>([{ type: "text", text: '{"output":"x"}' }]),
  fc.constant<Part[]>([{ type: "text", text: '{"error":"x"}' }]),
  fc.tuple(text, image).map(([words, picture]): Part[] => [{ type: "text", text: words }, picture]),
);

/** Calls with their results, ids unique by place. */
const toolRound = fc
  .array(
    fc.record({
      name: toolName,
      arguments: args,
      signature: fc.option(signature, { nil: undefined }),
      content: resultContent,
      isError: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((calls) => (round: number): Turn[] => [
    {
      role: "assistant",
      parts: calls.map(
        (call, index): ToolCallPart => ({
          type: "tool-call",
          id: `id_${round}_${index}`,
          name: call.name,
          arguments: call.arguments,
          ...(call.signature === undefined ? {} : { signature: call.signature }),
        }),
      ),
    },
    {
      role: "tool",
      parts: calls.map(
        (call, index): ToolResultPart => ({
          type: "tool-result",
          callId: `id_${round}_${index}`,
          name: call.name,
          content: call.content,
          ...(call.isError ? { isError: true } : {}),
        }),
      ),
    },
  ]);

const assistantTurn: fc.Arbitrary<Turn> = fc
  .array(fc.oneof(textPart, reasoning), { minLength: 1, maxLength: 3 })
  .map((parts) => ({ role: "assistant", parts }));

const turns: fc.Arbitrary<Turn[]> = fc
  .tuple(
    fc.option(text, { nil: undefined }),
    fc.array(
      fc.oneof(
        userTurn.map((turn) => () => [turn]),
        assistantTurn.map((turn) => () => [turn]),
        toolRound,
      ),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([system, rounds]) => [
    ...(system === undefined
      ? []
      : [{ role: "system" as const, parts: [{ type: "text" as const, text: system }] }]),
    ...rounds.flatMap((make, index) => [
      ...make(index),
      { role: "user" as const, parts: [{ type: "text" as const, text: "and?" }] },
    ]),
  ]);

const choice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.constantFrom<ToolChoice>({ type: "auto" }, { type: "none" }, { type: "required" }),
  toolName.map((name): ToolChoice => ({ type: "tool", name })),
  fc
    .tuple(fc.constantFrom("auto" as const, "required" as const), toolName, toolName)
    .map(([mode, one, two]): ToolChoice => ({ type: "allowed", mode, names: [one, two] })),
);
const output: fc.Arbitrary<OutputFormat> = fc.constantFrom<OutputFormat>(
  { type: "text" },
  { type: "json" },
  {
    type: "json-schema",
    schema: {
      type: "object",
      properties: { a: { type: ["string", "null"] }, const: { enum: ["x"] } },
      required: ["a"],
      additionalProperties: false,
    },
  },
);
const small = fc.integer({ min: 0, max: 100 });

const request: fc.Arbitrary<ChatRequest> = fc
  .record(
    {
      turns,
      toolChoice: choice,
      output,
      maxOutputTokens: small,
      temperature: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
      topP: fc.constantFrom(0.1, 1),
      topK: small,
      stop: fc.array(text, { maxLength: 5 }),
      seed: small,
      frequencyPenalty: fc.constantFrom(0.5, -1),
      presencePenalty: fc.constantFrom(0.5, -1),
      logprobs: fc.record({ top: fc.integer({ min: 0, max: 20 }) }),
      choices: fc.integer({ min: 1, max: 4 }),
      modalities: fc.constantFrom<ChatRequest["modalities"][]>(["text"], ["text", "image"]),
      serviceTier: fc.constantFrom("standard", "flex", "priority"),
      store: fc.boolean(),
      reasoning: fc.oneof(
        fc.record({ effort: fc.constantFrom("minimal", "low", "medium", "high") }),
        fc.record({ budget: fc.integer({ min: 1, max: 9000 }), summary: fc.constant("auto") }),
      ),
    },
    { requiredKeys: ["turns"] },
  )
  .map((made) => ({ ...made, model: "gemini-3-flash", stream: false }));

describe("a request", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(request, (original) => {
        const { body, warnings } = gemini.writeRequest(original, {
          model: original.model,
          origin,
        });
        assert.deepEqual(warnings, []);
        const meant = structuredClone(original);
        const sent = JSON.parse(JSON.stringify(body));
        assert.deepEqual(gemini.readRequest(sent, { model: original.model, stream: false }), meant);
      }),
      { numRuns: 300 },
    );
  });
});
