/** What the tests of this dialect share. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Tool, Turn } from "../../core/request.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import { binaryBytes, EventStreamDecoder } from "../aws-eventstream.ts";
import type { AnswerContext, ReadContext, WriteContext, WrittenRequest } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { bedrockConverse } from "./index.ts";

export const SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
export const NOVA = "us.amazon.nova-micro-v1:0";

export const readContext: ReadContext = {
  origin: { provider: "bedrock", channel: "chn_1", model: SONNET },
  failure: (error) =>
    new Failure("upstream.error_unknown", { operator: JSON.stringify(error.body) }),
};

export const answerContext: AnswerContext = { id: "a_1", model: "claude", created: 0 };

export function writeTo(model: string): WriteContext {
  return { model, origin: { provider: "bedrock", channel: "chn_1", model } };
}

export const hello: Turn = { role: "user", parts: [{ type: "text", text: "Hello" }] };

/** A request of a client that does not speak this dialect. */
export function write(fields: Partial<ChatRequest>, model = SONNET): WrittenRequest {
  const request: ChatRequest = { model: "m", turns: [hello], stream: false, ...fields };
  return bedrockConverse.writeRequest(request, writeTo(model));
}

export function warned(written: WrittenRequest): string[] {
  return written.warnings.map(({ code, param }) => `${code} ${param}`);
}

export function user(...parts: Part[]): Turn {
  return { role: "user", parts };
}

export const tool: Tool = {
  kind: "function",
  name: "look",
  parameters: { type: "object", properties: {} },
};
/** A conversation with a call and its result. */
export const called: Turn[] = [
  hello,
  {
    role: "assistant",
    parts: [{ type: "tool-call", id: "call_1", name: "look", arguments: '{"a":1}' }],
  },
  {
    role: "tool",
    parts: [{ type: "tool-result", callId: "call_1", content: [{ type: "text", text: "42" }] }],
  },
];

/** The cause and place of what a request is refused for. */
export function refused(fields: Partial<ChatRequest>, model?: string): [Cause, string | undefined] {
  try {
    write(fields, model);
  } catch (error) {
    if (error instanceof Failure) return [error.cause, error.param];
    throw error;
  }
  return assert.fail("nothing was refused");
}

/** The events of a stream's frames, to its end. */
export function readFrames(frames: readonly Frame[]): Event[] {
  const reader = bedrockConverse.readStream(readContext);
  return [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
}

export function writeEvents(events: readonly Event[]): Buffer {
  const writer = bedrockConverse.writeStream(answerContext);
  return binaryBytes(events.map((event) => writer.write(event)).join("") + writer.end());
}

/** The frames of a stream's bytes, cut into chunks of `size`. */
export function cut(bytes: Uint8Array, size: number): Frame[] {
  const decoder = new EventStreamDecoder();
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.push(...decoder.push(bytes.subarray(at, at + size)));
  }
  return frames;
}

/** `{messageStart: {…}}`, as streams are written down, as a frame. */
export function framed(line: JsonObject): Frame {
  const [event, payload] = Object.entries(line)[0] ?? [""];
  return { event, data: JSON.stringify(payload) };
}

const root = new URL("../../../../shared/fixtures/", import.meta.url);

/** Why tests by recorded traffic cannot run here; `false` where they can. */
export const skipFixtures = existsSync(root)
  ? false
  : "the recorded traffic is not at ../shared/fixtures";

export interface Recorded {
  id: string;
  model: string;
  request: JsonObject;
  status: number;
  response: Json;
  /** The bytes of a stream. */
  stream?: Buffer;
}

/** The recorded exchanges of Converse (`converse`) or of its streams (`converse-stream`). */
export function recorded(file: string, method: string): Recorded[] {
  const text = readFileSync(new URL(`recorded/${file}.jsonl`, root), "utf8");
  return text.split("\n").flatMap((line): Recorded[] => {
    if (line === "") return [];
    const { id, request, response } = JSON.parse(line);
    const path = new URL(String(request.url)).pathname.split("/");
    const body: Json = response.body;
    if (path[3] !== method || !isObject(request.body)) return [];
    const base64 = isObject(body) ? body.$base64 : undefined;
    return [
      {
        id: String(id),
        model: decodeURIComponent(path[2] ?? ""),
        request: request.body,
        status: Number(response.status),
        response: body,
        ...(typeof base64 === "string" ? { stream: Buffer.from(base64, "base64") } : {}),
      },
    ];
  });
}

/** Names of the single answers that end in `suffix`. */
export function singleAnswers(suffix: string): string[] {
  return readdirSync(new URL("streams/amazon-bedrock/", root)).filter((name) =>
    name.endsWith(suffix),
  );
}

export function singleAnswer(name: string): string {
  return readFileSync(new URL(`streams/amazon-bedrock/${name}`, root), "utf8");
}
