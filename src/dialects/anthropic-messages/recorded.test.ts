import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Frame } from "../frames.ts";
import { anthropicMessages } from "./index.ts";
import {
  answerContext,
  cut,
  dig,
  digObject,
  joined,
  payload,
  readContext,
  readFrames,
  recorded,
  singleAnswer,
  singleAnswers,
  skipFixtures,
  withoutNulls,
  writeEvents,
  writeTo,
} from "./testing.ts";

const PATH = "/v1/messages";

/** A message as whoever reads the vendor's documentation would put a stream together. */
function accumulate(frames: readonly Frame[]): JsonObject {
  let message: JsonObject = {};
  const blocks: JsonObject[] = [];
  const inputs = new Map<JsonObject, string>();
  for (const { data } of frames) {
    const event: JsonObject = JSON.parse(data);
    if (event.type === "message_start") message = { ...digObject(event, "message") };
    if (event.type === "content_block_start") blocks.push({ ...digObject(event, "content_block") });
    if (event.type === "content_block_delta") {
      const block = digObject(blocks, Number(event.index));
      const delta = digObject(event, "delta");
      if (delta.type === "text_delta") block.text = `${block.text}${delta.text}`;
      if (delta.type === "thinking_delta") block.thinking = `${block.thinking}${delta.thinking}`;
      if (delta.type === "signature_delta") block.signature = delta.signature ?? null;
      if (delta.type === "input_json_delta") {
        inputs.set(block, (inputs.get(block) ?? "") + delta.partial_json);
      }
      if (delta.type === "citations_delta") {
        const before = Array.isArray(block.citations) ? block.citations : [];
        block.citations = [...before, dig(delta, "citation")];
      }
    }
    if (event.type === "message_delta") {
      const { delta: _delta, usage: _usage, type: _type, ...rest } = event;
      const usage = { ...digObject(message, "usage"), ...digObject(event, "usage") };
      message = { ...message, ...digObject(event, "delta"), ...rest, usage };
    }
  }
  for (const [block, input] of inputs) if (input !== "") block.input = JSON.parse(input);
  return { ...message, content: blocks };
}

/** What an answer must still say after it went through events and back. */
function normalAnswer(body: Json): Json {
  const plain = withoutNulls(body);
  assert.ok(isObject(plain) && Array.isArray(plain.content));
  for (const block of plain.content) {
    if (!isObject(block)) continue;
    if (isObject(block.caller) && block.type === "tool_use" && block.caller.type === "direct") {
      delete block.caller;
    }
    if (Array.isArray(block.citations) && block.citations.length === 0) delete block.citations;
  }
  plain.content = plain.content.filter((block) => !isObject(block) || block.text !== "");
  if (isObject(plain.usage)) plain.usage = withoutNoCache(plain.usage);
  return plain;
}

/** Older answers do not say that nothing was cached. */
function withoutNoCache(usage: JsonObject): JsonObject {
  const cached = ["cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation"];
  const said = Object.entries(usage).filter(([name, value]) => {
    const counts = isObject(value) ? Object.values(value) : [value];
    return !cached.includes(name) || counts.some((count) => count !== 0);
  });
  return Object.fromEntries(said);
}

/** What a request must still say: the documented shorthands are written out. */
function normalRequest(body: Json): Json {
  const plain = withoutNulls(body);
  assert.ok(isObject(plain) && Array.isArray(plain.messages));
  const messages: JsonObject[] = [];
  for (const message of plain.messages) {
    assert.ok(isObject(message));
    const content =
      typeof message.content === "string"
        ? [{ type: "text", text: message.content }]
        : message.content;
    assert.ok(Array.isArray(content));
    const blocks = content.map((block: Json) => {
      if (!isObject(block) || block.type !== "tool_result") return block;
      const { content: inner } = block;
      if (inner === "" || (Array.isArray(inner) && inner.length === 0)) {
        const { content: _none, ...rest } = block;
        return rest;
      }
      return typeof inner === "string"
        ? { ...block, content: [{ type: "text", text: inner }] }
        : block;
    });
    const last = messages.at(-1);
    const before = last?.content;
    if (last?.role === message.role && message.role !== "system" && Array.isArray(before)) {
      before.push(...blocks);
    } else messages.push({ ...message, content: blocks });
  }
  plain.messages = messages;
  if (typeof plain.system === "string") plain.system = [{ type: "text", text: plain.system }];
  return plain;
}

function checkUsage(events: readonly Event[], reported: JsonObject) {
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  const count = (name: string) => Number(reported[name] ?? 0);
  assert.equal(
    usage?.input,
    count("input_tokens") + count("cache_read_input_tokens") + count("cache_creation_input_tokens"),
  );
  assert.equal(usage?.output, count("output_tokens"));
  assert.equal(usage?.cachedRead ?? 0, count("cache_read_input_tokens"));
  assert.equal(
    (usage?.cachedWrite5m ?? 0) + (usage?.cachedWrite1h ?? 0),
    count("cache_creation_input_tokens"),
  );
}

function checkAnswer(body: JsonObject, events: readonly Event[]) {
  assert.deepEqual(
    normalAnswer(anthropicMessages.writeAnswer(events, answerContext)),
    normalAnswer(body),
  );
  checkUsage(events, digObject(body, "usage"));
  const finish = events.at(-1);
  assert.ok(finish?.type === "finish");
  assert.equal(finish.reported, body.stop_reason);
  assert.notEqual(finish.reason, "other");
}

describe("recorded answers of Anthropic", { skip: skipFixtures }, () => {
  it("whole ones say the same after they went through events", () => {
    const exchanges = recorded("anthropic.json", PATH);
    assert.ok(exchanges.length > 90);
    for (const { response } of exchanges) {
      assert.ok(isObject(response.body));
      checkAnswer(response.body, anthropicMessages.readAnswer(response.body, readContext));
    }
  });

  it("streams say what their frames say, however the bytes are cut", () => {
    const exchanges = recorded("anthropic.stream", PATH);
    assert.ok(exchanges.length > 0);
    for (const { response } of exchanges) {
      assert.ok(typeof response.body === "string");
      const whole = readFrames(cut(response.body, 1 << 20));
      checkAnswer(accumulate(cut(response.body, 1 << 20)), whole);
      for (const size of [1, 3, 17, 1021]) {
        assert.deepEqual(readFrames(cut(response.body, size)), whole);
      }
    }
  });

  it("streams that are written again read the same", () => {
    for (const { response } of recorded("anthropic.stream", PATH)) {
      assert.ok(typeof response.body === "string");
      const events = readFrames(cut(response.body, 1 << 20));
      const again = readFrames(cut(writeEvents(events), 7));
      assert.deepEqual(withoutUsage(joined(again)), withoutUsage(joined(events)));
      assert.deepEqual(lastUsage(again), lastUsage(events));
    }
  });

  it("single whole ones say the same after they went through events", () => {
    const names = singleAnswers(".json");
    assert.ok(names.length > 15);
    for (const name of names) {
      const body: JsonObject = JSON.parse(singleAnswer(name));
      checkAnswer(body, anthropicMessages.readAnswer(body, readContext));
    }
  });

  it("single streams say what their frames say, and read the same when written again", () => {
    const names = singleAnswers(".chunks.txt").filter((name) => !name.startsWith("spliced"));
    assert.ok(names.length > 10);
    for (const name of names) {
      for (const frames of messagesOf(singleAnswer(name))) {
        const events = readFrames(frames);
        checkAnswer(accumulate(frames), events);
        const again = readFrames(cut(writeEvents(events), 11));
        assert.deepEqual(withoutUsage(joined(again)), withoutUsage(joined(events)), name);
        assert.deepEqual(lastUsage(again), lastUsage(events), name);
      }
    }
  });

  it("a message that begins within another is refused, because neither is whole", () => {
    const [frames] = messagesOf(singleAnswer("spliced-message-start.chunks.txt"));
    assert.throws(
      () => readFrames(frames ?? []),
      (error) => error instanceof Failure && error.cause === "upstream.event_unreadable",
    );
  });

  it("a repeated start of one message changes nothing", () => {
    const [frames] = messagesOf(singleAnswer("duplicate-message-start.chunks.txt"));
    const events = readFrames(frames ?? []);
    assert.equal(events.filter((event) => event.type === "start").length, 1);
  });
});

describe("recorded requests to Anthropic", { skip: skipFixtures }, () => {
  it("mean the same when they are read and written again", () => {
    const exchanges = [...recorded("anthropic.json", PATH), ...recorded("anthropic.stream", PATH)];
    assert.ok(exchanges.length > 100);
    for (const { request } of exchanges) {
      assert.ok(isObject(request.body));
      const read = anthropicMessages.readRequest(request.body);
      const written = anthropicMessages.writeRequest(read, writeTo(String(request.body.model)));
      assert.deepEqual(normalRequest(written.body), normalRequest(request.body));
      assert.deepEqual(written.warnings, []);
    }
  });
});

/** A file of payloads, one a line, as the frames of each message: some files hold several answers. */
function messagesOf(text: string): Frame[][] {
  const messages: Frame[][] = [[]];
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const data: JsonObject = JSON.parse(line);
    messages.at(-1)?.push(payload(data));
    if (data.type === "message_stop") messages.push([]);
  }
  return messages.filter((frames) => frames.length > 0);
}

function withoutUsage(events: readonly Event[]): Event[] {
  return events.filter((event) => event.type !== "usage");
}

function lastUsage(events: readonly Event[]) {
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  return usage === undefined ? undefined : { ...usage, reported: undefined };
}
