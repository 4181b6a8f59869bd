/** A ConverseStream answer as events. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
import type { Event, FinishEvent, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { framePayload } from "../aws-eventstream.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { readCitation } from "./citations.ts";
import { NativeBlock } from "./native-block.ts";
import { finishOf, speaks } from "./read-answer.ts";
import { isOrdinaryCall } from "./read-blocks.ts";
import { callHead, openRedacted, type Piece, wholeBlock } from "./read-content.ts";
import { readUsage } from "./usage.ts";
import { readSignature } from "./wire.ts";

/** A block that has begun and not ended: a part's, one that is kept whole, or state of the part before. */
type OpenBlock =
  | { kind: "part"; index: number; call: boolean; wrote: boolean }
  | { kind: "native"; block: NativeBlock }
  | { kind: "state" };

/** `p` is padding, which hides the lengths of the pieces. */
const stopFields: ReadonlySet<string> = new Set(["stopReason", "p"]);
const metadataFields: ReadonlySet<string> = new Set(["usage", "serviceTier", "p"]);

export class ConverseReader implements StreamReader {
  readonly #context: ReadContext;
  readonly #blocks = new Map<number, OpenBlock>();
  #started = false;
  #spoke = false;
  #parts = 0;
  /** The part that ended last. */
  #ended: number | undefined;
  /** The last part's end, until it is known that no state of the part comes in the block after it. */
  #held: Event | undefined;
  /** `messageStop`: the answer is complete; its figures come after it. */
  #stop: { word: string; extra: JsonObject | undefined } | undefined;
  /** `metadata` that came before it, as some servers behind this format send it. */
  #early: { extra: JsonObject | undefined; output: number | undefined } | undefined;
  #finished = false;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read(frame: Frame): Event[] {
    if (frame.exception === true) throw this.#exception(frame);
    const data = framePayload(frame);
    const held = this.#held;
    this.#held = undefined;
    const events = [...this.#startIfNone(frame.event), ...this.#event(frame.event, data)];
    this.#spoke ||= events.some(speaks);
    if (held === undefined) return events;
    const [first] = events;
    // State of the part before: it goes in before that part's end.
    const late = first?.type === "delta" && "index" in held && first.index === held.index;
    return late ? [first, held, ...events.slice(1)] : [held, ...events];
  }

  end(): Event[] {
    if (this.#finished) return [];
    if (this.#stop !== undefined) return [this.#finish(this.#stop, undefined, undefined)];
    throw new Failure(this.#started ? "upstream.stream_unfinished" : "upstream.empty");
  }

  #exception(frame: Frame): Failure {
    let told: Json = frame.data;
    try {
      told = JSON.parse(frame.data);
    } catch {
      // What is no JSON is told as it is.
    }
    const body: JsonObject = isObject(told) ? { ...told } : { message: told };
    body.__type = frame.event;
    return this.#context.failure({ body, inStream: true });
  }

  #event(type: string, data: JsonObject): Event[] {
    switch (type) {
      case "contentBlockDelta":
        return this.#delta(data);
      case "contentBlockStart":
        return this.#blockStart(data);
      case "contentBlockStop":
        return this.#blockStop(data);
      case "messageStart":
        return this.#start();
      case "messageStop":
        return this.#messageStop(data);
      case "metadata":
        return this.#metadata(data);
      default:
        // Events that the API may add.
        return [];
    }
  }

  #start(): Event[] {
    if (this.#started) throw unreadable("A second message began within the first.");
    this.#started = true;
    return [{ type: "start" }];
  }

  /** The start that a server behind this format left out. */
  #startIfNone(type: string): Event[] {
    return this.#started || !inMessage.has(type) ? [] : this.#start();
  }

  /** Text and reasoning have no start of their own: their first delta begins them. */
  #blockStart(data: JsonObject): Event[] {
    const at = this.#indexOf(data);
    const { start } = data;
    if (!isObject(start)) return [];
    if (isObject(start.toolUse) && isOrdinaryCall(start.toolUse)) {
      return [this.#open(at, callHead(start.toolUse))];
    }
    const block = NativeBlock.from(start);
    if (block !== undefined) this.#blocks.set(at, { kind: "native", block });
    return [];
  }

  #indexOf(data: JsonObject): number {
    const at = data.contentBlockIndex;
    if (!this.#started || this.#stop !== undefined || typeof at !== "number") throw unreadable();
    return at;
  }

  #open(at: number, head: PartHead): Event {
    const index = this.#parts++;
    const call = head.type === "tool-call";
    this.#blocks.set(at, { kind: "part", index, call, wrote: false });
    return { type: "part-start", choice: 0, index, part: head };
  }

  #delta(data: JsonObject): Event[] {
    const at = this.#indexOf(data);
    const { delta } = data;
    if (!isObject(delta)) throw unreadable();
    const open = this.#blocks.get(at);
    if (open?.kind === "native") {
      open.block.grow(delta);
      return [];
    }
    if (typeof delta.text === "string") return this.#piece(at, textHead, nonEmpty(delta.text));
    if (isObject(delta.reasoningContent)) return this.#thought(at, delta.reasoningContent);
    if (isObject(delta.toolUse)) {
      const { input } = delta.toolUse;
      if (open?.kind !== "part" || !open.call || typeof input !== "string") throw unreadable();
      if (input === "") return [];
      open.wrote = true;
      return [{ type: "delta", choice: 0, index: open.index, arguments: input }];
    }
    if (isObject(delta.citation)) {
      return this.#piece(at, textHead, { citations: [readCitation(delta.citation)] });
    }
    // A kind of block that the API may add, begun by its delta.
    if (open === undefined) {
      const block = NativeBlock.from(delta);
      if (block !== undefined) this.#blocks.set(at, { kind: "native", block });
    }
    return [];
  }

  #thought(at: number, content: JsonObject): Event[] {
    const { text, signature, redactedContent } = content;
    if (typeof redactedContent === "string") return this.#hidden(at, redactedContent);
    if (typeof text === "string") return this.#piece(at, thoughtHead, nonEmpty(text));
    if (typeof signature !== "string") return [];
    const { origin } = this.#context;
    const piece = signature === "" ? undefined : { signature: readSignature(signature, origin) };
    return this.#piece(at, thoughtHead, piece);
  }

  #hidden(at: number, redactedContent: string): Event[] {
    const { head, pieces, stateOfPrevious } = openRedacted(redactedContent, this.#context.origin);
    if (stateOfPrevious !== undefined) {
      this.#blocks.set(at, { kind: "state" });
      if (this.#ended === undefined) return [];
      return [{ type: "delta", choice: 0, index: this.#ended, signature: stateOfPrevious }];
    }
    if (head.type === "native") {
      this.#blocks.set(at, { kind: "state" });
      return wholeBlock({ head, pieces }, this.#parts++);
    }
    return pieces.flatMap((piece) => this.#piece(at, head, piece));
  }

  /** More of a part, which begins here unless it has begun; what is empty begins none. */
  #piece(at: number, head: PartHead, piece: Piece | undefined): Event[] {
    const events: Event[] = [];
    if (this.#blocks.get(at) === undefined) {
      if (piece === undefined) return [];
      events.push(this.#open(at, head));
    }
    const open = this.#blocks.get(at);
    if (open?.kind !== "part" || open.call) throw unreadable();
    if (piece !== undefined) {
      events.push({ type: "delta", choice: 0, index: open.index, ...piece });
    }
    return events;
  }

  #blockStop(data: JsonObject): Event[] {
    const at = this.#indexOf(data);
    const open = this.#blocks.get(at);
    this.#blocks.delete(at);
    return open === undefined ? [] : this.#close(open);
  }

  #close(open: OpenBlock): Event[] {
    if (open.kind === "state") return [];
    if (open.kind === "native") {
      this.#ended = this.#parts++;
      const events = wholeBlock(open.block.whole(), this.#ended);
      this.#held = events.pop();
      return events;
    }
    const { index, call, wrote } = open;
    this.#ended = index;
    this.#held = { type: "part-end", choice: 0, index };
    // A call without arguments has no text here, and `{}` in a whole answer: one meaning, one form.
    return call && !wrote ? [{ type: "delta", choice: 0, index, arguments: "{}" }] : [];
  }

  #messageStop(data: JsonObject): Event[] {
    const { stopReason: word } = data;
    if (!this.#started || this.#stop !== undefined || typeof word !== "string") throw unreadable();
    const events: Event[] = [];
    for (const open of this.#blocks.values()) {
      events.push(...this.#close(open));
      if (this.#held !== undefined) events.push(this.#held);
      this.#held = undefined;
    }
    this.#blocks.clear();
    this.#stop = { word, extra: restOf(data, stopFields) };
    const early = this.#early;
    if (early !== undefined) events.push(this.#finish(this.#stop, early.extra, early.output));
    return events;
  }

  #metadata(data: JsonObject): Event[] {
    const usage = isObject(data.usage) ? readUsage(data.usage, data.serviceTier) : undefined;
    const events: Event[] = usage === undefined ? [] : [{ type: "usage", usage }];
    const extra = restOf(data, metadataFields);
    if (this.#stop === undefined) this.#early = { extra, output: usage?.output };
    else if (!this.#finished) events.push(this.#finish(this.#stop, extra, usage?.output));
    return events;
  }

  #finish(
    stop: { word: string; extra: JsonObject | undefined },
    more: JsonObject | undefined,
    output: number | undefined,
  ): FinishEvent {
    if (stop.word === "end_turn" && (output ?? 0) === 0 && !this.#spoke) {
      throw new Failure("upstream.empty");
    }
    this.#finished = true;
    const extra = { ...stop.extra, ...more };
    return finishOf(stop.word, Object.keys(extra).length === 0 ? undefined : extra);
  }
}

const inMessage: ReadonlySet<string> = new Set([
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
]);

const textHead: PartHead = { type: "text" };
const thoughtHead: PartHead = { type: "reasoning" };

function nonEmpty(text: string): Piece | undefined {
  return text === "" ? undefined : { text };
}

function unreadable(message?: string): Failure {
  return new Failure("upstream.event_unreadable", message === undefined ? {} : { message });
}
