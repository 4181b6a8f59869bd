/** A provider's answer of the legacy API as events, whole and streamed. */
import type { Event, FinishReason } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { errorOf, toFailure } from "../openai-chat/read-errors.ts";
import { readUsage } from "../openai-chat/usage.ts";

const finishes: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
};

/** Throws the error that the body tells, else `upstream.shape_unknown` or `upstream.empty`. */
export function readAnswer(body: Json, context: ReadContext): Event[] {
  const error = errorOf(body);
  if (error !== undefined) throw toFailure(error, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  const { choices } = body;
  if (choices === undefined || choices === null) throw new Failure("upstream.empty");
  if (!Array.isArray(choices)) throw new Failure("upstream.shape_unknown");
  if (choices.length === 0) throw new Failure("upstream.empty");
  for (const choice of choices) {
    if (!isObject(choice)) throw new Failure("upstream.shape_unknown");
    if (typeof choice.text !== "string") {
      throw new Failure(choice.text == null ? "upstream.empty" : "upstream.shape_unknown");
    }
    if (choice.text === "" && typeof choice.finish_reason !== "string") {
      throw new Failure("upstream.empty");
    }
  }
  const reader = new CompletionsReader(context);
  return [...reader.chunk(body), ...reader.close()];
}

export function readStream(context: ReadContext): StreamReader {
  return new CompletionsReader(context);
}

class CompletionsReader implements StreamReader {
  readonly #context: ReadContext;
  #started = false;
  #done = false;
  #open = new Set<number>();
  #finished = new Map<number, string>();

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read({ data, event }: Frame): Event[] {
    if (data === "" || this.#done) return [];
    if (data === "[DONE]") {
      this.#done = true;
      return this.#finishAll();
    }
    let chunk: Json;
    try {
      chunk = JSON.parse(data);
    } catch {
      throw new Failure("upstream.event_unreadable");
    }
    const error = event === "error" ? chunk : errorOf(chunk);
    if (error !== undefined) throw toFailure(error, this.#context, true);
    if (!isObject(chunk)) throw new Failure("upstream.event_unreadable");
    return this.chunk(chunk);
  }

  chunk(chunk: JsonObject): Event[] {
    const events: Event[] = [];
    if (!this.#started) {
      this.#started = true;
      events.push({
        type: "start",
        ...(typeof chunk.id === "string" && { id: chunk.id }),
        ...(typeof chunk.model === "string" && { model: chunk.model }),
        ...(typeof chunk.created === "number" && { created: chunk.created }),
      });
    }
    for (const choice of Array.isArray(chunk.choices) ? chunk.choices : []) {
      if (!isObject(choice)) throw new Failure("upstream.event_unreadable");
      const index = typeof choice.index === "number" ? choice.index : 0;
      if (!this.#open.has(index)) {
        this.#open.add(index);
        events.push({ type: "part-start", choice: index, index: 0, part: { type: "text" } });
      }
      if (typeof choice.text === "string" && choice.text !== "") {
        events.push({ type: "delta", choice: index, index: 0, text: choice.text });
      }
      if (typeof choice.finish_reason === "string") {
        this.#finished.set(index, choice.finish_reason);
      }
    }
    const usage = readUsage(chunk);
    if (usage !== undefined) events.push({ type: "usage", usage });
    return events;
  }

  /** The answer is whole: also a choice whose end the provider left unsaid is complete. */
  close(): Event[] {
    for (const index of this.#open) {
      if (!this.#finished.has(index)) this.#finished.set(index, "stop");
    }
    return this.#finishAll();
  }

  #finishAll(): Event[] {
    if (this.#finished.size === 0) {
      throw new Failure(this.#open.size > 0 ? "upstream.stream_unfinished" : "upstream.empty");
    }
    const events: Event[] = [];
    for (const index of this.#open) {
      const reported = this.#finished.get(index);
      if (reported === undefined) throw new Failure("upstream.stream_unfinished");
      events.push({ type: "part-end", choice: index, index: 0 });
      const reason = finishes[reported] ?? "other";
      events.push({ type: "finish", choice: index, reason, reported });
    }
    return events;
  }

  /** A server that forgets `[DONE]` has ended in order where every choice has. */
  end(): Event[] {
    return this.#done ? [] : this.#finishAll();
  }
}
