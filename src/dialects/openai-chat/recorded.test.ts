/** Real exchanges of vendors that speak this format: nothing of them is lost on the way through the canonical form. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Manners } from "../manners.ts";
import { openaiChat } from "./index.ts";
import { answering, gist, reading, readText } from "./testing.ts";

const folder = new URL("../../../../shared/fixtures/recorded/", import.meta.url);

const vendors: Readonly<Record<string, Manners>> = {
  openai: {},
  azure: {},
  groq: { streamUsage: "never" },
  mistral: {
    contentChunks: true,
    reasoningBack: "field",
    fileUrl: "document_url",
    requiredToolChoice: "any",
    cachedTokensAt: "num_cached_tokens",
  },
  deepseek: { reasoningBack: "field" },
  openrouter: { cacheMarks: "cache_control", reasoningEffort: "reasoning.effort" },
  cerebras: {},
  huggingface: { reasoningTags: { open: "<think>", close: "</think>" } },
};

interface Exchange {
  name: string;
  vendor: string;
  kind: string;
  manners: Manners;
  request: Json;
  status: number;
  body: Json;
}

function exchanges(): Exchange[] {
  return Object.entries(vendors).flatMap(([vendor, manners]) =>
    ["json", "stream", "error"].flatMap((kind) => {
      const file = new URL(`${vendor}.${kind}.jsonl`, folder);
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, "utf8").trim().split("\n");
      return lines
        .map((line) => JSON.parse(line))
        .filter(({ request }) => request.url.includes("chat/completions"))
        .map(({ source, n, request, response }) => ({
          name: `${vendor} ${kind} ${source}#${n}`,
          vendor,
          kind,
          manners,
          request: request.body,
          status: response.status,
          body: response.body,
        }));
    }),
  );
}

/** A request's meaning: what says nothing is left out, and synonyms are said in one way. */
function meaning(value: Json, key = ""): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => meaning(item));
    const [only] = items;
    // One plain text is the same as a string.
    if (key === "content" && items.length === 1 && isObject(only) && only.type === "text") {
      if (Object.keys(only).length === 2 && only.text !== undefined) return only.text;
    }
    return items;
  }
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const said = meaning(item, name);
    const nothing =
      said === null ||
      (name === "n" && said === 1) ||
      (["index", "type"].includes(name) && "function" in value) ||
      (name === "content" && value.role === "assistant" && (said === "" || isEmpty(said))) ||
      (["tools", "tool_calls"].includes(name) && isEmpty(said));
    if (!nothing) result[name === "max_tokens" ? "max_completion_tokens" : name] = said;
  }
  return result;
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

const all = existsSync(folder) ? exchanges() : [];

describe("recorded chat exchanges", {
  skip: all.length === 0 && "no recorded traffic here",
}, () => {
  for (const exchange of all) {
    const { request, manners, vendor, body } = exchange;
    const origin = { provider: vendor };

    if (isObject(request)) {
      test(`${exchange.name}: the request means the same after reading and writing`, () => {
        const before = structuredClone(request);
        const read = openaiChat.readRequest(request);
        assert.deepEqual(request, before, "the body was not changed");
        const written = openaiChat.writeRequest(read, { model: read.model, origin, manners });
        const expected = meaning(request);
        const actual = meaning(written.body);
        for (const side of [expected, actual]) {
          if (isObject(side)) delete side.stream_options;
          if (isObject(side)) side.stream ??= false;
        }
        assert.deepEqual(actual, expected);
        assert.deepEqual(written.warnings, []);
      });
    }

    if (exchange.kind === "json" && isObject(body) && exchange.status === 200) {
      test(`${exchange.name}: the answer is read without loss, and survives writing`, () => {
        const events = openaiChat.readAnswer(body, reading(vendor, manners));
        assertWhole(gist(events), [body], vendor);
        const written = openaiChat.writeAnswer(events, answering);
        const again = openaiChat.readAnswer(written, reading(vendor));
        assert.deepEqual(withoutReported(gist(again)), withoutReported(gist(events)));
      });
    }

    if (exchange.kind === "stream" && typeof body === "string") {
      test(`${exchange.name}: the stream is read without loss, however it is cut`, () => {
        const chunks = chunksOf(body);
        const context = reading(vendor, manners);
        if (chunks.some((chunk) => chunk.error !== undefined)) {
          assert.throws(
            () => readText(body, context),
            (error) => error instanceof Failure && error.cause === "upstream.error_unknown",
          );
          return;
        }
        const whole = gist(readText(body, context));
        assertWhole(whole, chunks, vendor);
        assert.deepEqual(gist(readText(body, context, 1)), whole);
        assert.deepEqual(gist(readText(body, context, 7)), whole);
        const writer = openaiChat.writeStream({ ...answering, streamUsage: true });
        const text = readText(body, context)
          .map((event) => writer.write(event))
          .join("");
        const again = gist(readText(text + writer.end(), reading(vendor)));
        assert.deepEqual(withoutReported(again), withoutReported(whole));
      });
    }
  }
});

function chunksOf(body: string): JsonObject[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)));
}

/** Compares with what the raw bodies say, found without the dialect. */
function assertWhole(folded: Json, bodies: JsonObject[], vendor: string): void {
  const said = { text: "", reasoning: "", arguments: "", names: "" };
  let usage: Json = null;
  let finish: Json = null;
  for (const body of bodies) {
    if (isObject(body.usage)) usage = body.usage;
    for (const choice of Array.isArray(body.choices) ? body.choices : []) {
      if (!isObject(choice)) continue;
      finish = choice.finish_reason ?? finish;
      const message = choice.message ?? choice.delta;
      if (!isObject(message)) continue;
      addContent(said, message.content ?? "");
      said.reasoning += message.reasoning_content ?? message.reasoning ?? "";
      for (const call of Array.isArray(message.tool_calls) ? message.tool_calls : []) {
        if (!isObject(call) || !isObject(call.function)) continue;
        said.arguments += call.function.arguments ?? "";
        said.names += call.function.name ?? "";
      }
    }
  }
  if (vendor === "huggingface") {
    const close = said.text.indexOf("</think>");
    if (close !== -1) {
      said.reasoning = said.text.slice("<think>".length, close);
      said.text = said.text.slice(close + "</think>".length);
    }
  }
  assert.ok(isObject(folded) && Array.isArray(folded.choices));
  const [choice] = folded.choices;
  assert.ok(isObject(choice) && Array.isArray(choice.parts) && isObject(choice.finish));
  const read = { text: "", reasoning: "", arguments: "", names: "" };
  for (const part of choice.parts) {
    assert.ok(isObject(part) && isObject(part.head));
    if (part.head.type === "text") read.text += part.text;
    if (part.head.type === "reasoning") read.reasoning += part.text;
    if (part.head.type === "tool-call") {
      read.arguments += part.text;
      read.names += part.head.name;
    }
  }
  assert.deepEqual(read, said);
  const reasons: JsonObject = { stop: "stop", length: "length", tool_calls: "tool-calls" };
  assert.equal(choice.finish.reason, reasons[String(finish)]);
  if (!isObject(usage)) return;
  assert.ok(isObject(folded.usage));
  assert.equal(folded.usage.input, usage.prompt_tokens);
  assert.equal(folded.usage.output, usage.completion_tokens);
  const details = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const cached = details.cached_tokens ?? usage.num_cached_tokens;
  if (cached != null && vendor !== "huggingface") assert.equal(folded.usage.cachedRead, cached);
}

function addContent(said: { text: string; reasoning: string }, content: Json): void {
  if (typeof content === "string") said.text += content;
  for (const chunk of Array.isArray(content) ? content : []) {
    if (!isObject(chunk)) continue;
    if (chunk.type === "text") said.text += chunk.text;
    for (const piece of Array.isArray(chunk.thinking) ? chunk.thinking : []) {
      if (isObject(piece)) said.reasoning += piece.text;
    }
  }
}

/** A client is not shown the vendor's own usage object. */
function withoutReported(folded: Json): Json {
  assert.ok(isObject(folded));
  if (isObject(folded.usage)) delete folded.usage.reported;
  return folded;
}
