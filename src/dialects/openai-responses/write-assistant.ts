/** One turn of the assistant as items: reasoning, messages, calls, and hosted tools' items in their order. */
import type { JsonObject } from "../../core/json.ts";
import type { Opaque, Part, ReasoningPart, RefusalPart, TextPart } from "../../core/request.ts";
import { writeAnnotation } from "./citations.ts";
import { isFrom, itemFields } from "./opaque.ts";
import { writeImage, writeMark, writePart } from "./write-content.ts";
import { notExpressible, type Writing } from "./writing.ts";

export function writeAssistant(
  parts: readonly Part[],
  path: string,
  writing: Writing,
): JsonObject[] {
  const writer = new AssistantWriter(path, writing);
  for (const part of parts) writer.take(part);
  return writer.finish();
}

class AssistantWriter {
  readonly #path: string;
  readonly #writing: Writing;
  readonly #items: JsonObject[] = [];
  /** Images, which only a user's message can hold. */
  readonly #images: JsonObject[] = [];
  /** Thoughts of one item: the last of them has its state. */
  #thoughts: ReasoningPart[] = [];
  /** Text of one message. */
  #said: (TextPart | RefusalPart)[] = [];
  #state: JsonObject | undefined;

  constructor(path: string, writing: Writing) {
    this.#path = path;
    this.#writing = writing;
  }

  take(part: Part): void {
    if (part.type === "reasoning") {
      this.#message();
      this.#thoughts.push(part);
      if (part.signature !== undefined) this.#reasoning();
      return;
    }
    this.#reasoning();
    if (part.type === "text") {
      const state = this.#own(part.signature);
      // Only what a provider gave one id is one message.
      const same = state?.id !== undefined && JSON.stringify(state) === JSON.stringify(this.#state);
      if (!same && this.#said.some(({ type }) => type === "text")) this.#message();
      this.#state = state;
      this.#said.push(part);
      return;
    }
    if (part.type === "refusal") {
      this.#said.push(part);
      return;
    }
    this.#message();
    this.#other(part);
  }

  finish(): JsonObject[] {
    this.#reasoning();
    this.#message();
    if (!this.#writing.own) pairIds(this.#items, this.#path, this.#writing);
    if (this.#images.length > 0) {
      const text = "Images of the answer before:";
      this.#items.push({
        type: "message",
        role: "user",
        content: [{ type: "input_text", text }, ...this.#images],
      });
      this.#writing.warn(
        "images_moved",
        "Images of earlier answers were sent in a user message after them.",
        this.#path,
      );
    }
    return this.#items;
  }

  #other(part: Exclude<Part, ReasoningPart | TextPart | RefusalPart>): void {
    switch (part.type) {
      case "tool-call": {
        const call: JsonObject =
          part.kind === "custom"
            ? {
                type: "custom_tool_call",
                call_id: this.#writing.callId(part.id),
                name: part.name,
                input: part.arguments,
              }
            : {
                type: "function_call",
                call_id: this.#writing.callId(part.id),
                name: part.name,
                arguments: part.arguments,
              };
        writeMark(part.cache, this.#writing);
        this.#items.push({ ...call, ...this.#own(part.signature) });
        return;
      }
      case "native": {
        const item = writePart(part, this.#path, this.#writing);
        if (item !== undefined) this.#items.push(item);
        return;
      }
      case "image":
        this.#images.push(writeImage(part, this.#path, this.#writing));
        return;
      case "audio":
        if (part.transcript === undefined) {
          throw notExpressible(
            this.#path,
            "A spoken answer without transcript cannot be sent back",
          );
        }
        this.#writing.warn(
          "audio_as_transcript",
          "An earlier spoken answer was sent as its transcript.",
        );
        this.#said.push({ type: "text", text: part.transcript });
        return;
      default:
        throw notExpressible(this.#path, `A ${part.type} cannot stand here`);
    }
  }

  /** The item's own fields, where its maker is the receiver. */
  #own(state: Opaque | undefined): JsonObject | undefined {
    if (state === undefined) return undefined;
    const fields = itemFields(state);
    if (fields !== undefined && isFrom(state.origin, this.#writing.context.origin)) return fields;
    this.#writing.warnState(this.#path);
    return undefined;
  }

  #reasoning(): void {
    const thoughts = this.#thoughts;
    if (thoughts.length === 0) return;
    this.#thoughts = [];
    const summary: JsonObject[] = [];
    const content: JsonObject[] = [];
    for (const { text, kind, redacted } of thoughts) {
      if (kind === "summary") summary.push({ type: "summary_text", text });
      else if (!redacted) content.push({ type: "reasoning_text", text });
    }
    const state = thoughts.at(-1)?.signature;
    const item: JsonObject = { type: "reasoning", summary };
    if (content.length > 0) item.content = content;
    if (state !== undefined && this.#mine(state)) {
      const fields = itemFields(state);
      if (fields !== undefined) Object.assign(item, fields);
      else {
        if (state.id !== undefined) item.id = state.id;
        item.encrypted_content = state.value;
      }
    } else {
      if (state !== undefined) this.#writing.warnState(this.#path);
      const takesText =
        this.#writing.own || this.#writing.context.manners?.reasoningBack === "field";
      if (!takesText || thoughts.every(({ text }) => text === "")) {
        if (state === undefined) this.#warnThought();
        return;
      }
    }
    this.#items.push(item);
  }

  #mine(state: Opaque): boolean {
    return (
      (state.kind === "encrypted" || itemFields(state) !== undefined) &&
      isFrom(state.origin, this.#writing.context.origin)
    );
  }

  #warnThought(): void {
    this.#writing.warn(
      "reasoning_dropped",
      "This provider takes the reasoning of earlier turns only with its own state; it was left out.",
      this.#path,
    );
  }

  #message(): void {
    const parts = this.#said;
    if (parts.length === 0) return;
    this.#said = [];
    const fields = this.#state;
    this.#state = undefined;
    const content = parts.map((part) => this.#text(part));
    const [only] = content;
    const plain = content.length === 1 && parts[0]?.type === "text" && !only?.annotations;
    if (fields?.id === undefined) {
      const said = plain && only?.text !== undefined ? only.text : content;
      this.#items.push({ type: "message", role: "assistant", content: said, ...fields });
      return;
    }
    for (const part of content) if (part.type === "output_text") part.annotations ??= [];
    this.#items.push({
      type: "message",
      role: "assistant",
      status: "completed",
      content,
      ...fields,
    });
  }

  #text(part: TextPart | RefusalPart): JsonObject {
    if (part.type === "refusal") return { type: "refusal", refusal: part.text };
    const text: JsonObject = { type: "output_text", text: part.text };
    writeMark(part.cache, this.#writing);
    if (part.citations === undefined) return text;
    const annotations = part.citations.map(writeAnnotation).filter((each) => each !== undefined);
    if (annotations.length > 0) text.annotations = annotations;
    if (annotations.length < part.citations.length) {
      this.#writing.warn(
        "citations_dropped",
        "Citations of earlier answers that are no annotations here were left out.",
        this.#path,
      );
    }
    return text;
  }
}

/**
 * The API refuses a reasoning item by id without the item that followed it, and an item by id without its
 * reasoning. A client of another format may have kept one and lost the other: then ids are left out, and
 * reasoning that nothing follows is too.
 * https://developers.openai.com/api/docs/guides/reasoning#keeping-reasoning-items-in-context
 */
function pairIds(items: JsonObject[], path: string, writing: Writing): void {
  const followers = items.map((item, index) =>
    item.type === "reasoning"
      ? items.slice(index + 1).find(({ type }) => type !== "reasoning")
      : item,
  );
  const kept = new Set<JsonObject>();
  for (const [index, item] of items.entries()) {
    const follower = followers[index];
    if (item.type !== "reasoning" || item.id === undefined || follower === undefined) continue;
    if (follower.id === undefined) delete item.id;
    else kept.add(item);
  }
  for (const [index, item] of [...items.entries()].reverse()) {
    if (item.type !== "reasoning") {
      if (kept.size === 0 && isOutput(item)) dropId(item);
      continue;
    }
    if (followers[index] !== undefined) continue;
    items.splice(index, 1);
    writing.warn(
      "reasoning_dropped",
      "Reasoning that no text and no call followed was left out: it would be refused.",
      path,
    );
  }
}

function isOutput({ type, role }: JsonObject): boolean {
  return type === "function_call" || type === "custom_tool_call" || role === "assistant";
}

/** A message by id has a status; without id it is the easy form. */
function dropId(item: JsonObject): void {
  delete item.id;
  if (item.type !== "message") return;
  delete item.status;
  const { content } = item;
  const [only] = Array.isArray(content) && content.length === 1 ? content : [];
  if (only instanceof Object && !Array.isArray(only) && only.type === "output_text") {
    const { annotations, text } = only;
    const cited = Array.isArray(annotations) && annotations.length > 0;
    if (!cited && text !== undefined) item.content = text;
  }
}
