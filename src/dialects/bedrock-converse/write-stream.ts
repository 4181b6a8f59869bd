/**
 * A ConverseStream answer for a client, as the text of its bytes (`binaryText`).
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import type { DeltaEvent, Event, FinishEvent, PartHead } from "../../core/events.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import { binaryText, encodeEvent, encodeException } from "../aws-eventstream.ts";
import type { StreamWriter } from "../dialect.ts";
import { writeCitation } from "./citations.ts";
import { writeName } from "./names.ts";
import { stopReason } from "./stop-reasons.ts";
import { writeUsage } from "./usage.ts";
import { writeSignature } from "./wire.ts";
import { ownExtra, tierOf } from "./write-answer.ts";
import {
  audioBlock,
  imageBlock,
  nativeBlock,
  redactedContent,
  stateBlock,
} from "./write-content.ts";

/** A part that is being written, in a block of its own. */
interface Open {
  block: number;
  head: PartHead;
  signature?: Opaque;
  audio: string;
  transcript: string;
}

/** Fields that stand beside `stopReason`; the others of the answer come after it, in `metadata`. */
const inStop: ReadonlySet<string> = new Set(["additionalModelResponseFields"]);

export class ConverseWriter implements StreamWriter {
  readonly #open = new Map<number, Open>();
  #begun = false;
  #blocks = 0;
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;

  write(event: Event): string {
    switch (event.type) {
      case "start":
        return this.#begin();
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        // Sent at the end: usage may come after it.
        if (event.choice === 0) this.#finish = event;
        return "";
      default:
        return event.choice === 0 ? this.#begin() + this.#part(event) : "";
    }
  }

  end(): string {
    const finish = this.#finish;
    // Without a reason there is no end to tell.
    if (finish === undefined) return "";
    let text = this.#begin();
    for (const index of [...this.#open.keys()]) text += this.#close(index);
    const stop: JsonObject = { stopReason: stopReason(finish) };
    const metadata: JsonObject = { usage: writeUsage(this.#usage), ...tierOf(this.#usage) };
    for (const [key, value] of Object.entries(ownExtra(finish) ?? {})) {
      (inStop.has(key) ? stop : metadata)[key] = value;
    }
    return `${text}${event("messageStop", stop)}${event("metadata", metadata)}`;
  }

  /** An exception, and no `messageStop`: what broke off never looks finished. */
  fail(error: Record<string, unknown>): string {
    const inner = isObject(error.error) ? error.error : error;
    const message = typeof inner.message === "string" ? inner.message : "The answer broke off.";
    const payload: JsonObject = JSON.parse(JSON.stringify({ ...error, message }));
    return binaryText(encodeException("modelStreamErrorException", payload));
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    return event("messageStart", { role: "assistant" });
  }

  #part(part: Extract<Event, { index: number }>): string {
    switch (part.type) {
      case "part-start":
        return this.#start(part.index, part.part);
      case "delta": {
        const open = this.#open.get(part.index);
        return open === undefined ? "" : this.#delta(open, part);
      }
      case "part-end":
        return this.#close(part.index);
    }
  }

  #start(index: number, head: PartHead): string {
    const open: Open = { block: this.#blocks++, head, audio: "", transcript: "" };
    if (head.type === "image" && head.signature !== undefined) open.signature = head.signature;
    this.#open.set(index, open);
    if (head.type !== "tool-call") return "";
    const name = writeName(head.name, "output.message.content");
    return event("contentBlockStart", {
      contentBlockIndex: open.block,
      start: { toolUse: { toolUseId: head.id, name } },
    });
  }

  #delta(open: Open, delta: DeltaEvent): string {
    const { head, block } = open;
    let text = "";
    if (delta.signature !== undefined) open.signature = delta.signature;
    const isThought = head.type === "reasoning";
    if (delta.text !== undefined && delta.text !== "") {
      text += piece(
        block,
        isThought ? { reasoningContent: { text: delta.text } } : { text: delta.text },
      );
    }
    if (delta.signature !== undefined && isThought && head.redacted !== true) {
      text += piece(block, { reasoningContent: { signature: writeSignature(delta.signature) } });
    }
    if (delta.arguments !== undefined && delta.arguments !== "") {
      text += piece(block, { toolUse: { input: delta.arguments } });
    }
    for (const citation of delta.citations ?? []) {
      text += piece(block, { citation: writeCitation(citation) });
    }
    open.audio += delta.audio ?? "";
    open.transcript += delta.transcript ?? "";
    return text;
  }

  #close(index: number): string {
    const open = this.#open.get(index);
    if (open === undefined) return "";
    this.#open.delete(index);
    const { head, signature, block } = open;
    let text = "";
    switch (head.type) {
      case "reasoning":
        if (head.redacted === true) {
          text += piece(block, {
            reasoningContent: { redactedContent: redactedContent(signature) },
          });
        }
        break;
      case "image":
        text += wholePieces(block, imageBlock(head.source));
        break;
      case "audio":
        text += wholePieces(block, audioBlock(head.mediaType, open.audio));
        break;
      case "native":
        text += wholePieces(block, nativeBlock(head));
        break;
      default:
        break;
    }
    text += event("contentBlockStop", { contentBlockIndex: block });
    if (open.transcript !== "") text += this.#whole({ text: open.transcript });
    if (signature !== undefined && head.type !== "reasoning")
      text += this.#whole(stateBlock(signature));
    return text;
  }

  #whole(value: JsonObject): string {
    const block = this.#blocks++;
    return wholePieces(block, value) + event("contentBlockStop", { contentBlockIndex: block });
  }
}

/** A whole block in the pieces that a stream has for its kind. */
function wholePieces(block: number, value: JsonObject): string {
  const [kind, inner] = Object.entries(value)[0] ?? [];
  if (kind === undefined || !isObject(inner)) return piece(block, value);
  if (kind === "reasoningContent") return piece(block, value);
  const start = (fields: JsonObject) =>
    event("contentBlockStart", { contentBlockIndex: block, start: { [kind]: fields } });
  if (kind === "toolUse") {
    const { input, ...rest } = inner;
    return start(rest) + piece(block, { toolUse: { input: JSON.stringify(input ?? {}) } });
  }
  if (kind === "toolResult" && Array.isArray(inner.content)) {
    const { content, ...rest } = inner;
    return start(rest) + piece(block, { toolResult: content });
  }
  if (kind === "image" || kind === "audio") {
    const { source, ...rest } = inner;
    return start(rest) + piece(block, { [kind]: { source: source ?? null } });
  }
  return start(inner);
}

function piece(block: number, delta: JsonObject): string {
  return event("contentBlockDelta", { contentBlockIndex: block, delta });
}

function event(type: string, payload: JsonObject): string {
  return binaryText(encodeEvent(type, payload));
}
