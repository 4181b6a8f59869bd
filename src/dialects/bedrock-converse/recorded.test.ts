import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { digObject, joined, withoutNulls } from "../anthropic-messages/testing.ts";
import type { Frame } from "../frames.ts";
import { bedrockConverse } from "./index.ts";
import {
  answerContext,
  cut,
  framed,
  readContext,
  readFrames,
  recorded,
  singleAnswer,
  singleAnswers,
  skipFixtures,
  writeEvents,
  writeTo,
} from "./testing.ts";

/** An answer as whoever reads the vendor's documentation would put a stream together. */
function accumulate(frames: readonly Frame[]): JsonObject {
  const blocks: JsonObject[] = [];
  const answer: JsonObject = {};
  for (const { event, data } of frames) {
    const { p: _padding, ...payload }: JsonObject = JSON.parse(data);
    const at = Number(payload.contentBlockIndex);
    if (event === "contentBlockStart") {
      blocks[at] = { toolUse: { ...digObject(payload, "start", "toolUse"), input: "" } };
    }
    if (event === "contentBlockDelta") grow(blocks, at, digObject(payload, "delta"));
    if (event === "messageStop" || event === "metadata") Object.assign(answer, payload);
  }
  for (const { toolUse } of blocks) {
    if (!isObject(toolUse)) continue;
    toolUse.input = toolUse.input === "" ? {} : JSON.parse(String(toolUse.input));
  }
  return { ...answer, output: { message: { role: "assistant", content: blocks } } };
}

function grow(blocks: JsonObject[], at: number, delta: JsonObject): void {
  const { text, toolUse, reasoningContent } = delta;
  if (typeof text === "string") {
    blocks[at] = { text: `${blocks[at]?.text ?? ""}${text}` };
  } else if (isObject(toolUse)) {
    const call = digObject(blocks[at], "toolUse");
    call.input = `${call.input}${toolUse.input}`;
  } else if (isObject(reasoningContent)) {
    blocks[at] ??= { reasoningContent: { reasoningText: { text: "" } } };
    const thought = digObject(blocks[at], "reasoningContent", "reasoningText");
    if (typeof reasoningContent.text === "string") {
      thought.text = `${thought.text}${reasoningContent.text}`;
    } else Object.assign(thought, reasoningContent);
  }
}

/** What an answer must still say: empty text says nothing; `tool_use` names a call that the client runs, as no type does. */
function normalAnswer(body: Json): Json {
  const plain = withoutNulls(body);
  const message = digObject(plain, "output", "message");
  message.content = contentOf(plain).filter((block) => block.text !== "");
  for (const block of contentOf(plain)) {
    // Some fixtures name the kind beside the field that names it.
    if (Object.keys(block).length > 1) delete block.type;
    if (isObject(block.toolUse) && block.toolUse.type === "tool_use") delete block.toolUse.type;
  }
  return plain;
}

function contentOf(answer: Json): JsonObject[] {
  const { content } = digObject(answer, "output", "message");
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function check(body: JsonObject, events: readonly Event[]): void {
  const written = bedrockConverse.writeAnswer(events, answerContext);
  if (body.usage === undefined) delete written.usage;
  assert.deepEqual(normalAnswer(written), normalAnswer(body));
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  const reported = isObject(body.usage) ? body.usage : {};
  const count = (name: string) => Number(reported[name] ?? 0);
  assert.equal(usage?.output ?? 0, count("outputTokens"));
  assert.equal(
    usage?.input ?? 0,
    count("inputTokens") + count("cacheReadInputTokens") + count("cacheWriteInputTokens"),
  );
  assert.equal(usage?.cachedRead ?? 0, count("cacheReadInputTokens"));
  assert.equal(
    (usage?.cachedWrite5m ?? 0) + (usage?.cachedWrite1h ?? 0),
    count("cacheWriteInputTokens"),
  );
  const finish = events.at(-1);
  assert.ok(finish?.type === "finish");
  assert.equal(finish.reported, body.stopReason);
  assert.notEqual(finish.reason, "other");
}

function figures(events: readonly Event[]) {
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  return usage === undefined ? undefined : { ...usage, reported: undefined };
}

function withoutUsage(events: readonly Event[]): Event[] {
  return events.filter((event) => event.type !== "usage");
}

describe("recorded answers of Bedrock", { skip: skipFixtures }, () => {
  it("whole ones say the same after they went through events", () => {
    const exchanges = recorded("bedrock.json", "converse");
    assert.ok(exchanges.length > 60);
    for (const { response } of exchanges) {
      assert.ok(isObject(response));
      check(response, bedrockConverse.readAnswer(response, readContext));
    }
  });

  it("streams say what their frames say, however the bytes are cut, and read the same when written again", () => {
    const exchanges = recorded("bedrock.json", "converse-stream");
    assert.ok(exchanges.length > 3);
    for (const { stream } of exchanges) {
      assert.ok(stream !== undefined);
      const frames = cut(stream, stream.length);
      const whole = readFrames(frames);
      check(accumulate(frames), whole);
      for (const size of [1, 3, 17, 1021]) {
        assert.deepEqual(readFrames(cut(stream, size)), whole);
      }
      const again = readFrames(cut(writeEvents(whole), 7));
      assert.deepEqual(withoutUsage(joined(again)), withoutUsage(joined(whole)));
      assert.deepEqual(figures(again), figures(whole));
    }
  });

  it("single whole ones say the same after they went through events", () => {
    const names = singleAnswers(".json");
    assert.ok(names.length > 5);
    for (const name of names) {
      const body: JsonObject = JSON.parse(singleAnswer(name));
      check(body, bedrockConverse.readAnswer(body, readContext));
    }
  });

  it("single streams say what their frames say, and read the same when written again", () => {
    const names = singleAnswers(".chunks.txt");
    assert.ok(names.length > 5);
    for (const name of names) {
      const frames = singleAnswer(name)
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => framed(JSON.parse(line)));
      const events = readFrames(frames);
      check(accumulate(frames), events);
      const again = readFrames(cut(writeEvents(events), 11));
      assert.deepEqual(withoutUsage(joined(again)), withoutUsage(joined(events)), name);
      if (figures(events) !== undefined) assert.deepEqual(figures(again), figures(events), name);
    }
  });
});

/** What a request must still say: what is empty says nothing, and a schema's blanks neither. */
function normalRequest(body: Json): Json {
  const plain = withoutNulls(body);
  assert.ok(isObject(plain));
  if (Array.isArray(plain.system) && plain.system.length === 0) delete plain.system;
  const { inferenceConfig, outputConfig } = plain;
  if (isObject(inferenceConfig) && Object.keys(inferenceConfig).length === 0) {
    delete plain.inferenceConfig;
  }
  if (isObject(outputConfig)) {
    const definition = digObject(outputConfig, "textFormat", "structure", "jsonSchema");
    definition.schema = JSON.parse(String(definition.schema));
  }
  const messages: JsonObject[] = [];
  for (const message of Array.isArray(plain.messages) ? plain.messages : []) {
    assert.ok(isObject(message));
    const last = messages.at(-1);
    // Consecutive messages of one role are one.
    if (last?.role === message.role && Array.isArray(last?.content)) {
      last.content.push(...(Array.isArray(message.content) ? message.content : []));
    } else messages.push(message);
  }
  return { ...plain, messages };
}

describe("recorded requests to Bedrock", { skip: skipFixtures }, () => {
  it("mean the same when they are read and written again", () => {
    const exchanges = [
      ...recorded("bedrock.json", "converse"),
      ...recorded("bedrock.json", "converse-stream"),
      ...recorded("bedrock.error", "converse"),
    ];
    assert.ok(exchanges.length > 70);
    for (const { request, model } of exchanges) {
      const read = bedrockConverse.readRequest(request, { model, stream: false });
      const written = bedrockConverse.writeRequest(read, writeTo(model));
      assert.deepEqual(normalRequest(written.body), normalRequest(request));
      assert.deepEqual(written.warnings, []);
    }
  });
});
