/** `recorded/*.jsonl`: whole exchanges as pydantic-ai's tests recorded them. */
import { readdirSync, readFileSync } from "node:fs";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { readAwsFrames, readEvents } from "./frames.ts";
import type { Recording, Wire } from "./recording.ts";
import { number, object, parsed, text } from "./walk.ts";

/** Wire by the address's path; other addresses are no chat. */
const wires: readonly [RegExp, Wire][] = [
  [/\/chat\/completions$/, "chat"],
  [/\/v1\/messages$/, "messages"],
  [/:(streamG|g)enerateContent$/, "gemini"],
  [/\/responses$/, "responses"],
  [/\/converse(-stream)?$/, "converse"],
  [/\/v2\/chat$/, "cohere"],
];

/** Responses of other vendors than OpenAI are the same wire, and Parley's `openai` is who speaks it. */
const doors: Partial<Record<Wire, Readonly<Record<string, string>>>> = {
  responses: { bedrock: "openai", deepseek: "openai", openrouter: "openai" },
  chat: { gemini: "gemini-openai" },
};

export function readExchanges(folder: URL): { recordings: Recording[]; others: string[] } {
  const recordings: Recording[] = [];
  const others: string[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    const lines = readFileSync(new URL(file, folder), "utf8").split("\n").filter(Boolean);
    lines.forEach((line, index) => {
      const entry = object(parsed(line));
      const name = `${file.replace(".jsonl", "")}:${index + 1} ${place(entry)}`;
      const address = new URL(text(entry, "request", "url"));
      const wire = wires.find(([path]) => path.test(address.pathname))?.[1];
      if (wire === undefined) others.push(`${address.pathname.replace(/^.*\/(?=[^/])/, "")}`);
      else recordings.push(readExchange(name, entry, address, wire));
    });
  }
  return { recordings, others };
}

function place(entry: JsonObject): string {
  const source = text(entry, "source")
    .replace(/^.*cassettes\//, "")
    .replace(/\.yaml$/, "");
  return `${source}#${number(entry, "n")}`;
}

function readExchange(name: string, entry: JsonObject, address: URL, wire: Wire): Recording {
  const request = object(entry, "request", "body");
  const response = object(entry, "response");
  const vendor = text(entry, "provider");
  const { body, payloads, stream } = readBody(response.body ?? null);
  return {
    name,
    vendor,
    provider: doors[wire]?.[vendor] ?? vendor,
    wire,
    stream,
    model: text(request, "model") || modelInPath(address.pathname),
    status: number(response, "status"),
    headers: headersOf(object(response, "headers")),
    body,
    payloads,
    ...(Object.keys(request).length > 0 && { request }),
  };
}

/** `…/models/<model>:generateContent` and `/model/<model>/converse`. */
function modelInPath(path: string): string {
  const found = /\/models?\/([^/:]+(?::[^/:]+)?)(?::\w+|\/converse(?:-stream)?)$/.exec(path)?.[1];
  return decodeURIComponent(found ?? "unnamed");
}

function readBody(recorded: Json): { body: Buffer; payloads: Json[]; stream: boolean } {
  if (typeof recorded === "string")
    return { body: Buffer.from(recorded), payloads: readEvents(recorded), stream: true };
  const binary = isObject(recorded) ? recorded.$base64 : undefined;
  if (typeof binary === "string") {
    const body = Buffer.from(binary, "base64");
    return { body, payloads: readAwsFrames(body), stream: true };
  }
  return { body: Buffer.from(JSON.stringify(recorded)), payloads: [recorded], stream: false };
}

/** Without what belongs to the connection of then. */
function headersOf(recorded: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(recorded))
    if (typeof value === "string" && name !== "transfer-encoding") headers[name] = value;
  return headers;
}
