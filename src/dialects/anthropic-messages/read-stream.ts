/** A Messages stream as events. https://platform.claude.com/docs/en/build-with-claude/streaming */
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { readCitation } from "./citations.ts";
import { finishOf, isSilent, messageFields, startOf } from "./read-answer.ts";
import { openBlock, thinkingSignature, wholeBlock } from "./read-content.ts";
import { mergeUsage, readUsage } from "./usage.ts";
import { DIALECT, restOf } from "./wire.ts";

/** A block that has begun and not ended. */
interface OpenBlock {
  /** The part's index; of a native block, the one that it gets when it is whole. */
  index: number;
  type: "text" | "reasoning" | "tool-call" | "native";
  /** A tool call whose arguments have begun. */
  wrote: boolean;
  /** A native block, and the text of its input so far. */
  value?: JsonObject;
  input?: string;
}

const deltaFields: ReadonlySet<string> = new Set(["stop_reason", "stop_sequence"]);
const messageDeltaFields: ReadonlySet<string> = new Set(["type", "delta", "usage"]);

export class MessagesReader implements StreamReader {
  readonly #context: ReadContext;
  readonly #blocks = new Map<number, OpenBlock>();
  #messageId: string | undefined;
  #started = false;
  #stopped = false;
  #spoke = false;
  #parts = 0;
  #usage: JsonObject = {};
  /** The last part's end, until it is known that no state of the part comes after its block. */
  #held: Event | undefined;
  /** Such state, in a block of its own. */
  #late: Event | undefined;
  #stopReason: string | undefined;
  #stopSequence: Json | undefined;
  #extra: JsonObject | undefined;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read(frame: Frame): Event[] {
    // A proxy's OpenAI-style end says nothing here: `message_stop` is the end.
    if (frame.data === "" || frame.data === "[DONE]") return [];
    const data = parse(frame.data);
    const type = typeof data.type === "string" ? data.type : frame.event;
    const isNamed = type === "error" || frame.event === "error";
    if (isNamed || (data.type === undefined && errorIn(data) !== undefined)) {
      throw toFailure(data, this.#context, true);
    }
    if (this.#stopped) return [];
    const held = this.#held;
    if (held === undefined) return this.#event(type, data);
    this.#held = undefined;
    const events = this.#event(type, data);
    const late = this.#late;
    this.#late = undefined;
    return late === undefined ? [held, ...events] : [late, held];
  }

  #event(type: string, data: JsonObject): Event[] {
    switch (type) {
      case "content_block_delta":
        return this.#delta(data);
      case "content_block_start":
        return this.#blockStart(data);
      case "content_block_stop":
        return this.#blockStop(data);
      case "message_start":
        return this.#messageStart(data);
      case "message_delta":
        return this.#messageDelta(data);
      case "message_stop":
        return this.#messageStop();
      default:
        // `ping`, and events that the API may add: clients are to ignore what they do not know.
        return [];
    }
  }

  end(): Event[] {
    if (this.#stopped) return [];
    throw new Failure(this.#started ? "upstream.stream_unfinished" : "upstream.empty");
  }

  #messageStart(data: JsonObject): Event[] {
    const { message } = data;
    if (!isObject(message)) throw unreadable();
    const id = typeof message.id === "string" ? message.id : undefined;
    if (this.#started) {
      // A proxy may repeat the event; but another message's start within this one is two answers in one
      // stream, of which neither is whole.
      if (id === this.#messageId) return [];
      throw unreadable("A second message began before the first had ended.");
    }
    this.#started = true;
    this.#messageId = id;
    const start = startOf(message);
    const extra = restOf(message, messageFields);
    if (extra !== undefined) start.extra = { dialect: DIALECT, fields: extra };
    if (!isObject(message.usage)) return [start];
    this.#usage = message.usage;
    return [start, { type: "usage", usage: readUsage(message.usage) }];
  }

  #blockStart(data: JsonObject): Event[] {
    const { index: at, content_block: block } = data;
    if (!this.#started || typeof at !== "number" || !isObject(block)) throw unreadable();
    const opening = openBlock(block, this.#context.origin);
    const { head, pieces, stateOfPrevious } = opening;
    if (stateOfPrevious !== undefined) {
      const index = this.#parts - 1;
      this.#blocks.set(at, { index, type: "native", wrote: false });
      this.#late = { type: "delta", choice: 0, index, signature: stateOfPrevious };
      return [];
    }
    if (head.type === "native" || head.type === "image") {
      const open: OpenBlock = { index: 0, type: "native", wrote: false };
      if (head.type === "native" && head.dialect === DIALECT) {
        open.value = { ...block };
        this.#blocks.set(at, open);
        return [];
      }
      this.#blocks.set(at, open);
      this.#spoke = true;
      return wholeBlock(opening, this.#next());
    }
    const index = this.#next();
    const type = head.type === "text" || head.type === "reasoning" ? head.type : "tool-call";
    const wrote = pieces.some((piece) => piece.arguments !== undefined);
    this.#blocks.set(at, { index, type, wrote });
    if (type === "tool-call") this.#spoke = true;
    const events: Event[] = [{ type: "part-start", choice: 0, index, part: head }];
    for (const piece of pieces) {
      events.push({ type: "delta", choice: 0, index, ...piece });
      this.#spoke = true;
    }
    return events;
  }

  #next(): number {
    return this.#parts++;
  }

  #delta(data: JsonObject): Event[] {
    const { delta } = data;
    const block = this.#blockAt(data.index);
    if (!isObject(delta)) throw unreadable();
    if (block.type === "native") {
      if (block.value !== undefined) growNative(block, block.value, delta);
      return [];
    }
    const { index } = block;
    switch (delta.type) {
      case "text_delta":
        this.#spoke = true;
        return [{ type: "delta", choice: 0, index, text: stringOf(delta.text) }];
      case "thinking_delta":
        this.#spoke = true;
        return [{ type: "delta", choice: 0, index, text: stringOf(delta.thinking) }];
      case "input_json_delta": {
        const text = stringOf(delta.partial_json);
        if (text === "") return [];
        block.wrote = true;
        return [{ type: "delta", choice: 0, index, arguments: text }];
      }
      case "signature_delta": {
        const signature = thinkingSignature(stringOf(delta.signature), this.#context.origin);
        return [{ type: "delta", choice: 0, index, signature }];
      }
      case "citations_delta":
        if (!isObject(delta.citation)) throw unreadable();
        return [{ type: "delta", choice: 0, index, citations: [readCitation(delta.citation)] }];
      default:
        return [];
    }
  }

  #blockAt(at: Json | undefined): OpenBlock {
    const block = typeof at === "number" ? this.#blocks.get(at) : undefined;
    if (block === undefined) throw unreadable();
    return block;
  }

  #blockStop(data: JsonObject): Event[] {
    const block = this.#blockAt(data.index);
    if (typeof data.index === "number") this.#blocks.delete(data.index);
    return this.#close(block);
  }

  #close(block: OpenBlock): Event[] {
    if (block.type === "native") {
      const { value, input } = block;
      if (value === undefined) return [];
      if (input !== undefined && input !== "") value.input = parse(input);
      this.#spoke = true;
      const head = { type: "native", dialect: DIALECT, value } as const;
      return wholeBlock({ head, pieces: [] }, this.#next());
    }
    const { index } = block;
    this.#held = { type: "part-end", choice: 0, index };
    // A call without arguments has no text here, and `{}` in a whole answer: one meaning, one form.
    return block.type === "tool-call" && !block.wrote
      ? [{ type: "delta", choice: 0, index, arguments: "{}" }]
      : [];
  }

  #messageDelta(data: JsonObject): Event[] {
    if (!this.#started || !isObject(data.delta)) throw unreadable();
    const { delta } = data;
    if (typeof delta.stop_reason === "string") this.#stopReason = delta.stop_reason;
    if (typeof delta.stop_sequence === "string") this.#stopSequence = delta.stop_sequence;
    const extra = { ...restOf(data, messageDeltaFields), ...restOf(delta, deltaFields) };
    if (Object.keys(extra).length > 0) this.#extra = { ...this.#extra, ...extra };
    if (!isObject(data.usage)) return [];
    this.#usage = mergeUsage(this.#usage, data.usage);
    return [{ type: "usage", usage: readUsage(this.#usage) }];
  }

  #messageStop(): Event[] {
    const word = this.#stopReason;
    if (word === undefined) throw new Failure("upstream.stream_unfinished");
    const events: Event[] = [];
    for (const block of this.#blocks.values()) {
      events.push(...this.#close(block));
      if (this.#held !== undefined) events.push(this.#held);
      this.#held = undefined;
    }
    this.#blocks.clear();
    const output = this.#usage.output_tokens;
    const silent = isSilent(events, word, typeof output === "number" ? output : undefined);
    if (silent && !this.#spoke) throw new Failure("upstream.empty");
    this.#stopped = true;
    events.push(finishOf(word, this.#stopSequence, this.#extra));
    return events;
  }
}

/** A native block's deltas: text of its input, or fields that grow (a compaction's summary). */
function growNative(block: OpenBlock, value: JsonObject, delta: JsonObject): void {
  if (delta.type === "input_json_delta") {
    block.input = (block.input ?? "") + stringOf(delta.partial_json);
    return;
  }
  for (const [key, more] of Object.entries(delta)) {
    if (key === "type" || more === null) continue;
    const before = value[key];
    value[key] = typeof before === "string" && typeof more === "string" ? before + more : more;
  }
}

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

function stringOf(value: Json | undefined): string {
  if (typeof value !== "string") throw unreadable();
  return value;
}

function unreadable(message?: string): Failure {
  return new Failure("upstream.event_unreadable", message === undefined ? {} : { message });
}
