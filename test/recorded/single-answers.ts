/** `streams/`: single answers from vercel/ai's fixtures, framed here as their vendor frames them. */
import { readdirSync, readFileSync } from "node:fs";
import type { Json } from "../../src/core/json.ts";
import { writeAwsFrame, writeEvent } from "./frames.ts";
import type { Recording, Wire } from "./recording.ts";
import { at, number, object, parsed, text } from "./walk.ts";

interface Folder {
  provider: string;
  wire: Wire;
}

/** The event that ends an answer of Messages or Responses. */
const last = /^\{"type": ?"(message_stop|response\.(completed|incomplete|failed))"/;

/** Folder → provider and wire. Folders that are not here hold no chat answers. */
const folders: Readonly<Record<string, Folder>> = {
  alibaba: { provider: "alibaba", wire: "chat" },
  "amazon-bedrock": { provider: "bedrock", wire: "converse" },
  anthropic: { provider: "anthropic", wire: "messages" },
  azure: { provider: "azure", wire: "responses" },
  cohere: { provider: "cohere", wire: "cohere" },
  "deepseek/chat": { provider: "deepseek", wire: "chat" },
  google: { provider: "gemini", wire: "gemini" },
  groq: { provider: "groq", wire: "chat" },
  mistral: { provider: "mistral", wire: "chat" },
  moonshotai: { provider: "moonshot", wire: "chat" },
  "open-responses/responses": { provider: "openai", wire: "responses" },
  "openai/chat": { provider: "openai", wire: "chat" },
  "openai/responses": { provider: "openai", wire: "responses" },
  "openai-compatible/chat": { provider: "compatible", wire: "chat" },
  perplexity: { provider: "perplexity", wire: "chat" },
  xai: { provider: "xai", wire: "chat" },
  "xai/responses": { provider: "openai", wire: "responses" },
};

/** Of the folders above, what is not an answer to chat. */
const noChat = /embedding|transcription/;
/** Vertex's streams of the gemini format stand in Google's folder. */
const vertex = /google-vertex/;

export function readSingleAnswers(root: URL): { recordings: Recording[]; others: string[] } {
  const recordings: Recording[] = [];
  const others: string[] = [];
  for (const file of files(root)) {
    const folder = folders[file.slice(0, file.lastIndexOf("/"))];
    if (folder === undefined || noChat.test(file)) others.push(file);
    else recordings.push(...readAnswers(root, file, folder));
  }
  return { recordings, others };
}

function files(root: URL): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(json|chunks\.txt)$/.test(name))
    .toSorted();
}

/** Some files hold the answers of several requests one after another. */
function readAnswers(root: URL, file: string, folder: Folder): Recording[] {
  const source = readFileSync(new URL(file, root), "utf8");
  const name = `streams/${file}`;
  if (!file.endsWith(".chunks.txt")) return [answerOf(name, [source], folder)];
  const answers: string[][] = [[]];
  for (const line of source.split("\n")) {
    if (line.trim() === "") continue;
    if (last.test(answers.at(-1)?.at(-1) ?? "")) answers.push([]);
    answers.at(-1)?.push(line);
  }
  return answers.map((lines, index) =>
    answerOf(answers.length === 1 ? name : `${name}#${index + 1}`, lines, folder),
  );
}

function answerOf(name: string, lines: readonly string[], { provider, wire }: Folder): Recording {
  const stream = name.includes(".chunks.txt");
  const payloads = lines.map(parsed);
  return {
    name,
    vendor: name.split("/")[1] ?? "",
    provider: vertex.test(name) ? "vertex" : provider,
    wire,
    stream,
    model: modelOf(payloads[0] ?? null, wire),
    status: stream ? 200 : statusOf(payloads[0] ?? null),
    headers: { "content-type": contentType(wire, stream) },
    body: stream ? frame(lines, payloads, wire) : Buffer.from(lines.join("")),
    payloads,
  };
}

/** The answer's own word; a name of the wire's kind where it has none. */
function modelOf(payload: Json, wire: Wire): string {
  const named =
    text(payload, "model") ||
    text(payload, "message", "model") ||
    text(payload, "response", "model") ||
    text(payload, "modelVersion");
  return named || (wire === "gemini" ? "gemini-2.5-pro" : "recorded-model");
}

/** An error's body came with the status that the vendor documents for it: these files do not say it. */
function statusOf(payload: Json): number {
  const error = at(payload, "error");
  if (error === undefined || error === null) return 200;
  return number(error, "code") || (text(error, "code") === "insufficient_quota" ? 429 : 400);
}

function contentType(wire: Wire, stream: boolean): string {
  if (!stream) return "application/json";
  return wire === "converse" ? "application/vnd.amazon.eventstream" : "text/event-stream";
}

function frame(lines: readonly string[], payloads: readonly Json[], wire: Wire): Buffer {
  if (wire === "converse") return Buffer.concat(payloads.map(frameOfAws));
  // Messages, Responses and Cohere name each event by its type; chat ends with a word of its own.
  const named = wire === "messages" || wire === "responses" || wire === "cohere";
  const events = lines.map((line, index) =>
    writeEvent(line.trim(), named ? text(payloads[index], "type") : undefined),
  );
  return Buffer.from(events.join("") + (wire === "chat" ? writeEvent("[DONE]") : ""));
}

function frameOfAws(payload: Json): Buffer {
  const [entry] = Object.entries(object(payload));
  const [type, content] = entry ?? ["", null];
  const kind = type.endsWith("Exception") ? "exception" : "event";
  return writeAwsFrame(
    {
      [`:${kind}-type`]: type,
      ":content-type": "application/json",
      ":message-type": kind,
    },
    JSON.stringify(content),
  );
}
