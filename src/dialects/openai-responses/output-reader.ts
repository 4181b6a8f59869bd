/**
 * The items of an answer's output as events. A whole item is read as one that has just been done: what its
 * stream did not say before is said then, so that servers which leave events out lose nothing.
 */
import type { DeltaEvent, Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { readAnnotation, readCitations } from "./citations.ts";
import { itemState, reasoningState, unwrap } from "./opaque.ts";
import { hostedCall } from "./usage.ts";
import { dialectName, restOf, string } from "./wire.ts";

type Slot = "text" | "refusal" | "summary" | "full" | "arguments";
type Piece = Omit<DeltaEvent, "type" | "choice" | "index">;

interface OpenPart {
  index: number;
  /** What has been said of it. */
  said: string;
  citations: number;
  logprobs: boolean;
}

interface OpenItem {
  item: JsonObject;
  parts: Map<string, OpenPart>;
  /** The part that goes on. */
  current?: OpenPart;
  done: boolean;
}

const messageFields: ReadonlySet<string> = new Set(["type", "role", "content", "status"]);
const callFields: ReadonlySet<string> = new Set([
  "type",
  "call_id",
  "name",
  "arguments",
  "input",
  "status",
]);

export class OutputReader {
  /** Calls of tools that the provider ran itself, by name. */
  readonly hostedCalls: Record<string, number> = {};
  readonly #context: ReadContext;
  readonly #items = new Map<number, OpenItem>();
  #parts = 0;
  #calls = 0;
  #texts = 0;
  #refusals = 0;
  /** The end of the last part: held back, as state that belongs to it may follow. */
  #held: number | undefined;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  get hasToolCalls(): boolean {
    return this.#calls > 0;
  }
  get hasOnlyRefusal(): boolean {
    return this.#refusals > 0 && this.#texts === 0;
  }
  /** How many items have been seen. */
  get size(): number {
    return this.#items.size;
  }
  has(place: number): boolean {
    return this.#items.has(place);
  }

  /** An item has begun. A call's name is told at once; everything else when there is something to tell. */
  begin(place: number, item: JsonObject, out: Event[]): void {
    if (this.#items.has(place)) return;
    const open: OpenItem = { item, parts: new Map(), done: false };
    this.#items.set(place, open);
    if (isCall(item)) this.#part(open, "arguments", 0, out);
  }

  /** More text of a part, whose item may not have been announced. */
  delta(place: number, slot: Slot, at: number, text: string, out: Event[], logprobs?: Json): void {
    const open = this.#open(place, slot);
    if (open.done) return;
    const part = this.#part(open, slot, at, out);
    const piece: Piece = slot === "arguments" ? { arguments: text } : { text };
    if (text === "") delete piece.text;
    if (Array.isArray(logprobs) && logprobs.length > 0) {
      piece.logprobs = logprobs;
      part.logprobs = true;
    }
    part.said += text;
    if (text !== "" || piece.logprobs !== undefined) this.#say(part, piece, out);
  }

  /** The whole text of a part. */
  whole(place: number, slot: Slot, at: number, text: string, out: Event[], logprobs?: Json): void {
    const open = this.#open(place, slot);
    if (open.done) return;
    const part = this.#part(open, slot, at, out);
    const more = text.startsWith(part.said) ? text.slice(part.said.length) : "";
    this.delta(place, slot, at, more, out, part.logprobs ? undefined : logprobs);
  }

  annotation(place: number, at: number, value: Json, out: Event[]): void {
    const open = this.#open(place, "text");
    const citation = readAnnotation(value);
    if (open.done || citation === undefined) return;
    const part = this.#part(open, "text", at, out);
    part.citations += 1;
    this.#say(part, { citations: [citation] }, out);
  }

  /** The item is complete. */
  done(place: number, item: JsonObject, out: Event[]): void {
    const known = this.#items.get(place);
    const open: OpenItem = known ?? { item, parts: new Map(), done: false };
    this.#items.set(place, open);
    if (open.done) return;
    if (item.type === "message") this.#message(place, open, item, out);
    else if (item.type === "reasoning") this.#reasoning(place, open, item, out);
    else if (isCall(item)) {
      if (known !== undefined && !isCall(open.item)) open.item = item;
      const text = item.type === "custom_tool_call" ? item.input : item.arguments;
      this.whole(place, "arguments", 0, typeof text === "string" ? text : "", out);
    } else this.#native(open, item, out);
    if (open.current !== undefined) this.#end(open.current.index, out);
    open.current = undefined;
    open.done = true;
  }

  /** Ends what is open. */
  finish(out: Event[]): void {
    for (const open of this.#items.values()) {
      if (open.current !== undefined) this.#end(open.current.index, out);
      open.current = undefined;
      open.done = true;
    }
    this.#release(out);
  }

  #message(place: number, open: OpenItem, item: JsonObject, out: Event[]): void {
    const { content } = item;
    for (const [at, block] of (Array.isArray(content) ? content : []).entries()) {
      if (!isObject(block)) throw new Failure("upstream.shape_unknown");
      if (block.type === "refusal") this.whole(place, "refusal", at, textOf(block.refusal), out);
      else if (block.type === "output_text" || block.type === "text") {
        this.whole(place, "text", at, textOf(block.text), out, block.logprobs);
        const part = this.#part(open, "text", at, out);
        const all = readCitations(block.annotations, block.provider_citations);
        const citations = all.slice(part.citations);
        part.citations = Math.max(part.citations, all.length);
        if (citations.length > 0) this.#say(part, { citations }, out);
      } else this.#whole({ type: "native", dialect: dialectName, value: block }, out);
    }
  }

  #reasoning(place: number, open: OpenItem, item: JsonObject, out: Event[]): void {
    const carried = unwrap(textOf(item.encrypted_content));
    if (carried?.as === "native") {
      const { dialect, value, origin } = carried.part;
      const head: PartHead = { type: "native", dialect, value };
      if (origin !== undefined) head.origin = origin;
      this.#whole(head, out);
      return;
    }
    if (carried?.as === "signature") {
      if (this.#held === undefined) return;
      out.push({ type: "delta", choice: 0, index: this.#held, signature: carried.opaque });
      return;
    }
    for (const [slot, list] of [
      ["summary", item.summary],
      ["full", item.content],
    ] as const) {
      for (const [at, block] of (Array.isArray(list) ? list : []).entries()) {
        if (isObject(block)) this.whole(place, slot, at, textOf(block.text), out);
      }
    }
    const signature = reasoningState(item, this.#context.origin);
    if (signature === undefined) return;
    if (open.current !== undefined) this.#say(open.current, { signature }, out);
    else if (open.parts.size === 0) {
      const index = this.#start({ type: "reasoning", redacted: true }, out);
      out.push({ type: "delta", choice: 0, index, signature });
      this.#end(index, out);
    }
  }

  #native(open: OpenItem, item: JsonObject, out: Event[]): void {
    const called = hostedCall(item);
    if (called !== undefined) this.hostedCalls[called] = (this.hostedCalls[called] ?? 0) + 1;
    // A part that was begun under another name ends as what it was.
    if (open.current === undefined) {
      this.#whole(
        { type: "native", dialect: dialectName, value: item, origin: this.#context.origin },
        out,
      );
    }
  }

  #open(place: number, slot: Slot): OpenItem {
    let open = this.#items.get(place);
    if (open === undefined) {
      const type = slot === "summary" || slot === "full" ? "reasoning" : "message";
      open = { item: { type }, parts: new Map(), done: false };
      this.#items.set(place, open);
    }
    return open;
  }

  #part(open: OpenItem, slot: Slot, at: number, out: Event[]): OpenPart {
    const key = `${slot}${at}`;
    const known = open.parts.get(key);
    if (known !== undefined) return known;
    if (open.current !== undefined) this.#end(open.current.index, out);
    const index = this.#start(headOf(slot, open.item), out);
    const part: OpenPart = { index, said: "", citations: 0, logprobs: false };
    open.parts.set(key, part);
    open.current = part;
    const signature = this.#stateOf(slot, open.item);
    if (signature !== undefined) this.#say(part, { signature }, out);
    if (slot === "arguments") this.#calls += 1;
    else if (slot === "text") this.#texts += 1;
    else if (slot === "refusal") this.#refusals += 1;
    return part;
  }

  /** What an item says of itself is known when it begins; reasoning's state comes at its end. */
  #stateOf(slot: Slot, item: JsonObject): Opaque | undefined {
    const { origin } = this.#context;
    if (slot === "text") return itemState(restOf(item, messageFields) ?? {}, origin);
    if (slot === "arguments") return itemState(restOf(item, callFields) ?? {}, origin);
    return undefined;
  }

  #whole(head: PartHead, out: Event[]): void {
    this.#end(this.#start(head, out), out);
  }

  #start(head: PartHead, out: Event[]): number {
    this.#release(out);
    const index = this.#parts++;
    out.push({ type: "part-start", choice: 0, index, part: head });
    return index;
  }

  #say(part: OpenPart, piece: Piece, out: Event[]): void {
    out.push({ type: "delta", choice: 0, index: part.index, ...piece });
  }

  #end(index: number, out: Event[]): void {
    this.#release(out);
    this.#held = index;
  }

  #release(out: Event[]): void {
    if (this.#held === undefined) return;
    out.push({ type: "part-end", choice: 0, index: this.#held });
    this.#held = undefined;
  }
}

function isCall(item: JsonObject): boolean {
  return item.type === "function_call" || item.type === "custom_tool_call";
}

/** Throws `upstream.shape_unknown` for a call without its id or name. */
function headOf(slot: Slot, item: JsonObject): PartHead {
  switch (slot) {
    case "text":
    case "refusal":
      return { type: slot };
    case "summary":
      return { type: "reasoning", kind: "summary" };
    case "full":
      return { type: "reasoning" };
    case "arguments": {
      const id = string(item.call_id) ?? string(item.id);
      const name = string(item.name);
      if (id === undefined || name === undefined) {
        throw new Failure("upstream.shape_unknown", {
          message: "The provider's answer holds a tool call without a name or an id.",
        });
      }
      const head: PartHead = { type: "tool-call", id, name };
      if (item.type === "custom_tool_call") head.kind = "custom";
      return head;
    }
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
