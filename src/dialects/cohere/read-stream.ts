/** A stream as events. https://docs.cohere.com/docs/streaming */
import type { Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { readCitation } from "./citations.ts";
import { errorBody, finishOf, isSilent, speaks } from "./read-answer.ts";
import { openCall, openItem, type Piece, stateIn } from "./read-content.ts";
import { readUsage } from "./usage.ts";
import { failed, planMark, readLogprobs } from "./wire.ts";

/** A part that has begun. */
interface Open {
  index: number;
  head: PartHead;
  wrote: boolean;
  ended: boolean;
}

const endFields: ReadonlySet<string> = new Set(["type", "id", "delta"]);
const deltaFields: ReadonlySet<string> = new Set(["finish_reason", "usage", "error"]);

/** Content items and calls have indices of their own, so their parts are kept under the kind and the index. */
export class CohereReader implements StreamReader {
  readonly #context: ReadContext;
  readonly #open = new Map<string, Open>();
  #parts = 0;
  #started = false;
  #spoke = false;
  #done = false;
  /** Citations of what had ended before they came, or of nothing that was said. */
  #lateCitations: JsonObject[] = [];

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read(frame: Frame): Event[] {
    if (this.#done || frame.data === "" || frame.data === "[DONE]") return [];
    const data = parse(frame.data);
    const type = typeof data.type === "string" ? data.type : frame.event;
    const isNamed = type === "error" || frame.event === "error";
    if (isNamed || (type === "" && errorIn(data) !== undefined)) {
      throw toFailure(data, this.#context, true);
    }
    const events = this.#event(type, data);
    this.#spoke ||= events.some(speaks);
    return events;
  }

  end(): Event[] {
    if (this.#done) return [];
    throw new Failure(this.#started ? "upstream.stream_unfinished" : "upstream.empty");
  }

  #event(type: string, data: JsonObject): Event[] {
    const delta = isObject(data.delta) ? data.delta : {};
    const message = isObject(delta.message) ? delta.message : {};
    switch (type) {
      case "message-start":
        return this.#start(data);
      case "content-start":
        return this.#contentStart(data, message);
      case "content-delta":
        return this.#contentDelta(data, message);
      case "content-end":
        return this.#contentEnd(data, message);
      case "tool-plan-delta":
        return this.#plan(message);
      case "tool-call-start":
        return this.#callStart(data, message);
      case "tool-call-delta":
        return this.#callDelta(data, message);
      case "tool-call-end":
        return this.#end(this.#open.get(`call ${data.index}`));
      case "citation-start":
        return this.#citation(message.citations);
      case "message-end":
        return this.#messageEnd(data, delta);
      default:
        // `citation-end`, `debug`, and events that the API may add.
        return [];
    }
  }

  #start(data: JsonObject): Event[] {
    if (this.#started) throw unreadable("A second message began within the first.");
    this.#started = true;
    return [{ type: "start", ...(typeof data.id === "string" ? { id: data.id } : {}) }];
  }

  #begin(key: string, head: PartHead, pieces: readonly Piece[]): Event[] {
    if (!this.#started || this.#open.has(key)) throw unreadable();
    const open: Open = { index: this.#parts++, head, wrote: false, ended: false };
    this.#open.set(key, open);
    return [
      { type: "part-start", choice: 0, index: open.index, part: head },
      ...pieces.flatMap((piece) => this.#piece(open, piece)),
    ];
  }

  #piece(open: Open, piece: Piece): Event[] {
    if (open.ended) throw unreadable();
    if (piece.arguments !== undefined) open.wrote = true;
    return [{ type: "delta", choice: 0, index: open.index, ...piece }];
  }

  #end(open: Open | undefined): Event[] {
    if (open === undefined) throw unreadable();
    if (open.ended) return [];
    open.ended = true;
    const { index } = open;
    const end: Event = { type: "part-end", choice: 0, index };
    // A call without arguments is one of none: an empty object.
    return open.head.type === "tool-call" && !open.wrote
      ? [{ type: "delta", choice: 0, index, arguments: "{}" }, end]
      : [end];
  }

  #contentStart(data: JsonObject, message: JsonObject): Event[] {
    if (!isObject(message.content)) throw unreadable();
    const { head, pieces } = openItem(message.content);
    return this.#begin(`content ${data.index}`, head, pieces);
  }

  #contentDelta(data: JsonObject, message: JsonObject): Event[] {
    const open = this.#open.get(`content ${data.index}`);
    const { content } = message;
    if (open === undefined || !isObject(content)) throw unreadable();
    const piece: Piece = {};
    const text = content.text ?? content.thinking;
    if (typeof text === "string" && text !== "") piece.text = text;
    const signature = stateIn(content);
    if (signature !== undefined) piece.signature = signature;
    if (isObject(data.logprobs)) piece.logprobs = [readLogprobs(data.logprobs)];
    return Object.keys(piece).length === 0 ? [] : this.#piece(open, piece);
  }

  /** A text's end waits for the message's: its citations may come after the item's own end. */
  #contentEnd(data: JsonObject, message: JsonObject): Event[] {
    const open = this.#open.get(`content ${data.index}`);
    if (open === undefined) throw unreadable();
    const signature = isObject(message.content) ? stateIn(message.content) : undefined;
    const events = signature === undefined ? [] : this.#piece(open, { signature });
    return open.head.type === "text" ? events : [...events, ...this.#end(open)];
  }

  #plan(message: JsonObject): Event[] {
    const { tool_plan: text } = message;
    if (typeof text !== "string") throw unreadable();
    if (text === "") return [];
    const open = this.#open.get(PLAN);
    if (open !== undefined) return this.#piece(open, { text });
    const pieces = [{ signature: planMark(this.#context.origin) }, { text }];
    return this.#begin(PLAN, { type: "reasoning" }, pieces);
  }

  #endPlan(): Event[] {
    const open = this.#open.get(PLAN);
    return open === undefined ? [] : this.#end(open);
  }

  #callStart(data: JsonObject, message: JsonObject): Event[] {
    const call = message.tool_calls;
    if (!isObject(call)) throw unreadable();
    const { head, pieces } = openCall(call);
    return [...this.#endPlan(), ...this.#begin(`call ${data.index}`, head, pieces)];
  }

  #callDelta(data: JsonObject, message: JsonObject): Event[] {
    const open = this.#open.get(`call ${data.index}`);
    const call = message.tool_calls;
    if (open === undefined || !isObject(call)) throw unreadable();
    const piece: Piece = {};
    const text = isObject(call.function) ? call.function.arguments : undefined;
    if (typeof text === "string" && text !== "") piece.arguments = text;
    const signature = stateIn(call);
    if (signature !== undefined) piece.signature = signature;
    return Object.keys(piece).length === 0 ? [] : this.#piece(open, piece);
  }

  /** One citation; some servers send a list. */
  #citation(value: Json | undefined): Event[] {
    const citations = (Array.isArray(value) ? value : [value]).filter((each) => isObject(each));
    return citations.flatMap((citation) => {
      const open = this.#cited(citation);
      if (open === undefined || open.ended) {
        this.#lateCitations.push(citation);
        return [];
      }
      return this.#piece(open, { citations: [readCitation(citation)] });
    });
  }

  #cited({ type, content_index: at }: JsonObject): Open | undefined {
    if (type === "PLAN") return this.#open.get(PLAN);
    const named = typeof at === "number" ? this.#open.get(`content ${at}`) : undefined;
    if (named !== undefined) return named;
    const wanted = type === "THINKING_CONTENT" ? "reasoning" : "text";
    const content = [...this.#open].filter(([key]) => key.startsWith("content "));
    const found = content.find(([, { head }]) => head.type === wanted) ?? content[0];
    return found?.[1];
  }

  #messageEnd(data: JsonObject, delta: JsonObject): Event[] {
    const { finish_reason: word, usage, error } = delta;
    if (typeof word !== "string") throw unreadable();
    if (failed.has(word)) {
      throw this.#context.failure({ body: errorBody(word, error), inStream: true });
    }
    if (!this.#started) throw unreadable();
    const events = [...this.#open.values()]
      .filter(({ ended }) => !ended)
      .flatMap((open) => this.#end(open));
    const counted = isObject(usage) ? readUsage(usage) : undefined;
    const silent = isSilent(events, word, counted?.output);
    if (silent && !this.#spoke) throw new Failure("upstream.empty");
    this.#done = true;
    if (counted !== undefined) events.push({ type: "usage", usage: counted });
    const extra = { ...restOf(data, endFields), ...restOf(delta, deltaFields) };
    if (this.#lateCitations.length > 0) extra.citations = this.#lateCitations;
    events.push(finishOf(word, Object.keys(extra).length === 0 ? undefined : extra));
    return events;
  }
}

const PLAN = "plan";

function parse(text: string): JsonObject {
  let data: Json;
  try {
    data = JSON.parse(text);
  } catch {
    throw unreadable();
  }
  if (!isObject(data)) throw unreadable();
  return data;
}

function unreadable(message?: string): Failure {
  return new Failure("upstream.event_unreadable", message === undefined ? {} : { message });
}
