import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import { digObject, joined } from "../anthropic-messages/testing.ts";
import type { Frame } from "../frames.ts";
import { cohere } from "./index.ts";
import {
  answerContext,
  cut,
  framed,
  readContext,
  readFrames,
  recorded,
  singleAnswer,
  skipFixtures,
  writeEvents,
  writeTo,
} from "./testing.ts";

/** An answer as whoever reads the vendor's documentation would put a stream together. */
function accumulate(frames: readonly Frame[]): JsonObject {
  const answer: JsonObject = {};
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  let plan = "";
  for (const { data } of frames) {
    const event: JsonObject = JSON.parse(data);
    const delta = isObject(event.delta) ? event.delta : {};
    const message = isObject(delta.message) ? delta.message : {};
    const at = Number(event.index);
    if (event.type === "message-start") answer.id = event.id ?? null;
    if (event.type === "tool-plan-delta") plan += String(message.tool_plan);
    if (event.type === "content-start") content[at] = { ...digObject(message, "content") };
    if (event.type === "content-delta") {
      const item = digObject(content, at);
      for (const [key, text] of Object.entries(digObject(message, "content"))) {
        item[key] = `${item[key]}${text}`;
      }
    }
    if (event.type === "tool-call-start") calls[at] = { ...digObject(message, "tool_calls") };
    if (event.type === "tool-call-delta") {
      const called = digObject(calls, at, "function");
      called.arguments = `${called.arguments}${digObject(message, "tool_calls", "function").arguments}`;
    }
    if (event.type === "message-end") {
      answer.finish_reason = delta.finish_reason ?? null;
      answer.usage = delta.usage ?? null;
    }
  }
  const message: JsonObject = { role: "assistant" };
  if (plan !== "") message.tool_plan = plan;
  if (content.length > 0) message.content = content;
  if (calls.length > 0) message.tool_calls = calls;
  return { ...answer, message };
}

/** A call without arguments is one of none: an empty object. */
function normal(answer: JsonObject): JsonObject {
  const { tool_calls: calls } = digObject(answer, "message");
  for (const call of Array.isArray(calls) ? calls : []) {
    const called = digObject(call, "function");
    if (called.arguments === "") called.arguments = "{}";
  }
  return answer;
}

function check(body: JsonObject, events: readonly Event[]): void {
  assert.deepEqual(cohere.writeAnswer(events, answerContext), normal(body));
  const usage = events.findLast((event) => event.type === "usage")?.usage;
  const reported = digObject(body, "usage");
  assert.equal(usage?.input, digObject(reported, "tokens").input_tokens);
  assert.equal(usage?.output, digObject(reported, "tokens").output_tokens);
  assert.equal(usage?.cachedRead ?? 0, reported.cached_tokens ?? 0);
  const finish = events.at(-1);
  assert.ok(finish?.type === "finish");
  assert.equal(finish.reported, body.finish_reason);
  assert.notEqual(finish.reason, "other");
}

describe("recorded answers of Cohere", { skip: skipFixtures }, () => {
  it("whole ones say the same after they went through events", () => {
    const exchanges = recorded().map(({ response }) => response);
    assert.ok(exchanges.length > 3);
    const singles = ["cohere-citations.json", "cohere-text.json"];
    for (const body of [...exchanges, ...singles.map((name) => JSON.parse(singleAnswer(name)))]) {
      check(body, cohere.readAnswer(body, readContext));
    }
  });

  it("streams say what their frames say, and read the same when written again, however they are cut", () => {
    for (const name of ["empty-tool-call", "reasoning", "tool-call"]) {
      const frames = singleAnswer(`cohere-${name}.chunks.txt`)
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => framed(JSON.parse(line)));
      const events = readFrames(frames);
      check(accumulate(frames), events);
      for (const size of [1, 7, 1021]) {
        assert.deepEqual(joined(readFrames(cut(writeEvents(events), size))), joined(events), name);
      }
    }
  });
});

describe("recorded requests to Cohere", { skip: skipFixtures }, () => {
  it("mean the same when they are read and written again", () => {
    for (const { request } of recorded()) {
      const read = cohere.readRequest(request);
      const written = cohere.writeRequest(read, writeTo(String(request.model)));
      assert.deepEqual(written.body, request);
      assert.deepEqual(written.warnings, []);
    }
  });
});
