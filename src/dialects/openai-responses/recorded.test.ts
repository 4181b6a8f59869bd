/** Real exchanges of the Responses API: nothing of them is lost on the way through the canonical form. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { openaiResponses } from "./index.ts";
import {
  answering,
  causeOf,
  gist,
  haveFixtures,
  payloads,
  plain,
  reading,
  readText,
  recorded,
  samples,
  writeText,
} from "./testing.ts";

const skip = !haveFixtures && "no recorded traffic here";

/**
 * A request's meaning: what says nothing is left out, and what the dialect says in one way is put so:
 * a text alone as a string, `input` as items, a schema that is strict by default as strict.
 */
function meaning(value: Json, key = ""): Json {
  if (key === "input" && typeof value === "string") return [{ role: "user", content: value }];
  if (Array.isArray(value)) {
    const items = value.map((item) => meaning(item));
    const [only] = items;
    const text = isObject(only) && (only.type === "input_text" || only.type === "output_text");
    const alone = key === "content" || key === "output";
    if (alone && items.length === 1 && text && Object.keys(only).length === 2) {
      return only.text ?? null;
    }
    return items;
  }
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const said = meaning(item, name);
    const nothing =
      said === null ||
      (name === "strict" && said === true) ||
      (name === "instructions" && said === "") ||
      (name === "type" && said === "message") ||
      (name === "stream" && said === false) ||
      (name === "status" && said === "completed") ||
      (["annotations", "logprobs", "tools", "text", "reasoning"].includes(name) && isEmpty(said)) ||
      (name === "content" && value.type === "reasoning" && isEmpty(said));
    if (!nothing) result[name] = said;
  }
  return result;
}

function isEmpty(value: Json): boolean {
  return value instanceof Object && Object.keys(value).length === 0;
}

describe("recorded Responses exchanges", { skip }, () => {
  for (const { name, provider, kind, request, status, body } of recorded()) {
    if (isObject(request)) {
      test(`${name}: the request means the same after reading and writing`, () => {
        const before = structuredClone(request);
        const read = openaiResponses.readRequest(request);
        assert.deepEqual(request, before, "the body was not changed");
        const context = { model: read.model, origin: { provider } };
        const written = openaiResponses.writeRequest(read, context);
        assert.deepEqual(meaning(written.body), meaning(request));
        assert.deepEqual(written.warnings, []);
      });
    }
    if (kind === "json" && status === 200 && isObject(body)) {
      test(`${name}: the answer is read without loss, and survives writing`, () => {
        checkWhole(body, provider);
      });
    }
    if (kind === "stream" && typeof body === "string") {
      test(`${name}: the stream is read without loss, however it is cut`, () => {
        checkStream(body, payloads(body), provider);
      });
    }
    if (kind === "error" && isObject(body)) {
      test(`${name}: the error is told as the provider's`, () => {
        assert.equal(
          causeOf(() => openaiResponses.readAnswer(body, reading(provider))),
          "upstream.error_unknown",
        );
      });
    }
  }

  for (const { name, provider, body, lines } of samples()) {
    if (body !== undefined) {
      test(`${name}: the answer is read without loss, and survives writing`, () => {
        if (isObject(body) && isObject(body.error)) {
          const act = () => openaiResponses.readAnswer(body, reading(provider));
          assert.equal(causeOf(act), "upstream.error_unknown");
        } else if (isObject(body)) checkWhole(body, provider);
      });
    }
    if (lines !== undefined) {
      test(`${name}: the stream is read without loss`, () => {
        const text = lines.map((line) => `data: ${line}\n\n`).join("");
        if (lines.every(isJson)) checkStream(text, payloads(text), provider);
        else {
          const cause = causeOf(() => readText(text, reading(provider)));
          assert.equal(cause, "upstream.event_unreadable");
        }
      });
    }
  }
});

/** One sample was written by hand, and is not JSON. */
function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function checkWhole(body: JsonObject, provider: string): void {
  const events = openaiResponses.readAnswer(body, reading(provider));
  const items = Array.isArray(body.output) ? body.output.filter(isObject) : [];
  assertWhole(events, items, body);
  const written = plain(openaiResponses.writeAnswer(events, answering));
  assert.ok(isObject(written));
  const again = openaiResponses.readAnswer(written, reading(provider));
  assert.deepEqual(gist(again), gist(events));
  assert.deepEqual(gist(readText(writeText(events), reading(provider))), gist(events));
}

function checkStream(text: string, told: JsonObject[], provider: string): void {
  if (told.some(({ type }) => type === "error" || type === "response.failed")) {
    assert.equal(
      causeOf(() => readText(text, reading(provider))),
      "upstream.error_unknown",
    );
    return;
  }
  const events = readText(text, reading(provider));
  const last = told.findLast(({ response }) => isObject(response))?.response;
  assert.ok(isObject(last));
  const items = told
    .filter(({ type }) => type === "response.output_item.done")
    .map(({ item }) => item)
    .filter((item) => item !== undefined)
    .filter(isObject);
  assertWhole(events, items, last);
  const whole = gist(events);
  assert.deepEqual(gist(readText(text, reading(provider), 7)), whole);
  assert.deepEqual(gist(readText(writeText(events), reading(provider))), whole);
  const written = plain(openaiResponses.writeAnswer(events, answering));
  assert.deepEqual(gist(openaiResponses.readAnswer(written, reading(provider))), whole);
}

/** Compares with what the items say, found without the dialect. */
function assertWhole(events: readonly Event[], items: JsonObject[], response: JsonObject): void {
  const said = {
    text: "",
    reasoning: "",
    arguments: "",
    names: "",
    encrypted: "",
    native: 0,
    cited: 0,
  };
  for (const item of items) {
    if (item.type === "message") {
      for (const block of list(item.content)) {
        said.text += block.text ?? block.refusal ?? "";
        said.cited += list(block.annotations).length;
      }
    } else if (item.type === "reasoning") {
      for (const block of [...list(item.summary), ...list(item.content)])
        said.reasoning += block.text;
      said.encrypted += item.encrypted_content ?? "";
    } else if (item.type === "function_call" || item.type === "custom_tool_call") {
      said.arguments += item.arguments ?? item.input ?? "";
      said.names += String(item.name) + item.call_id + (item.namespace ?? "");
    } else said.native += 1;
  }
  const { choices, usage } = gistParts(events);
  const read = {
    text: "",
    reasoning: "",
    arguments: "",
    names: "",
    encrypted: "",
    native: 0,
    cited: 0,
  };
  for (const part of list(choices)) {
    const { head, text = "", signature, citations } = part;
    assert.ok(isObject(head));
    const state = isObject(signature) ? signature : {};
    if (head.type === "text" || head.type === "refusal") {
      read.text += text;
      read.cited += list(citations).length;
    } else if (head.type === "reasoning") {
      read.reasoning += text;
      if (state.kind === "encrypted") read.encrypted += state.value;
    } else if (head.type === "tool-call") {
      read.arguments += text;
      const fields: Json = state.kind === "item" ? JSON.parse(String(state.value)) : {};
      const namespace = isObject(fields) ? (fields.namespace ?? "") : "";
      read.names += `${head.name}${head.id}${namespace}`;
    } else if (head.type === "native") read.native += 1;
  }
  assert.deepEqual(read, said);
  const finish = events.at(-1);
  assert.ok(finish?.type === "finish");
  const calls = said.names !== "";
  assert.equal(finish.reason, calls ? "tool-calls" : (expected[String(response.status)] ?? "stop"));
  if (!isObject(response.usage)) return;
  assert.ok(isObject(usage));
  assert.equal(usage.input ?? 0, response.usage.input_tokens);
  assert.equal(usage.output ?? 0, response.usage.output_tokens);
}

const expected: JsonObject & Record<string, string> = { incomplete: "length", queued: "other" };

function gistParts(events: readonly Event[]): JsonObject {
  const { choices, usage = null } = gist(events);
  const [choice] = list(choices);
  return { choices: choice?.parts ?? [], usage };
}

function list(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
