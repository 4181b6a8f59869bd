/** An answer as the legacy API gives it, whole and streamed. */
import type { Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import { writeUsage } from "../openai-chat/usage.ts";

interface Choice {
  text: string;
  /** What the model thought: no field of OpenAI's, but it is not lost. */
  reasoning: string;
  finish: string | null;
}

export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  const writer = new CompletionsWriter(context);
  for (const event of events) writer.take(event);
  return writer.whole();
}

export function writeStream(context: AnswerContext): StreamWriter {
  return new CompletionsWriter(context);
}

class CompletionsWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #choices = new Map<number, Choice>();
  /** By `choice/index`. */
  readonly #heads = new Map<string, PartHead["type"]>();
  #start: StartEvent | undefined;
  #usage: Usage | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  /** Adds the event to its choice; what of it is new there. */
  take(event: Event): { index: number; piece: Choice } | undefined {
    switch (event.type) {
      case "start":
        this.#start = event;
        return undefined;
      case "usage":
        this.#usage = event.usage;
        return undefined;
      case "part-start":
        this.#heads.set(`${event.choice}/${event.index}`, event.part.type);
        return undefined;
      case "part-end":
        return undefined;
      case "delta": {
        const kind = this.#heads.get(`${event.choice}/${event.index}`);
        const text = event.text ?? "";
        if (text === "") return undefined;
        const piece =
          kind === "reasoning"
            ? { text: "", reasoning: text, finish: null }
            : { text, reasoning: "", finish: null };
        return this.#add(event.choice, piece);
      }
      case "finish":
        return this.#add(event.choice, { text: "", reasoning: "", finish: finishOf(event) });
    }
  }

  #add(index: number, piece: Choice): { index: number; piece: Choice } {
    const choice = this.#choices.get(index) ?? { text: "", reasoning: "", finish: null };
    choice.text += piece.text;
    choice.reasoning += piece.reasoning;
    choice.finish = piece.finish ?? choice.finish;
    this.#choices.set(index, choice);
    return { index, piece };
  }

  whole(): JsonObject {
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    return {
      ...this.#head(),
      choices: choices.map(([index, choice]) => writeChoice(index, choice)),
      ...(this.#usage !== undefined && { usage: writeUsage(this.#usage) }),
    };
  }

  #head(): JsonObject {
    const { id, created, model } = this.#context;
    return {
      id: this.#start?.id ?? id,
      object: "text_completion",
      created: this.#start?.created ?? created,
      model: this.#start?.model ?? model,
    };
  }

  write(event: Event): string {
    const added = this.take(event);
    if (added === undefined) return "";
    return line({ ...this.#head(), choices: [writeChoice(added.index, added.piece)] });
  }

  end(): string {
    const done = "data: [DONE]\n\n";
    if (this.#context.streamUsage !== true || this.#usage === undefined) return done;
    return line({ ...this.#head(), choices: [], usage: writeUsage(this.#usage) }) + done;
  }

  fail(error: Record<string, unknown>): string {
    return `data: ${JSON.stringify(error)}\n\ndata: [DONE]\n\n`;
  }
}

function line(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function writeChoice(index: number, { text, reasoning, finish }: Choice): JsonObject {
  return {
    text,
    index,
    logprobs: null,
    finish_reason: finish,
    ...(reasoning !== "" && { reasoning_content: reasoning }),
  };
}

/** The API knows three words. */
function finishOf({ reason }: FinishEvent): string {
  switch (reason) {
    case "length":
    case "context-window":
      return "length";
    case "content-filter":
    case "refusal":
      return "content_filter";
    default:
      return "stop";
  }
}
