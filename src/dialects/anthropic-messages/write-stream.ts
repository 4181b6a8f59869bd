/**
 * A Messages stream for a client: `message_start`, one block after the other, `message_delta`,
 * `message_stop`. https://platform.claude.com/docs/en/build-with-claude/streaming
 */
import type { DeltaEvent, Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import { writeCitation } from "./citations.ts";
import { TOOL_USE_FIELDS } from "./read-blocks.ts";
import { stopReason } from "./stop-reasons.ts";
import { writeUsage } from "./usage.ts";
import { messageHead, ownExtra } from "./write-answer.ts";
import {
  audioBlock,
  imageBlock,
  nativeBlock,
  redactedBlock,
  signatureField,
  stateBlock,
  toolUseBlock,
} from "./write-content.ts";

/** The part whose block is being written. */
interface Current {
  index: number;
  head: PartHead;
  /** Its `content_block_start` is sent. Blocks whose start holds more than their kind wait for it. */
  begun: boolean;
  signature?: Opaque;
  audio: string;
  transcript: string;
}

const PING = 'event: ping\ndata: {"type":"ping"}\n\n';

/** Fields of a finish that stand in `delta`; all others stand beside it. */
const inDelta: ReadonlySet<string> = new Set(["stop_details", "container"]);

export class MessagesWriter implements StreamWriter {
  readonly #context: AnswerContext;
  #start: StartEvent | undefined;
  #begun = false;
  #pinged = false;
  #block = 0;
  #current: Current | undefined;
  /** Parts that have begun, by index: one whose block was closed for another goes on in a new block. */
  readonly #heads = new Map<number, PartHead>();
  /** Events of other parts that wait for a tool call's end, because its text cannot go on in another block. */
  #waiting: Event[] = [];
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  write(event: Event): string {
    switch (event.type) {
      case "delta":
      case "part-start":
      case "part-end":
        return event.choice === 0 ? this.#begin() + this.#part(event) : "";
      case "start":
        // Sent with the next event, which may bring the input tokens that it tells.
        this.#start = event;
        return "";
      case "usage":
        this.#usage = event.usage;
        return this.#begin();
      case "finish":
        // Sent at the end: usage may come after it.
        if (event.choice === 0) this.#finish = event;
        return "";
    }
  }

  end(): string {
    const finish = this.#finish;
    // Without a reason there is no end to tell.
    if (finish === undefined) return "";
    let text = this.#begin();
    if (this.#current !== undefined) text += this.#close(this.#current);
    text += this.#flush();
    if (this.#current !== undefined) text += this.#close(this.#current);
    return `${text}${this.#messageDelta(finish)}event: message_stop\ndata: {"type":"message_stop"}\n\n`;
  }

  /** `event: error`, and no `message_stop`: what broke off never looks finished. */
  fail(error: Record<string, unknown>): string {
    return `event: error\ndata: ${JSON.stringify(error)}\n\n`;
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const message: JsonObject = {
      ...messageHead(this.#start, this.#context),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage(this.#usage),
      ...ownExtra(this.#start),
    };
    return frame("message_start", { type: "message_start", message });
  }

  #messageDelta(finish: FinishEvent): string {
    const delta: JsonObject = {
      stop_reason: stopReason(finish),
      stop_sequence: finish.stopSequence ?? null,
    };
    const data: JsonObject = { type: "message_delta", delta, usage: writeUsage(this.#usage) };
    for (const [key, value] of Object.entries(ownExtra(finish) ?? {})) {
      (inDelta.has(key) ? delta : data)[key] = value;
    }
    return frame("message_delta", data);
  }

  #part(event: Extract<Event, { index: number }>): string {
    const current = this.#current;
    if (current !== undefined && current.index !== event.index) {
      if (current.head.type === "tool-call" || current.head.type === "audio") {
        this.#waiting.push(event);
        return "";
      }
      // Blocks come one after the other: the part that was being written goes on in another, if it does.
      if (event.type === "part-end") return "";
      return this.#close(current) + this.#part(event);
    }
    switch (event.type) {
      case "part-start":
        this.#heads.set(event.index, event.part);
        return this.#open(event.index, event.part);
      case "delta": {
        const reopened = current === undefined ? this.#reopen(event.index) : "";
        return this.#current === undefined
          ? reopened
          : reopened + this.#delta(this.#current, event);
      }
      case "part-end":
        return current === undefined ? "" : this.#close(current) + this.#flush();
    }
  }

  #flush(): string {
    const waiting = this.#waiting;
    if (waiting.length === 0) return "";
    this.#waiting = [];
    let text = "";
    for (const event of waiting) if ("index" in event) text += this.#part(event);
    return text;
  }

  #reopen(index: number): string {
    const head = this.#heads.get(index);
    return head === undefined ? "" : this.#open(index, head);
  }

  #open(index: number, head: PartHead): string {
    const current: Current = { index, head, begun: false, audio: "", transcript: "" };
    if (head.type === "image" && head.signature !== undefined) current.signature = head.signature;
    this.#current = current;
    return head.type === "text" || head.type === "refusal" || isThought(head)
      ? this.#startBlock(current)
      : "";
  }

  /** The block's start, with what is known of it by now. */
  #startBlock(current: Current): string {
    current.begun = true;
    const start = frame("content_block_start", {
      type: "content_block_start",
      index: this.#block,
      content_block: startOf(current),
    });
    if (this.#pinged) return start;
    this.#pinged = true;
    return start + PING;
  }

  #delta(current: Current, event: DeltaEvent): string {
    const { head } = current;
    let text = "";
    if (event.signature !== undefined) {
      current.signature = event.signature;
      if (isThought(head)) {
        text += this.#piece({
          type: "signature_delta",
          signature: signatureField(event.signature),
        });
      }
    }
    if (event.text !== undefined && event.text !== "") {
      text += isThought(head)
        ? this.#piece({ type: "thinking_delta", thinking: event.text })
        : this.#textPiece(event.text);
    }
    if (event.arguments !== undefined && event.arguments !== "") {
      if (!current.begun) text += this.#startBlock(current);
      text += this.#piece({ type: "input_json_delta", partial_json: event.arguments });
    }
    for (const cited of event.citations ?? []) {
      const citation = writeCitation(cited);
      if (citation !== undefined) text += this.#piece({ type: "citations_delta", citation });
    }
    current.audio += event.audio ?? "";
    current.transcript += event.transcript ?? "";
    return text;
  }

  #textPiece(text: string): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#block},"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`;
  }

  #piece(delta: JsonObject): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#block},"delta":${JSON.stringify(delta)}}\n\n`;
  }

  #close(current: Current): string {
    const { head, signature } = current;
    const start = current.begun ? "" : this.#startBlock(current);
    this.#current = undefined;
    let text = `${start}event: content_block_stop\ndata: {"type":"content_block_stop","index":${this.#block}}\n\n`;
    this.#block += 1;
    const held = head.type === "reasoning" || signature?.kind === TOOL_USE_FIELDS;
    if (signature !== undefined && !held) text += this.#whole(stateBlock(signature));
    return text;
  }

  /** A block that its start holds whole. */
  #whole(block: JsonObject): string {
    const index = this.#block++;
    return `${frame("content_block_start", {
      type: "content_block_start",
      index,
      content_block: block,
    })}event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`;
  }
}

/** A thought that is shown, and so can grow. */
function isThought(head: PartHead): boolean {
  return head.type === "reasoning" && head.redacted !== true;
}

function startOf(current: Current): JsonObject {
  const { head, signature } = current;
  switch (head.type) {
    case "text":
    case "refusal":
      return { type: "text", text: "" };
    case "reasoning":
      if (head.redacted === true) return redactedBlock(signature);
      return { type: "thinking", thinking: "", signature: "" };
    case "tool-call":
      return toolUseBlock(head, {}, signature);
    case "image":
      return imageBlock(head.source);
    case "audio":
      return audioBlock(head, current.audio, current.transcript);
    case "native":
      return nativeBlock(head);
  }
}

function frame(event: string, data: Json): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
