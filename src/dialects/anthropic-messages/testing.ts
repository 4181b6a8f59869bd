/** What the tests of this dialect share. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { AnswerContext, ReadContext, WriteContext } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { SseDecoder } from "../sse.ts";
import { anthropicMessages } from "./index.ts";

export const readContext: ReadContext = {
  origin: { provider: "anthropic", channel: "chn_1", model: "claude-sonnet-4-5" },
  failure: (error) =>
    new Failure("upstream.error_unknown", { operator: JSON.stringify(error.body) }),
};

export const answerContext: AnswerContext = { id: "msg_1", model: "claude", created: 0 };

export function writeTo(model: string, provider = "anthropic"): WriteContext {
  return { model, origin: { provider, channel: "chn_1", model } };
}

/** The value at a path of names and indices; fails where there is none. */
export function dig(value: unknown, ...path: (string | number)[]): Json {
  let found: unknown = value;
  for (const step of path) {
    assert.ok(typeof found === "object" && found !== null, `nothing at ${path.join(".")}`);
    found = Reflect.get(found, step);
  }
  assert.ok(isJson(found), `no JSON at ${path.join(".")}`);
  return found;
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== "function" && typeof value !== "bigint";
}

/** As {@link dig}, where an object is wanted. */
export function digObject(value: unknown, ...path: (string | number)[]): JsonObject {
  const found = dig(value, ...path);
  assert.ok(isObject(found), `no object at ${path.join(".")}`);
  return found;
}

/** The events of a stream's frames, to its end. */
export function readFrames(frames: readonly Frame[]): Event[] {
  const reader = anthropicMessages.readStream(readContext);
  return [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
}

export function writeEvents(events: readonly Event[]): string {
  const writer = anthropicMessages.writeStream(answerContext);
  return events.map((event) => writer.write(event)).join("") + writer.end();
}

/** The frames of a stream's bytes, cut into chunks of `size`. */
export function cut(stream: string, size: number): Frame[] {
  const bytes = Buffer.from(stream, "utf8");
  const decoder = new SseDecoder();
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.push(...decoder.push(bytes.subarray(at, at + size)));
  }
  return frames;
}

export function payload(data: JsonObject): Frame {
  return { event: String(data.type), data: JSON.stringify(data) };
}

/** Deltas of one part and kind joined: how a text was cut does not matter. */
export function joined(events: readonly Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type === "delta" && last?.type === "delta" && last.index === event.index) {
      if (event.text !== undefined && last.text !== undefined) {
        result[result.length - 1] = { ...last, text: last.text + event.text };
        continue;
      }
      if (event.arguments !== undefined && last.arguments !== undefined) {
        result[result.length - 1] = { ...last, arguments: last.arguments + event.arguments };
        continue;
      }
      if (event.citations !== undefined && last.citations !== undefined) {
        result[result.length - 1] = {
          ...last,
          citations: [...last.citations, ...event.citations],
        };
        continue;
      }
    }
    result.push(event);
  }
  return result;
}

/** Without the fields that are null and the objects that are empty by that. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([key, field]) => [key, withoutNulls(field)]));
}

const root = new URL("../../../../shared/fixtures/", import.meta.url);

/** Why tests by recorded traffic cannot run here; `false` where they can. */
export const skipFixtures = existsSync(root)
  ? false
  : "the recorded traffic is not at ../shared/fixtures";

export interface Recorded {
  id: string;
  request: { url: string; body: Json };
  response: { status: number; body: Json };
}

/** The recorded exchanges of a file with this part in their URL's path. */
export function recorded(name: string, path: string): Recorded[] {
  const text = readFileSync(new URL(`recorded/${name}.jsonl`, root), "utf8");
  const exchanges: Recorded[] = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return exchanges.filter(({ request }) => new URL(request.url).pathname === path);
}

/** Names of the single answers that end in `suffix`. */
export function singleAnswers(suffix: string): string[] {
  return readdirSync(new URL("streams/anthropic/", root)).filter((name) => name.endsWith(suffix));
}

export function singleAnswer(name: string): string {
  return readFileSync(new URL(`streams/anthropic/${name}`, root), "utf8");
}
