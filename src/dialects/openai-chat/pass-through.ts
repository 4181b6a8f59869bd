/**
 * Chat answers for chat clients: bytes flow, and are read on the way for usage, finish reasons and errors.
 * Nothing is passed on that is not a whole, readable event.
 */
import { isUtf8 } from "node:buffer";
import type { FinishReason } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import { asFailure, Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn } from "../read-errors.ts";
import type { PassThrough, Relay, RelayOptions, Summary } from "../relay.ts";
import { fitsUnchanged } from "./fits-unchanged.ts";
import { errorOf, toFailure } from "./read-errors.ts";

const DONE = "data: [DONE]\n\n";
const NEWLINE = 0x0a;

export const passThrough: PassThrough = {
  fits: fitsUnchanged,
  inspect,
  relay: (context, options) => new ChatRelay(context, options),
};

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

function inspect(body: Json, context: ReadContext): Summary {
  const error = errorOf(body, context.manners);
  if (error !== undefined) throw toFailure(error, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  const { choices } = body;
  if (choices === undefined || choices === null) throw new Failure("upstream.empty");
  if (!Array.isArray(choices)) throw new Failure("upstream.shape_unknown");
  if (choices.length === 0) throw new Failure("upstream.empty");
  for (const choice of choices) {
    if (!isObject(choice)) throw new Failure("upstream.shape_unknown");
    const { message } = choice;
    if (message !== undefined && message !== null && !isObject(message)) {
      throw new Failure("upstream.shape_unknown");
    }
    if (
      typeof choice.finish_reason !== "string" &&
      !(isObject(message) && saysSomething(message))
    ) {
      throw new Failure("upstream.empty");
    }
    if (!isObject(message)) throw new Failure("upstream.empty");
  }
  const first = choices[0];
  return {
    model: typeof body.model === "string" ? body.model : undefined,
    usage: isObject(body.usage) ? readUsage(body.usage) : undefined,
    finish: isObject(first) ? finishOf(first.finish_reason) : undefined,
  };
}

function finishOf(reason: Json | undefined): FinishReason | undefined {
  return typeof reason === "string" ? (finishReasons[reason] ?? "other") : undefined;
}

/** Whether a message or delta holds content: text, refusal, reasoning, a tool call, audio or an image. */
function saysSomething(message: JsonObject): boolean {
  return (
    isFilled(message.content) ||
    isFilled(message.tool_calls) ||
    isFilled(message.reasoning_content) ||
    isFilled(message.reasoning) ||
    isFilled(message.reasoning_details) ||
    isFilled(message.refusal) ||
    isFilled(message.images) ||
    isObject(message.audio) ||
    isObject(message.function_call)
  );
}

function isFilled(value: Json | undefined): boolean {
  if (typeof value === "string") return value !== "";
  return Array.isArray(value) ? value.length > 0 : isObject(value);
}

function count(value: Json | undefined): number {
  return typeof value === "number" && value > 0 ? Math.floor(value) : 0;
}

function readUsage(reported: JsonObject): Usage {
  const usage: Usage = {
    input: count(reported.prompt_tokens),
    output: count(reported.completion_tokens),
    reported,
  };
  const input = reported.prompt_tokens_details;
  if (isObject(input)) {
    if (count(input.cached_tokens) > 0) usage.cachedRead = count(input.cached_tokens);
    if (count(input.audio_tokens) > 0) usage.inputAudio = count(input.audio_tokens);
  }
  const output = reported.completion_tokens_details;
  if (isObject(output)) {
    if (count(output.reasoning_tokens) > 0) usage.reasoning = count(output.reasoning_tokens);
    if (count(output.audio_tokens) > 0) usage.outputAudio = count(output.audio_tokens);
  }
  return usage;
}

class ChatRelay implements Relay {
  readonly summary: Summary = {};
  content = false;
  done = false;
  failure: Failure | undefined;
  readonly #context: ReadContext;
  readonly #options: RelayOptions;
  /** Bytes of an event that has not ended, as they came: joining them each time would take time that grows with the square. */
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** Its last three bytes: a blank line may be torn. */
  #seam = Buffer.alloc(0);
  /** Choices that have begun and not finished. */
  #open = new Set<number>();
  #finished = 0;
  /** What the client is to have in place of the event that is being read. */
  #instead: Buffer | undefined;
  #sawChunk = false;

  constructor(context: ReadContext, options: RelayOptions) {
    this.#context = context;
    this.#options = options;
  }

  push(chunk: Buffer): Uint8Array | string | undefined {
    if (this.done || this.failure !== undefined) return undefined;
    if (!this.#endsEvent(chunk)) {
      this.#keep(chunk);
      return undefined;
    }
    const bytes = this.#takeTail(chunk);
    const end = endOfLastEvent(bytes);
    if (end < bytes.length) this.#keep(bytes.subarray(end));
    return end === 0 ? undefined : this.#pass(bytes, end);
  }

  /** Whether an event ends in this piece, or between it and the last one: only then is the tail put together. */
  #endsEvent(chunk: Buffer): boolean {
    if (this.#tailBytes === 0) return true;
    return endOfLastEvent(Buffer.concat([this.#seam, chunk])) > 0;
  }

  #keep(piece: Buffer): void {
    this.#tail.push(piece);
    this.#tailBytes += piece.length;
    this.#seam = Buffer.from(Buffer.concat([this.#seam, piece.subarray(-3)]).subarray(-3));
    if (this.#tailBytes > this.#options.maxEventBytes)
      this.failure = new Failure("upstream.body_too_large");
  }

  /** The tail with what comes after it; nothing is left of it. */
  #takeTail(...more: Buffer[]): Buffer {
    const pieces = [...this.#tail, ...more];
    this.#tail = [];
    this.#tailBytes = 0;
    this.#seam = Buffer.alloc(0);
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }

  end(): Uint8Array | string | undefined {
    if (this.done || this.failure !== undefined) return undefined;
    // A server that forgets the last blank line still finished its event, if the event can be read.
    const tail = this.#takeTail();
    let rest: Uint8Array | string | undefined;
    if (!isBlank(tail)) {
      rest = this.#pass(Buffer.concat([tail, Buffer.from("\n\n")]), tail.length + 2);
      // What cannot be read for want of its end was cut, not miswritten.
      if (this.#isUnreadable()) this.failure = new Failure("upstream.stream_broken");
      if (this.failure !== undefined || this.done) return rest;
    }
    if (!this.#complete()) return rest;
    this.done = true;
    return rest === undefined ? DONE : Buffer.concat([Buffer.from(rest), Buffer.from(DONE)]);
  }

  #isUnreadable(): boolean {
    return this.failure?.cause === "upstream.event_unreadable";
  }

  /** Whether every choice that began has its finish reason; otherwise sets the failure. */
  #complete(): boolean {
    if (this.#finished > 0 && this.#open.size === 0) return true;
    this.failure = new Failure(
      this.#sawChunk && (this.content || this.#open.size > 0)
        ? "upstream.stream_unfinished"
        : "upstream.empty",
    );
    return false;
  }

  /** Reads the events in `bytes[0, end)` and returns those that the client is to have. */
  #pass(bytes: Buffer, end: number): Uint8Array | undefined {
    if (!isUtf8(bytes.subarray(0, end))) {
      this.failure = new Failure("upstream.event_unreadable");
      return undefined;
    }
    // Latin-1 keeps one character a byte: offsets agree, and JSON's structure does not depend on what lies beyond ASCII.
    const text = bytes.toString("latin1", 0, end);
    const plain = !text.includes("\r");
    let kept: Buffer[] | undefined;
    let from = 0;
    let at = 0;
    while (at < end) {
      const eventEnd = plain ? endOfPlainEvent(text, at, end) : endOfEvent(text, at, end);
      let keep: boolean;
      this.#instead = undefined;
      try {
        keep = this.#event(text, at, eventEnd);
      } catch (thrown) {
        this.failure = asFailure(thrown);
        keep = false;
      }
      if (!keep) {
        kept ??= [];
        if (at > from) kept.push(bytes.subarray(from, at));
        if (this.#instead !== undefined) kept.push(this.#instead);
        from = eventEnd;
      }
      if (this.failure !== undefined || this.done) {
        end = eventEnd;
        break;
      }
      at = eventEnd;
    }
    if (kept === undefined) return end === bytes.length ? bytes : bytes.subarray(0, end);
    if (end > from) kept.push(bytes.subarray(from, end));
    return kept.length === 0 ? undefined : kept.length === 1 ? kept[0] : Buffer.concat(kept);
  }

  /** Takes note of one event, blank line included; whether the client is to have it. */
  #event(text: string, start: number, end: number): boolean {
    const data = dataOf(text, start, end);
    if (data === undefined) {
      this.#bare(text, start, end);
      // A comment or a field without data: keep-alives pass, an `event: error` without data says nothing.
      return text.charCodeAt(start) === 0x3a;
    }
    if (data === "[DONE]") {
      if (this.#complete()) this.done = true;
      return this.done;
    }
    let chunk: Json;
    try {
      chunk = JSON.parse(data);
    } catch {
      throw new Failure("upstream.event_unreadable");
    }
    if (!isObject(chunk)) throw new Failure("upstream.event_unreadable");
    return this.#chunk(chunk, text.startsWith("event: error", start));
  }

  /** Throws what lines without `data:` tell, where they are an error's JSON. */
  #bare(text: string, start: number, end: number): void {
    const first = text.charAt(start);
    if (first !== "{" && first !== "[") return;
    let body: Json;
    try {
      body = JSON.parse(Buffer.from(text.slice(start, end), "latin1").toString("utf8"));
    } catch {
      return;
    }
    const error = errorIn(body);
    if (error !== undefined) throw toFailure(error, this.#context, true);
  }

  #chunk(chunk: JsonObject, isErrorEvent: boolean): boolean {
    const error = isErrorEvent ? chunk : errorOf(chunk, this.#context.manners);
    if (error !== undefined) throw toFailure(error, this.#context, true);
    this.#sawChunk = true;
    const { choices, usage } = chunk;
    if (this.summary.model === undefined && typeof chunk.model === "string")
      this.summary.model = chunk.model;
    if (isObject(usage)) this.summary.usage = readUsage(usage);
    if (choices === undefined || choices === null) {
      // Clients look into `choices` of every chunk.
      if (this.#options.usageWanted || !isObject(usage)) {
        // The text is Latin-1 of the provider's bytes (see #pass), and so goes back to them.
        this.#instead = Buffer.from(
          `data: ${JSON.stringify({ ...chunk, choices: [] })}\n\n`,
          "latin1",
        );
      }
      return false;
    }
    if (!Array.isArray(choices)) throw new Failure("upstream.event_unreadable");
    for (const choice of choices) {
      if (!isObject(choice)) throw new Failure("upstream.event_unreadable");
      this.#choice(choice);
    }
    return choices.length > 0 || this.#options.usageWanted || !isObject(usage);
  }

  #choice(choice: JsonObject): void {
    const index = typeof choice.index === "number" ? choice.index : 0;
    const { delta, finish_reason: reason } = choice;
    if (typeof reason === "string") {
      this.#open.delete(index);
      this.#finished++;
      this.summary.finish ??= finishReasons[reason] ?? "other";
      this.content = true;
    } else if (!this.#open.has(index)) this.#open.add(index);
    if (!this.content && isObject(delta) && saysSomething(delta)) this.content = true;
  }
}

/** Offset after the last blank line; 0 where no event has ended. */
function endOfLastEvent(bytes: Buffer): number {
  const { length } = bytes;
  if (length > 1 && bytes[length - 1] === NEWLINE && bytes[length - 2] === NEWLINE) return length;
  const lf = bytes.lastIndexOf("\n\n");
  const crlf = bytes.lastIndexOf("\r\n\r\n");
  const cr = bytes.lastIndexOf("\r\r");
  return Math.max(lf === -1 ? 0 : lf + 2, crlf === -1 ? 0 : crlf + 4, cr === -1 ? 0 : cr + 2);
}

/** As {@link endOfEvent}, where lines end in line feeds alone, as nearly all do. */
function endOfPlainEvent(text: string, at: number, end: number): number {
  const blank = text.indexOf("\n\n", at);
  return blank === -1 ? end : Math.min(blank + 2, end);
}

/** Offset after the blank line that ends the event which begins at `at`. */
function endOfEvent(text: string, at: number, end: number): number {
  let line = at;
  while (line < end) {
    let next = line;
    while (next < end) {
      const code = text.charCodeAt(next);
      if (code === 0x0a || code === 0x0d) break;
      next++;
    }
    const after =
      text.charCodeAt(next) === 0x0d && text.charCodeAt(next + 1) === 0x0a ? next + 2 : next + 1;
    if (next === line) return Math.min(after, end);
    line = after;
  }
  return end;
}

/** The event's data, its lines joined; undefined where it has none. */
function dataOf(text: string, start: number, end: number): string | undefined {
  // What nearly every event is: one line `data: …` and a blank one.
  if (
    text.startsWith("data: ", start) &&
    text.charCodeAt(end - 1) === NEWLINE &&
    text.charCodeAt(end - 2) === NEWLINE
  ) {
    const newline = text.indexOf("\n", start);
    if (newline === end - 2 && text.charCodeAt(newline - 1) !== 0x0d)
      return text.slice(start + 6, newline);
  }
  let data: string | undefined;
  for (const line of text.slice(start, end).split(/\r\n|\n|\r/)) {
    if (!line.startsWith("data")) continue;
    const colon = line.charCodeAt(4) === 0x3a;
    if (!colon && line.length > 4) continue;
    const value = colon ? line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5) : "";
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === "" ? undefined : data;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.toString("latin1").trim() === "";
}
