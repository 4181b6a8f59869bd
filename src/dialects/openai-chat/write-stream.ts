/** A stream as OpenAI's API gives it (https://platform.openai.com/docs/api-reference/chat-streaming). */
import type {
  DeltaEvent,
  Event,
  FinishEvent,
  PartHead,
  PartStartEvent,
  StartEvent,
} from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ReasoningPart } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import {
  keptMessageFields,
  writeFinishFields,
  writeHead,
  writeImagePart,
  writeKept,
  writeNativePart,
} from "./answer-parts.ts";
import { writeCitations } from "./citations.ts";
import { writeFinish } from "./finish.ts";
import { writeDetails, writeExtraContent } from "./opaque.ts";
import { writeUsage } from "./usage.ts";

export function writeStream(context: AnswerContext): StreamWriter {
  return new ChatStreamWriter(context);
}

interface OpenPart {
  head: PartHead;
  /** A tool call's place among the choice's calls. */
  call: number;
  thought?: Omit<ReasoningPart, "type">;
}

interface OpenChoice {
  parts: Map<number, OpenPart>;
  calls: number;
  refused: boolean;
  /** Thoughts ended so far that are not in `reasoning_details` yet. */
  thoughts: Omit<ReasoningPart, "type">[];
  details: number;
  /** Whether thoughts must be told in `reasoning_details` too. */
  signed: boolean;
}

class ChatStreamWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #choices = new Map<number, OpenChoice>();
  #start: StartEvent | undefined;
  #usage: Usage | undefined;
  /** Every chunk up to its choices, and what follows them: the same for the whole stream. */
  #head = "";
  #tail = "";

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#setHead(this.#fields());
  }

  write(event: Event): string {
    switch (event.type) {
      case "delta":
        return this.#delta(event);
      case "start":
        this.#start = event;
        this.#setHead(this.#fields());
        return "";
      case "part-start":
        return this.#begin(event);
      case "part-end":
        return this.#endPart(event.choice, event.index);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        return this.#finish(event);
    }
  }

  end(): string {
    const done = "data: [DONE]\n\n";
    if (!this.#context.streamUsage || this.#usage === undefined) return done;
    const chunk: JsonObject = {
      ...repeated(this.#fields()),
      choices: [],
      usage: writeUsage(this.#usage),
    };
    if (this.#usage.serviceTier !== undefined) chunk.service_tier = this.#usage.serviceTier;
    return `data: ${JSON.stringify(chunk)}\n\n${done}`;
  }

  fail(error: Record<string, unknown>): string {
    return `data: ${JSON.stringify(error)}\n\ndata: [DONE]\n\n`;
  }

  #fields(): JsonObject {
    return {
      ...writeHead("chat.completion.chunk", this.#start, this.#context),
      ...writeKept(this.#start?.extra),
    };
  }

  #setHead(fields: JsonObject): void {
    this.#head = `data: ${JSON.stringify(fields).slice(0, -1)},"choices":[{"index":`;
    // Where usage is asked for, OpenAI's chunks say null until it comes.
    this.#tail = this.#context.streamUsage ? '}],"usage":null}\n\n' : "}]}\n\n";
  }

  #chunk(choice: number, delta: string, logprobs = "null"): string {
    return `${this.#head}${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":null${this.#tail}`;
  }

  /** The choice's state, and the chunk that names the role where it has just begun. */
  #open(index: number, content: '""' | "null"): { choice: OpenChoice; role: string } {
    const known = this.#choices.get(index);
    if (known !== undefined) return { choice: known, role: "" };
    const choice: OpenChoice = {
      parts: new Map(),
      calls: 0,
      refused: false,
      thoughts: [],
      details: 0,
      signed: false,
    };
    this.#choices.set(index, choice);
    const delta = `{"role":"assistant","content":${content},"refusal":null}`;
    const role = this.#chunk(index, delta);
    if (this.#choices.size > 1) return { choice, role };
    // What was said of the whole answer stands in the first chunk; later ones repeat its short fields.
    this.#setHead(repeated(this.#fields()));
    return { choice, role };
  }

  #begin({ choice: index, index: part, part: head }: PartStartEvent): string {
    const { choice, role } = this.#open(index, head.type === "text" ? '""' : "null");
    const open: OpenPart = { head, call: 0 };
    choice.parts.set(part, open);
    switch (head.type) {
      case "reasoning":
        open.thought = { text: "" };
        if (head.kind !== undefined) open.thought.kind = head.kind;
        return role + this.#announce(index, choice, head.kind);
      case "tool-call": {
        open.call = choice.calls++;
        const { id, name } = head;
        const call =
          head.kind === "custom"
            ? { index: open.call, id, type: "custom", custom: { name, input: "" } }
            : { index: open.call, id, type: "function", function: { name, arguments: "" } };
        return role + this.#chunk(index, `{"tool_calls":[${JSON.stringify(call)}]}`);
      }
      case "image":
        return role + this.#chunk(index, JSON.stringify({ images: [writeImagePart(head)] }));
      case "native":
        return (
          role + this.#chunk(index, JSON.stringify({ provider_parts: [writeNativePart(head)] }))
        );
      case "audio": {
        const audio: JsonObject = {};
        if (head.id !== undefined) audio.id = head.id;
        if (head.expiresAt !== undefined) audio.expires_at = head.expiresAt;
        return role + this.#chunk(index, JSON.stringify({ audio }));
      }
      case "refusal":
        choice.refused = true;
        return role;
      case "text":
        return role;
    }
  }

  /** Says before its text that another thought begins, or that it is a summary: the plain field cannot. */
  #announce(index: number, choice: OpenChoice, kind: "full" | "summary" | undefined): string {
    const place = choice.details + choice.thoughts.length;
    if (place === 0 && kind !== "summary") return "";
    const [entry] = writeDetails(kind === "summary" ? { text: "", kind } : { text: "" }, place);
    return this.#chunk(index, JSON.stringify({ reasoning_details: [entry] }));
  }

  #delta(event: DeltaEvent): string {
    const open = this.#choices.get(event.choice)?.parts.get(event.index);
    if (open === undefined) return "";
    const { text } = event;
    switch (open.head.type) {
      case "text": {
        const piece =
          text === undefined && event.logprobs === undefined
            ? ""
            : this.#chunk(
                event.choice,
                `{"content":${JSON.stringify(text ?? "")}}`,
                event.logprobs && JSON.stringify({ content: event.logprobs, refusal: null }),
              );
        return piece + this.#beside(event);
      }
      case "refusal":
        return this.#chunk(
          event.choice,
          `{"refusal":${JSON.stringify(text ?? "")}}`,
          event.logprobs && JSON.stringify({ content: null, refusal: event.logprobs }),
        );
      case "reasoning":
        if (open.thought !== undefined) {
          if (event.signature !== undefined) open.thought.signature = event.signature;
          if (text !== undefined) open.thought.text += text;
        }
        if (!text) return "";
        return this.#chunk(event.choice, `{"reasoning_content":${JSON.stringify(text)}}`);
      case "tool-call":
        return this.#callDelta(event, open);
      case "audio": {
        const audio: JsonObject = {};
        if (event.audio !== undefined) audio.data = event.audio;
        if (event.transcript !== undefined) audio.transcript = event.transcript;
        return this.#chunk(event.choice, JSON.stringify({ audio }));
      }
      default:
        return "";
    }
  }

  /** Citations and state of a piece of text. */
  #beside({ choice, citations, signature }: DeltaEvent): string {
    if (citations === undefined && signature === undefined) return "";
    const delta = { ...(citations && writeCitations(citations)) };
    const extra = signature && { extra_content: writeExtraContent(signature) };
    return this.#chunk(choice, JSON.stringify({ ...delta, ...extra }));
  }

  #callDelta({ choice, arguments: text, signature }: DeltaEvent, open: OpenPart): string {
    let written = "";
    if (text !== undefined) {
      const custom = open.head.type === "tool-call" && open.head.kind === "custom";
      const body = custom
        ? `"custom":{"input":${JSON.stringify(text)}}`
        : `"function":{"arguments":${JSON.stringify(text)}}`;
      written = this.#chunk(choice, `{"tool_calls":[{"index":${open.call},${body}}]}`);
    }
    if (signature === undefined) return written;
    const call = { index: open.call, extra_content: writeExtraContent(signature) };
    return written + this.#chunk(choice, JSON.stringify({ tool_calls: [call] }));
  }

  /**
   * A thought that has state is told in `reasoning_details` whole, at its end: a client that joins the
   * entries by index has text and signature together, and no text is sent twice where there is no state.
   */
  #endPart(index: number, part: number): string {
    const choice = this.#choices.get(index);
    const thought = choice?.parts.get(part)?.thought;
    if (choice === undefined || thought === undefined) return "";
    choice.parts.delete(part);
    choice.thoughts.push(thought);
    choice.signed ||= thought.signature !== undefined || thought.kind === "summary";
    if (!choice.signed) return "";
    const entries = choice.thoughts.flatMap((each) => writeDetails(each, choice.details++));
    choice.thoughts = [];
    return this.#chunk(index, JSON.stringify({ reasoning_details: entries }));
  }

  #finish(event: FinishEvent): string {
    const { choice, role } = this.#open(event.choice, '""');
    let rest = "";
    for (const part of [...choice.parts.keys()]) rest += this.#endPart(event.choice, part);
    const word = writeFinish(event.reason, choice.refused);
    const chunk: JsonObject = {
      ...repeated(this.#fields()),
      ...writeKept(event.answerExtra),
      choices: [
        {
          index: event.choice,
          delta: keptMessageFields(event),
          logprobs: null,
          finish_reason: word,
          ...writeFinishFields(event, word),
        },
      ],
    };
    if (this.#context.streamUsage) chunk.usage = null;
    return `${role}${rest}data: ${JSON.stringify(chunk)}\n\n`;
  }
}

function repeated(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !(value instanceof Object)),
  );
}
