/** A vendor's stream as events. */
import type { Event, FinishEvent, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { ChoiceReader } from "./choice-reader.ts";
import { choiceFields, finishWord, isOwnField, readStart, toFinish } from "./read-answer.ts";
import { errorOf, toFailure } from "./read-errors.ts";
import { readUsage } from "./usage.ts";
import { dialectName } from "./wire.ts";

interface Choice {
  reader: ChoiceReader;
  /** The reason given, and what was said beside it. */
  word?: string;
  last: JsonObject;
}

export function readStream(context: ReadContext): StreamReader {
  return new ChatStreamReader(context);
}

/**
 * The finish events come at the end of the stream, after the usage: vendors send more after a finish
 * reason (OpenRouter repeats it, or takes it back with an error), and an answer is complete only then.
 */
class ChatStreamReader implements StreamReader {
  readonly #context: ReadContext;
  readonly #choices = new Map<number, Choice>();
  /** Chunks before the first choice (Azure's prompt filter). */
  #early: JsonObject = {};
  #start: StartEvent | undefined;
  #late: JsonObject | undefined;
  #complete = false;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read(frame: Frame): Event[] {
    const { data } = frame;
    if (this.#complete || data === "") return [];
    if (data.length < 16 && data.trim() === "[DONE]") return this.#finish();
    if (frame.event === "error") throw toFailure(parsed(data) ?? data, this.#context, true);
    const chunk = parsed(data);
    if (!isObject(chunk)) throw unreadable();
    const error = errorOf(chunk, this.#context.manners);
    if (error !== undefined) throw toFailure(error, this.#context, true);

    const events: Event[] = [];
    const choices = chunk.choices ?? [];
    if (!Array.isArray(choices)) throw unreadable();
    this.#whole(chunk, choices.length > 0, events);
    for (const choice of choices) this.#take(choice, events);
    if (chunk.usage !== null || this.#context.manners?.usageAt !== undefined) {
      const usage = readUsage(chunk, this.#context.manners);
      if (usage !== undefined) events.push({ type: "usage", usage });
    }
    return events;
  }

  end(): Event[] {
    return this.#complete ? [] : this.#finish();
  }

  /** What the chunk says of the whole answer. */
  #whole(chunk: JsonObject, begins: boolean, events: Event[]): void {
    if (this.#start === undefined) {
      if (!begins) {
        Object.assign(this.#early, withoutEmpty(chunk));
        return;
      }
      this.#start = readStart({ ...this.#early, ...withoutEmpty(chunk) });
      events.push(this.#start);
      return;
    }
    for (const key in chunk) {
      if (isOwnField(key)) continue;
      const value = chunk[key];
      if (value === undefined || value === null) continue;
      if (this.#start.extra?.fields[key] === value) continue;
      this.#late ??= {};
      this.#late[key] = value;
    }
  }

  #take(value: Json, events: Event[]): void {
    if (!isObject(value)) throw unreadable();
    const index = typeof value.index === "number" ? value.index : 0;
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { reader: new ChoiceReader(index, this.#context), last: {} };
      this.#choices.set(index, choice);
    }
    const delta = value.delta ?? value.message;
    if (isObject(delta)) choice.reader.take(delta, value.logprobs, events);
    else if (delta !== undefined && delta !== null) throw unreadable();
    const word = finishWord(value);
    if (word !== undefined) choice.word = word;
    Object.assign(choice.last, choiceFields(value));
    const { native_finish_reason: native, stop_reason: stop } = value;
    if (native !== undefined && native !== null) choice.last.native_finish_reason = native;
    if (stop !== undefined && stop !== null) choice.last.stop_reason = stop;
  }

  #finish(): Event[] {
    if (this.#choices.size === 0) throw new Failure("upstream.empty");
    const events: Event[] = [];
    let last: FinishEvent | undefined;
    for (const [index, { reader, word, last: said }] of this.#choices) {
      if (word === undefined) throw new Failure("upstream.stream_unfinished");
      reader.finish(events);
      last = toFinish(index, word, said, reader, this.#context);
      events.push(last);
    }
    if (last !== undefined && this.#late !== undefined) {
      last.answerExtra = { dialect: dialectName, fields: this.#late };
    }
    this.#complete = true;
    // Every part ends before the first choice finishes.
    return events.sort((a, b) => Number(a.type === "finish") - Number(b.type === "finish"));
  }
}

function withoutEmpty(chunk: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(chunk).filter(([, value]) => value !== ""));
}

function parsed(data: string): Json | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function unreadable(): Failure {
  return new Failure("upstream.event_unreadable");
}
