/** A provider's stream as events (https://developers.openai.com/api/reference/resources/responses/streaming-events). */
import type { Event, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { OutputReader } from "./output-reader.ts";
import { errorOf, failureOf, isSilent, keptFields, readFinish, readStart } from "./read-answer.ts";
import { readUsage } from "./usage.ts";
import { dialectName } from "./wire.ts";

export function readStream(context: ReadContext): StreamReader {
  return new ResponsesStreamReader(context);
}

class ResponsesStreamReader implements StreamReader {
  readonly #context: ReadContext;
  readonly #output: OutputReader;
  #start: StartEvent | undefined;
  #complete = false;

  constructor(context: ReadContext) {
    this.#context = context;
    this.#output = new OutputReader(context);
  }

  read(frame: Frame): Event[] {
    const { data } = frame;
    if (this.#complete || data === "") return [];
    if (data.length < 16 && data.trim() === "[DONE]") return [];
    const event = parsed(data);
    if (!isObject(event)) {
      if (frame.event === "error") throw failureOf({ error: data }, this.#context, true);
      throw new Failure("upstream.event_unreadable");
    }
    const type = typeof event.type === "string" ? event.type : frame.event;
    if (type === "error") {
      const error = isObject(event.error) ? event.error : event;
      throw failureOf({ error }, this.#context, true);
    }
    const events: Event[] = [];
    const handler = handlers[type];
    if (handler !== undefined) {
      this.#begin({}, events);
      handler(this.#output, event, events);
    } else if (isObject(event.response)) this.#lifecycle(type, event, event.response, events);
    else if (event.error !== undefined && event.error !== null) {
      throw failureOf({ error: event.error }, this.#context, true);
    }
    return events;
  }

  end(): Event[] {
    if (this.#complete) return [];
    throw new Failure(this.#start === undefined ? "upstream.empty" : "upstream.stream_unfinished");
  }

  #begin(response: JsonObject, events: Event[]): void {
    if (this.#start !== undefined) return;
    this.#start = readStart(response);
    events.push(this.#start);
  }

  #lifecycle(type: string, event: JsonObject, response: JsonObject, events: Event[]): void {
    const failed = type === "response.failed" || response.status === "failed";
    const error = errorOf(response) ?? (failed ? { error: response } : undefined);
    if (error !== undefined) throw failureOf(error, this.#context, true);
    this.#begin(response, events);
    if (type !== "response.completed" && type !== "response.incomplete") return;

    const { output } = response;
    const items = Array.isArray(output) ? output : [];
    for (const [place, item] of items.entries()) {
      // What the stream did not tell. Servers that number items otherwise have told them all.
      const told = this.#output.has(place) || this.#output.size >= items.length;
      if (!told && isObject(item)) this.#output.done(place, item, events);
    }
    this.#output.finish(events);
    const usage = readUsage(response, this.#output.hostedCalls);
    if (usage !== undefined) events.push({ type: "usage", usage });
    const cut = type === "response.incomplete";
    const finish = readFinish(cut ? { ...response, status: "incomplete" } : response, this.#output);
    if (isSilent(finish, this.#output, usage?.output)) throw new Failure("upstream.empty");
    const late = this.#late(event, response);
    if (late !== undefined) finish.answerExtra = { dialect: dialectName, fields: late };
    events.push(finish);
    this.#complete = true;
  }

  /** What is said of the whole answer only at its end. */
  #late(event: JsonObject, response: JsonObject): JsonObject | undefined {
    const { type: _, response: __, sequence_number: ___, ...beside } = event;
    const known = this.#start?.extra?.fields ?? {};
    const fields: JsonObject = { ...beside };
    for (const [key, value] of Object.entries(keptFields(response))) {
      if (JSON.stringify(known[key]) !== JSON.stringify(value)) fields[key] = value;
    }
    return Object.keys(fields).length > 0 ? fields : undefined;
  }
}

type Handler = (output: OutputReader, event: JsonObject, out: Event[]) => void;

/**
 * Events that tell of an item. Those of hosted tools (`response.web_search_call.searching`, partial images)
 * only announce what the item itself holds when it is done, and `keepalive` says nothing.
 */
const handlers: Readonly<Record<string, Handler>> = {
  "response.output_item.added": (output, event, out) => {
    if (isObject(event.item)) output.begin(place(event), event.item, out);
  },
  "response.output_item.done": (output, event, out) => {
    if (isObject(event.item)) output.done(place(event), event.item, out);
  },
  "response.output_text.delta": (output, event, out) => {
    const { content_index: at, delta, logprobs } = event;
    output.delta(place(event), "text", number(at), text(delta), out, logprobs);
  },
  "response.output_text.done": (output, event, out) => {
    const { content_index: at, text: all, logprobs } = event;
    output.whole(place(event), "text", number(at), text(all), out, logprobs);
  },
  "response.output_text.annotation.added": (output, event, out) => {
    const { content_index: at, annotation = null } = event;
    output.annotation(place(event), number(at), annotation, out);
  },
  "response.refusal.delta": (output, event, out) => {
    output.delta(place(event), "refusal", number(event.content_index), text(event.delta), out);
  },
  "response.refusal.done": (output, event, out) => {
    output.whole(place(event), "refusal", number(event.content_index), text(event.refusal), out);
  },
  "response.reasoning_summary_text.delta": (output, event, out) => {
    output.delta(place(event), "summary", number(event.summary_index), text(event.delta), out);
  },
  "response.reasoning_summary_text.done": (output, event, out) => {
    output.whole(place(event), "summary", number(event.summary_index), text(event.text), out);
  },
  "response.reasoning_text.delta": (output, event, out) => {
    output.delta(place(event), "full", number(event.content_index), text(event.delta), out);
  },
  "response.reasoning_text.done": (output, event, out) => {
    output.whole(place(event), "full", number(event.content_index), text(event.text), out);
  },
  // The neutral specification's names: https://www.openresponses.org/specification
  "response.reasoning.delta": (output, event, out) => {
    output.delta(place(event), "full", number(event.content_index), text(event.delta), out);
  },
  "response.reasoning.done": (output, event, out) => {
    output.whole(place(event), "full", number(event.content_index), text(event.text), out);
  },
  "response.function_call_arguments.delta": (output, event, out) => {
    output.delta(place(event), "arguments", 0, text(event.delta), out);
  },
  "response.function_call_arguments.done": (output, event, out) => {
    output.whole(place(event), "arguments", 0, text(event.arguments), out);
  },
  "response.custom_tool_call_input.delta": (output, event, out) => {
    output.delta(place(event), "arguments", 0, text(event.delta), out);
  },
  "response.custom_tool_call_input.done": (output, event, out) => {
    output.whole(place(event), "arguments", 0, text(event.input), out);
  },
};

function place(event: JsonObject): number {
  return number(event.output_index);
}

function number(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function parsed(data: string): Json | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
