/**
 * Canonical parts as the items of a response's output, each step told as OpenAI tells it. Thoughts that
 * follow one another until one has state are one reasoning item; texts of one message are one message.
 * What an item says of itself must be known when it begins, so it begins with its first content.
 */
import type { DeltaEvent, PartHead } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";
import { clientAnnotation, writeEntry } from "./citations.ts";
import { clientEncrypted, itemFields, wrap } from "./opaque.ts";
import {
  blockOf,
  bodyOf,
  deltaOf,
  emptyOf,
  type Group,
  isSummary,
  newPart,
  type OpenItem,
  type OpenPart,
  placeOf,
  prefixOf,
  where,
} from "./output-blocks.ts";
import { isContentBlock } from "./read-content.ts";
import { hostedCall } from "./usage.ts";
import { dialectName } from "./wire.ts";

/** Tells one event: its type, and its fields besides the sequence number. */
export type Tell = (type: string, fields: JsonObject) => void;

export class OutputWriter {
  /** Items in the order in which they began; undefined until done. */
  readonly items: (JsonObject | undefined)[] = [];
  /** Hosted calls that the items tell. */
  readonly hostedCalls: Record<string, number> = {};
  hasRefusal = false;
  readonly #tell: Tell;
  readonly #base: string;
  readonly #parts = new Map<number, OpenPart>();
  readonly #unfinished = new Set<OpenItem>();
  #current: OpenItem | undefined;

  /** `base` makes the ids of items that have none: the answer's id, without its prefix. */
  constructor(base: string, tell: Tell) {
    this.#base = base;
    this.#tell = tell;
  }

  start(index: number, head: PartHead): void {
    if (head.type === "native") this.#native(head);
    else if (head.type === "image") this.#image(head);
    else this.#parts.set(index, newPart(head));
  }

  /** The part as it goes on, begun; for the caller that tells its text itself. */
  begun(index: number): OpenPart | undefined {
    const part = this.#parts.get(index);
    if (part !== undefined) this.#begin(part);
    return part;
  }

  delta(event: DeltaEvent): void {
    const part = this.#parts.get(event.index);
    if (part === undefined) return;
    if (event.signature !== undefined) this.#sign(part, event.signature);
    if (event.audio !== undefined) part.audio += event.audio;
    const text = event.text ?? event.arguments ?? event.transcript ?? "";
    if (text !== "" || event.logprobs !== undefined) this.#say(part, text, event.logprobs);
    for (const citation of event.citations ?? []) {
      const item = this.#begin(part);
      const annotation = clientAnnotation(citation);
      if (annotation === undefined) {
        part.entries.push(writeEntry(citation));
        continue;
      }
      this.#tell("response.output_text.annotation.added", {
        ...where(item),
        content_index: part.at,
        annotation_index: part.annotations.length,
        annotation,
      });
      part.annotations.push(annotation);
    }
  }

  end(index: number): void {
    const part = this.#parts.get(index);
    if (part === undefined) return;
    this.#parts.delete(index);
    const item = this.#begin(part);
    this.#endPart(part, item);
    item.open -= 1;
    const signed = item.group === "reasoning" && item.state !== undefined;
    if (item.open === 0 && (item.group === "call" || signed || item.passed)) {
      this.#close(item, "completed");
    }
  }

  /** Ends what is open. `status`: that of the item which was being written last. */
  finish(status: "completed" | "incomplete"): void {
    for (const index of [...this.#parts.keys()]) this.end(index);
    for (const item of this.#unfinished) this.#close(item, status);
  }

  /** The items so far, for an answer that broke off. */
  broken(): JsonObject[] {
    for (const [index, part] of this.#parts) {
      if (part.item === undefined) this.#parts.delete(index);
    }
    this.finish("incomplete");
    return this.items.filter((item) => item !== undefined);
  }

  #begin(part: OpenPart): OpenItem {
    if (part.item !== undefined) return part.item;
    const item = this.#itemFor(part);
    part.item = item;
    item.open += 1;
    const { head } = part;
    if (head.type === "reasoning") {
      if (part.signature !== undefined) item.state = part.signature;
      if (!head.redacted) this.#beginThought(part, item);
    } else if (head.type !== "tool-call") {
      part.at = item.content.length;
      const block = blockOf(part);
      item.content.push(block);
      this.#tell("response.content_part.added", {
        ...where(item),
        content_index: part.at,
        part: block,
      });
    }
    return item;
  }

  #beginThought(part: OpenPart, item: OpenItem): void {
    const block = blockOf(part);
    const list = isSummary(part) ? item.summary : item.content;
    part.at = list.length;
    list.push(block);
    if (isSummary(part)) {
      const fields = { ...where(item), summary_index: part.at, part: block };
      this.#tell("response.reasoning_summary_part.added", fields);
    } else {
      const fields = { ...where(item), content_index: part.at, part: block };
      this.#tell("response.content_part.added", fields);
    }
  }

  /** The item to which the part belongs: the one being written, or a new one. */
  #itemFor(part: OpenPart): OpenItem {
    const { head, signature } = part;
    const fields = itemFields(signature);
    const current = this.#current;
    const group: Group =
      head.type === "reasoning" ? "reasoning" : head.type === "tool-call" ? "call" : "message";
    if (current?.group === group && group !== "call" && current.foreign.length === 0) {
      const same =
        group === "reasoning"
          ? current.state === undefined
          : head.type === "refusal" ||
            JSON.stringify(itemFields(current.state)) === JSON.stringify(fields);
      if (same) return current;
    }
    const item = this.#open(group, head, group === "reasoning" ? undefined : fields);
    if (signature !== undefined) this.#keep(item, signature);
    const begun: JsonObject = { ...item.item, ...emptyOf(group, head) };
    if (group !== "reasoning") begun.status = "in_progress";
    this.#tell("response.output_item.added", { output_index: item.place, item: begun });
    return item;
  }

  #open(group: Group, head: PartHead, fields: JsonObject | undefined): OpenItem {
    this.#pass();
    const place = this.items.length;
    const id = typeof fields?.id === "string" ? fields.id : this.#id(prefixOf(head), place);
    const item: OpenItem = {
      place,
      id,
      group,
      item: { ...bodyOf(head), ...fields, id },
      content: [],
      summary: [],
      open: 0,
      passed: false,
      foreign: [],
    };
    this.items.push(undefined);
    this.#unfinished.add(item);
    this.#current = item;
    return item;
  }

  /** Another item begins: the one before is done, unless a part of it is still open. */
  #pass(): void {
    const before = this.#current;
    this.#current = undefined;
    if (before === undefined || !this.#unfinished.has(before)) return;
    before.passed = true;
    if (before.open === 0) this.#close(before, "completed");
  }

  #sign(part: OpenPart, signature: Opaque): void {
    part.signature = signature;
    if (part.item !== undefined) this.#keep(part.item, signature);
  }

  #keep(item: OpenItem, signature: Opaque): void {
    if (item.group === "reasoning" || itemFields(signature) !== undefined) item.state = signature;
    else item.foreign.push(signature);
  }

  #say(part: OpenPart, text: string, logprobs: Json[] | undefined): void {
    const item = this.#begin(part);
    part.text += text;
    if (logprobs !== undefined) part.logprobs.push(...logprobs);
    const fields: JsonObject = { ...where(item), ...placeOf(part), delta: text };
    if (deltaOf(part) === "response.output_text.delta") fields.logprobs = logprobs ?? [];
    this.#tell(deltaOf(part), fields);
  }

  #endPart(part: OpenPart, item: OpenItem): void {
    const { head, text } = part;
    const at = { ...where(item), ...placeOf(part) };
    const tell = (type: string, fields: JsonObject) => this.#tell(type, { ...at, ...fields });
    const block = blockOf(part);
    switch (head.type) {
      case "tool-call":
        if (head.kind === "custom") {
          item.item.input = text;
          tell("response.custom_tool_call_input.done", { input: text });
        } else {
          item.item.arguments = text;
          tell("response.function_call_arguments.done", { arguments: text });
        }
        return;
      case "reasoning":
        if (head.redacted) return;
        if (isSummary(part)) {
          item.summary[part.at] = block;
          tell("response.reasoning_summary_text.done", { text });
          tell("response.reasoning_summary_part.done", { part: block });
          return;
        }
        tell("response.reasoning_text.done", { text });
        break;
      case "refusal":
        this.hasRefusal = true;
        tell("response.refusal.done", { refusal: text });
        break;
      default:
        tell("response.output_text.done", { text, logprobs: part.logprobs });
    }
    item.content[part.at] = block;
    tell("response.content_part.done", { part: block });
  }

  #close(item: OpenItem, status: "completed" | "incomplete"): void {
    this.#unfinished.delete(item);
    if (this.#current === item) this.#current = undefined;
    const body: JsonObject = { ...item.item };
    if (item.group === "reasoning") {
      body.summary = item.summary;
      if (item.content.length > 0) body.content = item.content;
      const [thought] = item.content.length === 1 ? item.content : [];
      const text = typeof thought?.text === "string" ? thought.text : undefined;
      const encrypted = item.state && clientEncrypted(item.state, text);
      if (encrypted !== undefined) body.encrypted_content = encrypted;
    } else body.status = status;
    if (item.group === "message") body.content = item.content;
    this.items[item.place] = body;
    this.#tell("response.output_item.done", { output_index: item.place, item: body });
    for (const opaque of item.foreign) this.#state(wrap({ as: "signature", opaque }));
  }

  #native(head: Extract<PartHead, { type: "native" }>): void {
    const { dialect, value, origin } = head;
    if (dialect === dialectName && !isContentBlock(value.type)) {
      const name = hostedCall(value);
      if (name !== undefined) this.hostedCalls[name] = (this.hostedCalls[name] ?? 0) + 1;
      this.#whole(value);
      return;
    }
    const part = { type: "native" as const, dialect, value };
    this.#state(wrap({ as: "native", part: origin === undefined ? part : { ...part, origin } }));
  }

  /** As the hosted tool that makes images tells them; one by address has no field there. */
  #image({ source, signature }: Extract<PartHead, { type: "image" }>): void {
    const item: JsonObject = { type: "image_generation_call", status: "completed", result: null };
    if (source.kind === "bytes") {
      item.result = source.data;
      item.output_format = source.mediaType.replace("image/", "");
    } else if (source.kind === "url") item.provider_image = { url: source.url };
    else if (source.kind === "provider-file") item.provider_image = { file_id: source.id };
    this.#whole(item);
    if (signature !== undefined) this.#state(wrap({ as: "signature", opaque: signature }));
  }

  #state(encrypted: string): void {
    this.#whole({ type: "reasoning", summary: [], encrypted_content: encrypted });
  }

  #whole(value: JsonObject): void {
    this.#pass();
    const place = this.items.length;
    const known = typeof value.id === "string" && value.id !== "";
    const prefix =
      value.type === "reasoning" ? "rs" : value.type === "image_generation_call" ? "ig" : "item";
    const item = known ? value : { ...value, id: this.#id(prefix, place) };
    this.items.push(item);
    this.#tell("response.output_item.added", { output_index: place, item });
    this.#tell("response.output_item.done", { output_index: place, item });
  }

  #id(prefix: string, place: number): string {
    return `${prefix}_prl_${this.#base}_${place}`;
  }
}
