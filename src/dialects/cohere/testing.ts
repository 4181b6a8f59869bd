/** What the tests of this dialect share. */
import { existsSync, readFileSync } from "node:fs";
import type { Event } from "../../core/events.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { AnswerContext, ReadContext, WriteContext, WrittenRequest } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { SseDecoder } from "../sse.ts";
import { cohere } from "./index.ts";

export const MODEL = "command-a-reasoning-08-2025";

export const readContext: ReadContext = {
  origin: { provider: "cohere", channel: "chn_1", model: MODEL },
  failure: (error) =>
    new Failure("upstream.error_unknown", { operator: JSON.stringify(error.body) }),
};

export const answerContext: AnswerContext = { id: "a_1", model: "command", created: 0 };

export function writeTo(model: string): WriteContext {
  return { model, origin: { provider: "cohere", channel: "chn_1", model } };
}

export const hello: Turn = { role: "user", parts: [{ type: "text", text: "Hello" }] };

/** A request of a client that does not speak this dialect. */
export function write(fields: Partial<ChatRequest>, model = MODEL): WrittenRequest {
  const request: ChatRequest = { model: "m", turns: [hello], stream: false, ...fields };
  return cohere.writeRequest(request, writeTo(model));
}

export function warned(written: WrittenRequest): string[] {
  return written.warnings.map(({ code, param }) => `${code} ${param}`);
}

export function user(...parts: Part[]): Turn {
  return { role: "user", parts };
}

/** The events of a stream's frames, to its end. */
export function readFrames(frames: readonly Frame[]): Event[] {
  const reader = cohere.readStream(readContext);
  return [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
}

export function writeEvents(events: readonly Event[]): string {
  const writer = cohere.writeStream(answerContext);
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

export function framed(data: JsonObject): Frame {
  return { event: String(data.type), data: JSON.stringify(data) };
}

const root = new URL("../../../../shared/fixtures/", import.meta.url);

/** Why tests by recorded traffic cannot run here; `false` where they can. */
export const skipFixtures = existsSync(root)
  ? false
  : "the recorded traffic is not at ../shared/fixtures";

/** The recorded exchanges of chat. */
export function recorded(): { request: JsonObject; response: JsonObject }[] {
  const text = readFileSync(new URL("recorded/cohere.json.jsonl", root), "utf8");
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    const { request, response } = JSON.parse(line);
    const isChat = new URL(String(request.url)).pathname === "/v2/chat";
    return isChat && isObject(request.body) && isObject(response.body)
      ? [{ request: request.body, response: response.body }]
      : [];
  });
}

export function singleAnswer(name: string): string {
  return readFileSync(new URL(`streams/cohere/${name}`, root), "utf8");
}
