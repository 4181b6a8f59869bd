/** What this dialect's tests share. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderError, ReadContext } from "../dialect.ts";
import { fold } from "../openai-chat/fold.ts";
import { SseDecoder } from "../sse.ts";
import { readStream } from "./read-stream.ts";
import { defaults } from "./response-object.ts";
import { writeStream } from "./write-stream.ts";

/** A context whose failures tell the provider's error in `operator`. */
export function reading(provider = "openai"): ReadContext {
  return {
    origin: { provider },
    failure: (error: ProviderError) =>
      new Failure("upstream.error_unknown", { operator: JSON.stringify(error) }),
  };
}

export const answering = { id: "req_test", model: "a-model", created: 1_700_000_000 };

/** Reads a stream given as text, cut into pieces of this many bytes. */
export function readText(text: string, context = reading(), size = text.length || 1): Event[] {
  const decoder = new SseDecoder();
  const reader = readStream(context);
  const events: Event[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of decoder.push(bytes.subarray(at, at + size))) {
      events.push(...reader.read(frame));
    }
  }
  if (decoder.end().unfinished) throw new Failure("upstream.stream_broken");
  events.push(...reader.end());
  return events;
}

export function writeText(events: readonly Event[]): string {
  const writer = writeStream(answering);
  return events.map((event) => writer.write(event)).join("") + writer.end();
}

/** The payloads of a stream's events. */
export function payloads(text: string): JsonObject[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));
}

export function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

/**
 * What an answer says, without how it was cut into events, where it was said (`start` or end), and what
 * only repeats the defaults of the response object.
 */
export function gist(events: readonly Event[]): JsonObject {
  const { start, usage, choices } = fold(events);
  const extra: JsonObject = { ...start?.extra?.fields };
  const folded = choices.map(({ parts, finish }) => {
    Object.assign(extra, finish?.extra?.fields, finish?.answerExtra?.fields);
    const { extra: _, answerExtra: __, ...ended } = finish ?? {};
    return { parts, finish: ended };
  });
  for (const key in extra) {
    if (JSON.stringify(extra[key]) === JSON.stringify(defaults[key])) delete extra[key];
  }
  const { reported: _, ...figures } = usage ?? {};
  for (const [key, figure] of Object.entries(figures)) {
    if (figure === 0 || figure === defaults.service_tier) Reflect.deleteProperty(figures, key);
  }
  const { id, model, created } = start ?? {};
  const said = plain({ id, model, created, choices: folded, usage: figures, extra });
  return isObject(said) ? said : {};
}

export function causeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.cause;
    throw error;
  }
  return "nothing failed";
}

const fixtures = new URL("../../../../shared/fixtures/", import.meta.url);
export const haveFixtures = existsSync(fixtures);

export interface Exchange {
  name: string;
  provider: string;
  kind: string;
  request: Json;
  status: number;
  body: Json;
}

/** Recorded exchanges of the Responses API. */
export function recorded(): Exchange[] {
  const folder = new URL("recorded/", fixtures);
  const files = haveFixtures ? readdirSync(folder) : [];
  return files.flatMap((file) => {
    const [provider = "", kind = ""] = file.split(".");
    const lines = readFileSync(new URL(file, folder), "utf8").trim().split("\n");
    return lines
      .map((line) => JSON.parse(line))
      .filter(({ request }) => /\/responses(\?|$)/.test(request.url))
      .map(({ source, n, request, response }) => ({
        name: `${provider} ${kind} ${source}#${n}`,
        provider,
        kind,
        request: request.body,
        status: response.status,
        body: response.body,
      }));
  });
}

export interface Sample {
  name: string;
  provider: string;
  /** A whole body. */
  body?: Json;
  /** A stream's payloads, as text. */
  lines?: string[];
}

/** Single answers recorded elsewhere: Azure's stand without a folder of their own. */
export function samples(): Sample[] {
  const folders = ["openai/responses", "azure", "xai/responses", "open-responses/responses"];
  return folders.flatMap((folder) => {
    const url = new URL(`streams/${folder}/`, fixtures);
    if (!existsSync(url)) return [];
    const [provider = ""] = folder.split("/");
    return readdirSync(url).flatMap((file): Sample[] => {
      const text = readFileSync(new URL(file, url), "utf8");
      const name = `${folder}/${file}`;
      if (!file.endsWith(".txt")) return [{ name, provider, body: JSON.parse(text) }];
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      return [{ name, provider, lines }];
    });
  });
}
