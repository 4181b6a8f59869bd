/** The tool calls of one choice, in OpenAI's shape and in those that vendors make of it. */
import { randomUUID } from "node:crypto";
import type { Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { readExtraContent } from "./opaque.ts";

interface Call {
  id: string;
  /** The part's index; absent until the name is known. */
  part?: number;
  /** Arguments that came before the name. */
  held: string;
}

/** The legacy `function_call` is a call without index. */
const legacy = -1;

export class ToolCallReader {
  readonly #choice: number;
  readonly #context: ReadContext;
  readonly #start: (out: Event[], head: PartHead) => number;
  readonly #calls = new Map<number, Call>();
  any = false;

  constructor(
    choice: number,
    context: ReadContext,
    start: (out: Event[], head: PartHead) => number,
  ) {
    this.#choice = choice;
    this.#context = context;
    this.#start = start;
  }

  /** The entries of one message's or delta's `tool_calls`. */
  take(entries: Json[], out: Event[]): void {
    for (const [position, entry] of entries.entries()) {
      if (isObject(entry)) this.#one(entry, this.#place(entry, position, entries.length), out);
    }
  }

  takeLegacy(value: Json, out: Event[]): void {
    if (isObject(value)) this.#one({ function: value }, legacy, out);
  }

  /** Throws `upstream.shape_unknown` where a call never got its name. */
  finish(_out: Event[]): void {
    for (const call of this.#calls.values()) {
      if (call.part === undefined) {
        throw new Failure("upstream.shape_unknown", {
          message: "The provider's answer holds a tool call without a name.",
        });
      }
    }
  }

  /**
   * Which call an entry belongs to. Some vendors leave the index out of stream or send 0 for every call,
   * each whole with an id of its own.
   */
  #place(entry: JsonObject, position: number, length: number): number {
    const index = typeof entry.index === "number" ? entry.index : undefined;
    const id = typeof entry.id === "string" ? entry.id : "";
    if (index === undefined) {
      for (const [place, call] of this.#calls) if (id !== "" && call.id === id) return place;
      if (id === "" && length === 1 && this.#calls.size > 0) return this.#calls.size - 1;
      return id === "" && this.#calls.size === 0 ? position : this.#calls.size;
    }
    const known = this.#calls.get(index);
    if (known === undefined || id === "" || known.id === id || nameOf(entry) === "") return index;
    for (const [place, call] of this.#calls) if (call.id === id) return place;
    let free = index + 1;
    while (this.#calls.has(free)) free++;
    return free;
  }

  #one(entry: JsonObject, place: number, out: Event[]): void {
    let call = this.#calls.get(place);
    if (call === undefined) {
      const id = typeof entry.id === "string" && entry.id !== "" ? entry.id : newCallId();
      call = { id, held: "" };
      this.#calls.set(place, call);
      this.any = true;
    }
    let text = argumentsOf(entry);
    if (call.part === undefined) {
      const name = nameOf(entry);
      if (name === "") {
        call.held += text;
        return;
      }
      const head: PartHead = { type: "tool-call", id: call.id, name };
      if (isObject(entry.custom)) head.kind = "custom";
      call.part = this.#start(out, head);
      text = call.held + text;
      call.held = "";
    }
    const { part: index } = call;
    if (text !== "") out.push({ type: "delta", choice: this.#choice, index, arguments: text });
    const signature = readExtraContent(entry.extra_content, this.#context.origin);
    if (signature !== undefined) {
      out.push({ type: "delta", choice: this.#choice, index, signature });
    }
  }
}

function bodyOf(entry: JsonObject): JsonObject {
  if (isObject(entry.function)) return entry.function;
  return isObject(entry.custom) ? entry.custom : {};
}

function nameOf(entry: JsonObject): string {
  const { name } = bodyOf(entry);
  return typeof name === "string" ? name : "";
}

/** The raw text; a vendor that sends an object instead of text has none, so its object is written as such. */
function argumentsOf(entry: JsonObject): string {
  const body = bodyOf(entry);
  const value = body.arguments ?? body.input;
  if (typeof value === "string") return value;
  return isObject(value) ? JSON.stringify(value) : "";
}

/** For vendors that give their calls no id: the result must name one. */
function newCallId(): string {
  return `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}
