/** Real exchanges with Gemini and Vertex AI, where the recordings are at hand. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { SseDecoder } from "../sse.ts";
import { gemini } from "./index.ts";
import { camel } from "./wire.ts";

const shared = new URL("../../../../shared/fixtures/", import.meta.url);
const recorded = new URL("recorded/", shared);
const streams = new URL("streams/google/", shared);
const skip = existsSync(recorded) ? false : "the recordings are not here";

const context: ReadContext = {
  origin: { provider: "gemini" },
  failure: (error) =>
    new Failure("upstream.error_unknown", { operator: JSON.stringify(error.body) }),
};
const answerContext = { id: "id", model: "model", created: 0 };

interface Exchange {
  id: string;
  provider: string;
  request: { url: string; body: JsonObject };
  response: { status: number; body: Json };
}

function exchanges(): Exchange[] {
  if (skip !== false) return [];
  return readdirSync(recorded)
    .filter((name) => /^(?:gemini|vertex)\./.test(name))
    .flatMap((name) => readFileSync(new URL(name, recorded), "utf8").trim().split("\n"))
    .map((line): Exchange => JSON.parse(line))
    .filter((exchange) => /enerateContent(?:\?|$)/.test(exchange.request.url));
}

function modelOf(url: string): string {
  return /models\/([^:]+):/.exec(url)?.[1] ?? "";
}

const all = exchanges();
const whole = all.filter(
  (exchange) => exchange.response.status === 200 && isObject(exchange.response.body),
);
const streamed = all.filter((exchange) => typeof exchange.response.body === "string");

describe("recorded answers", { skip }, () => {
  it("are there", () => {
    assert.equal(whole.length + streamed.length, all.length - 1, "one exchange is an error");
    assert.ok(whole.length > 150 && streamed.length > 5);
  });

  for (const exchange of whole) {
    it(`${exchange.provider} ${exchange.id} is read without loss`, () => {
      const body = exchange.response.body;
      assert.ok(isObject(body));
      if (isObject(body.promptFeedback)) {
        assert.throws(
          () => gemini.readAnswer(body, context),
          (thrown) => thrown instanceof Failure && thrown.cause === "upstream.content_filtered",
        );
        return;
      }
      const events = gemini.readAnswer(body, context);
      assertOrder(events);
      const written = gemini.writeAnswer(events, answerContext);
      assert.deepEqual(sorted(withoutMadeIds(written)), sorted(withContent(body)));
    });
  }

  for (const exchange of streamed) {
    it(`${exchange.provider} ${exchange.id} is read as a stream, however it is cut`, () => {
      const text = String(exchange.response.body);
      const events = readText(text, text.length);
      assertOrder(events);
      assert.deepEqual(said(readText(text, 1)), said(events));
      assert.equal(said(events).text, textIn(chunksOf(text)));
      assert.deepEqual(rewritten(events), said(events));
    });
  }

  for (const name of skip === false
    ? readdirSync(streams).filter((name) => name.endsWith(".chunks.txt"))
    : []) {
    it(`${name} is read as a stream`, () => {
      const lines = readFileSync(new URL(name, streams), "utf8").trim().split("\n");
      const reader = gemini.readStream(context);
      const events = lines.flatMap((data) => reader.read({ event: "", data }));
      reader.end();
      assertOrder(events);
      const { calls } = said(events);
      assert.ok(calls.length > 0);
      for (const call of calls) assert.ok(isObject(JSON.parse(call.arguments)));
      assert.equal(events.find((event) => event.type === "finish")?.reason, "tool-calls");
      assert.deepEqual(rewritten(events), said(events));
    });
  }

  it("streamed arguments become the object that was meant", { skip }, () => {
    const name = "google-vertex-stream-tool-call-arguments-nested.1.chunks.txt";
    const lines = readFileSync(new URL(name, streams), "utf8").trim().split("\n");
    const reader = gemini.readStream(context);
    const [call] = said(lines.flatMap((data) => reader.read({ event: "", data }))).calls;
    const { recipe } = JSON.parse(call?.arguments ?? "");
    assert.equal(recipe.name, "Lasagna");
    assert.equal(recipe.ingredients.length, 10);
    assert.deepEqual(recipe.ingredients[0], { amount: "16 oz", name: "Lasagna noodles" });
    assert.match(recipe.steps[4], /^In a 9x13 baking dish, spread a thin layer of meat sauce\.$/);
  });
});

describe("recorded requests", { skip }, () => {
  for (const exchange of all) {
    it(`${exchange.provider} ${exchange.id} means the same when written again`, () => {
      const { url, body } = exchange.request;
      const model = modelOf(url);
      const path = { model, stream: url.includes(":stream") };
      const before = JSON.stringify(body);
      const request = gemini.readRequest(body, path);
      assert.equal(JSON.stringify(body), before, "the body is left as it was");
      const written = gemini.writeRequest(request, {
        model,
        origin: { provider: exchange.provider },
      });
      assert.deepEqual(written.warnings, []);
      assert.deepEqual(gemini.readRequest(written.body, path), request);
      assert.deepEqual(meaning(written.body), meaning(body));
    });
  }
});

/** Parts begin before they go on, end once, and the finish comes last. */
function assertOrder(events: readonly Event[]): void {
  const open = new Set<string>();
  let next = 0;
  assert.equal(events[0]?.type, "start");
  assert.equal(events.at(-1)?.type, "finish");
  for (const event of events) {
    if (event.type === "part-start") {
      assert.equal(event.index, next);
      next += 1;
      open.add(`${event.choice} ${event.index}`);
    } else if (event.type === "delta" || event.type === "part-end") {
      assert.ok(open.has(`${event.choice} ${event.index}`));
      if (event.type === "part-end") open.delete(`${event.choice} ${event.index}`);
    }
  }
  assert.equal(open.size, 0);
}

function readText(text: string, size: number): Event[] {
  const decoder = new SseDecoder();
  const reader = gemini.readStream(context);
  const bytes = Buffer.from(text);
  const events: Event[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of decoder.push(bytes.subarray(at, at + size)))
      events.push(...reader.read(frame));
  }
  events.push(...reader.end());
  return events;
}

function chunksOf(text: string): JsonObject[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line): JsonObject => JSON.parse(line.slice(5)));
}

function textIn(chunks: readonly JsonObject[]): string {
  return JSON.stringify(chunks, (_key, value) => value) === "[]"
    ? ""
    : chunks
        .flatMap((chunk) => (Array.isArray(chunk.candidates) ? chunk.candidates : []))
        .flatMap((candidate) =>
          isObject(candidate) && isObject(candidate.content) ? [candidate.content.parts ?? []] : [],
        )
        .flat()
        .flatMap((part) => (isObject(part) && part.thought !== true ? [part.text ?? ""] : []))
        .join("");
}

/** What the events say, folded. */
function said(events: readonly Event[]) {
  const calls = new Map<number, { name: string; arguments: string; signed: boolean }>();
  let text = "";
  let reasoning = "";
  let signatures = "";
  const kinds = new Map<number, string>();
  for (const event of events) {
    if (event.type === "part-start") {
      kinds.set(event.index, event.part.type);
      if (event.part.type === "tool-call")
        calls.set(event.index, { name: event.part.name, arguments: "", signed: false });
    }
    if (event.type !== "delta") continue;
    if (kinds.get(event.index) === "text") text += event.text ?? "";
    if (kinds.get(event.index) === "reasoning") reasoning += event.text ?? "";
    signatures += event.signature?.value ?? "";
    const call = calls.get(event.index);
    if (call !== undefined) {
      call.arguments += event.arguments ?? "";
      call.signed ||= event.signature !== undefined;
    }
  }
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  const finish = events.find((event) => event.type === "finish");
  return { text, reasoning, signatures, calls: [...calls.values()], usage, finish };
}

/** The events written as a stream for a client and read back. */
function rewritten(events: readonly Event[]) {
  const writer = gemini.writeStream(answerContext);
  const text = events.map((event) => writer.write(event)).join("") + writer.end();
  return said(readText(text, 7));
}

function withContent(body: JsonObject): JsonObject {
  const candidates = Array.isArray(body.candidates) ? body.candidates : [];
  return {
    ...body,
    candidates: candidates.filter(isObject).map((candidate) => ({
      ...candidate,
      index: candidate.index ?? 0,
      content: {
        role: "model",
        parts:
          isObject(candidate.content) && Array.isArray(candidate.content.parts)
            ? candidate.content.parts.filter((part) => isObject(part) && part.text !== "")
            : [],
      },
    })),
  };
}

/** Ids that Parley made for calls that came without one. */
function withoutMadeIds(answer: JsonObject): Json {
  const copy: Json = JSON.parse(JSON.stringify(answer), (key, value) =>
    key === "id" && typeof value === "string" && /^call_[0-9a-f-]{36}$/.test(value)
      ? undefined
      : value,
  );
  return copy;
}

/** The same value with its keys in order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

/** A request body as Google understands it: one spelling of each field, and nothing that says nothing. */
function meaning(body: JsonObject): Json {
  const plain = deepCamel(body, "");
  assert.ok(isObject(plain));
  return sorted({ ...plain, contents: joined(plain.contents) });
}

/** Contents of the model that follow each other are one turn. */
function joined(contents: Json | undefined): Json[] {
  const result: JsonObject[] = [];
  for (const content of Array.isArray(contents) ? contents : []) {
    assert.ok(isObject(content));
    const last = result.at(-1);
    const together = last?.role === "model" && content.role === "model";
    if (together && Array.isArray(last.parts) && Array.isArray(content.parts))
      last.parts = [...last.parts, ...content.parts];
    else result.push({ ...content });
  }
  return result;
}

const data = new Set([
  "args",
  "response",
  "parameters",
  "parametersJsonSchema",
  "responseJsonSchema",
]);

function deepCamel(value: Json, field: string): Json {
  if (Array.isArray(value)) return value.map((entry) => deepCamel(entry, field));
  if (!isObject(value) || (data.has(field) && value.output === undefined)) return value;
  const entries = Object.entries(camel(value))
    // An instruction has no role, and thoughts are not shown unless asked for
    .filter(([key]) => !(field === "systemInstruction" && key === "role"))
    .map(([key, inner]): [string, Json] => [key, deepCamel(inner, key)])
    .filter(([, inner]) => !(isObject(inner) && field === "" && Object.keys(inner).length === 0));
  return Object.fromEntries(entries);
}
