/** A stream for a client. https://docs.cohere.com/docs/streaming */
import type { DeltaEvent, Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import { writeCitation } from "./citations.ts";
import { writeUsage } from "./usage.ts";
import { finishWord, isPlan, writeLogprobs } from "./wire.ts";
import { ownExtra } from "./write-answer.ts";
import { audioItem, itemStart, stateField } from "./write-content.ts";

/** A part that is being written. */
interface Open {
  head: PartHead;
  /** Content items and calls are counted apart. Absent: not begun, or the plan, which has none. */
  at?: number;
  plan: boolean;
  audio: string;
  transcript: string;
}

export class CohereWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #open = new Map<number, Open>();
  #start: StartEvent | undefined;
  #begun = false;
  #items = 0;
  #calls = 0;
  #citations = 0;
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  write(event: Event): string {
    switch (event.type) {
      case "start":
        this.#start = event;
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
    const { citations, ...extra } = ownExtra(finish);
    for (const citation of Array.isArray(citations) ? citations : []) {
      text += this.#citation({ delta: { message: { citations: citation } } });
    }
    const delta: JsonObject = { finish_reason: finishWord(finish), ...extra };
    if (this.#usage !== undefined) delta.usage = writeUsage(this.#usage);
    return `${text}${frame("message-end", { delta })}`;
  }

  /** The end of a message that failed: what broke off never looks finished. */
  fail(error: Record<string, unknown>): string {
    const inner = typeof error.error === "object" && error.error !== null ? error.error : error;
    const message: unknown = Reflect.get(inner, "message");
    const said = typeof message === "string" ? message : "The answer broke off.";
    const rest: JsonObject = JSON.parse(JSON.stringify(error));
    return frame("message-end", { ...rest, delta: { finish_reason: "ERROR", error: said } });
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const message = {
      role: "assistant",
      content: [],
      tool_plan: "",
      tool_calls: [],
      citations: [],
    };
    return frame("message-start", {
      id: this.#start?.id ?? this.#context.id,
      delta: { message },
    });
  }

  #part(event: Extract<Event, { index: number }>): string {
    switch (event.type) {
      case "part-start":
        return this.#partStart(event.index, event.part);
      case "delta": {
        const open = this.#open.get(event.index);
        return open === undefined ? "" : this.#delta(open, event);
      }
      case "part-end":
        return this.#close(event.index);
    }
  }

  #partStart(index: number, head: PartHead): string {
    const open: Open = { head, plan: false, audio: "", transcript: "" };
    this.#open.set(index, open);
    // Whether a thought is the plan is said by what comes first; an empty text is none.
    if (head.type !== "tool-call") return "";
    open.at = this.#calls++;
    const call = { id: head.id, type: "function", function: { name: head.name, arguments: "" } };
    return frame("tool-call-start", {
      index: open.at,
      delta: { message: { tool_calls: call } },
    });
  }

  #item(open: Open): string {
    if (open.at !== undefined) return "";
    const content = itemStart(open.head);
    if (content === undefined) return "";
    open.at = this.#items++;
    return frame("content-start", { index: open.at, delta: { message: { content } } });
  }

  #delta(open: Open, delta: DeltaEvent): string {
    if (open.head.type === "tool-call") return this.#callDelta(open, delta);
    open.audio += delta.audio ?? "";
    open.transcript += delta.transcript ?? "";
    if (isPlan(delta.signature)) open.plan = true;
    const said = delta.text ?? "";
    let text = "";
    if (open.plan) {
      if (said !== "") {
        text += frame("tool-plan-delta", { delta: { message: { tool_plan: said } } });
      }
    } else {
      text += this.#item(open) + itemDelta(open, delta);
    }
    for (const citation of delta.citations ?? []) {
      const citations = writeCitation(citation, open.at ?? 0);
      text += this.#citation({ delta: { message: { citations } } });
    }
    return text;
  }

  #callDelta(open: Open, delta: DeltaEvent): string {
    const call: JsonObject = stateField(delta.signature);
    if (delta.arguments !== undefined) call.function = { arguments: delta.arguments };
    if (Object.keys(call).length === 0) return "";
    return frame("tool-call-delta", {
      index: open.at ?? 0,
      delta: { message: { tool_calls: call } },
    });
  }

  #citation(payload: JsonObject): string {
    const index = this.#citations++;
    return frame("citation-start", { index, ...payload }) + frame("citation-end", { index });
  }

  #close(index: number): string {
    const open = this.#open.get(index);
    if (open === undefined) return "";
    this.#open.delete(index);
    const { head } = open;
    if (head.type === "tool-call") return frame("tool-call-end", { index: open.at ?? 0 });
    if (open.plan) return "";
    let text = "";
    if (head.type === "audio") {
      open.at = this.#items++;
      const content = audioItem(head, open.audio, open.transcript);
      text += frame("content-start", { index: open.at, delta: { message: { content } } });
    } else if (head.type !== "text" && head.type !== "refusal") text += this.#item(open);
    return open.at === undefined ? "" : text + frame("content-end", { index: open.at });
  }
}

function itemDelta(open: Open, delta: DeltaEvent): string {
  const isThought = open.head.type === "reasoning";
  const content: JsonObject = stateField(delta.signature);
  if (delta.text !== undefined) content[isThought ? "thinking" : "text"] = delta.text;
  const [first, ...more] = delta.logprobs ?? [];
  if (Object.keys(content).length === 0 && first === undefined) return "";
  const index = open.at ?? 0;
  const piece = (fields: JsonObject, logprobs: typeof first) =>
    frame("content-delta", {
      index,
      delta: { message: { content: fields } },
      ...(logprobs === undefined ? {} : { logprobs: writeLogprobs(logprobs) }),
    });
  // An event has one entry.
  return piece(content, first) + more.map((entry) => piece({}, entry)).join("");
}

function frame(type: string, payload: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...payload })}\n\n`;
}
