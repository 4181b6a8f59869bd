/**
 * A stream for a client: each event a partial `GenerateContentResponse`. Google sends function calls whole,
 * so that a call is written once its arguments are complete.
 * https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
import type {
  DeltaEvent,
  Event,
  FinishEvent,
  PartStartEvent,
  StartEvent,
} from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import {
  type About,
  addDelta,
  endOf,
  type Growing,
  grow,
  partOf,
  signed,
  thoughtOf,
} from "./fold.ts";
import { writeUsage } from "./usage.ts";
import type { WirePart } from "./wire.ts";
import { aboutAnswer } from "./write-answer.ts";

interface Choice extends About {
  /** Parts that are being said, by index. */
  parts: Map<number, Growing>;
  finish?: FinishEvent;
}

export function writeStream(context: AnswerContext): StreamWriter {
  return new GeminiStream(context);
}

class GeminiStream implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #choices = new Map<number, Choice>();
  #start: StartEvent | undefined;
  /** What stands after the candidates in every event. */
  #tail: string | undefined;
  #usage: Usage | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  /** Throws `tool.arguments_unrepresentable` for a call's arguments that an object cannot hold. */
  write(event: Event): string {
    switch (event.type) {
      case "start":
        this.#start = event;
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      case "part-start":
        return this.#begin(event);
      case "delta":
        return this.#add(event);
      case "part-end":
        return this.#finishPart(event.choice, event.index);
      case "finish":
        this.#choice(event.choice).finish = event;
        return "";
    }
  }

  /** The last event: reasons and usage, which Google gives together. */
  end(): string {
    const candidates = [...this.#choices].map(
      ([index, choice]): JsonObject => ({
        content: { parts: [{ text: "" }], role: "model" },
        ...(choice.finish === undefined ? {} : endOf(choice.finish, choice)),
        index,
      }),
    );
    const last: JsonObject = {
      candidates,
      ...(this.#usage === undefined ? {} : { usageMetadata: writeUsage(this.#usage) }),
      ...aboutAnswer(this.#start, this.#context),
    };
    return `data: ${JSON.stringify(last)}\n\n`;
  }

  fail(error: Record<string, unknown>): string {
    return `data: ${JSON.stringify(error)}\n\n`;
  }

  #begin(event: PartStartEvent): string {
    const part = grow(event.part);
    if (event.part.type === "image" || event.part.type === "native")
      return this.#part(event.choice, partOf(part));
    this.#choice(event.choice).parts.set(event.index, part);
    return "";
  }

  #add(event: DeltaEvent): string {
    const choice = this.#choice(event.choice);
    const part = choice.parts.get(event.index);
    if (event.citations !== undefined) choice.citations.push(...event.citations);
    if (event.logprobs !== undefined) choice.logprobs.push(...event.logprobs);
    if (part === undefined) return "";
    switch (part.head.type) {
      case "text":
        choice.text += event.text ?? "";
        return this.#text(event);
      case "refusal":
        return this.#text(event);
      case "reasoning":
        return this.#part(event.choice, thoughtOf(event.text ?? "", event.signature));
      case "audio":
        return event.audio === undefined ? "" : this.#part(event.choice, audioOf(part, event));
      default:
        addDelta(part, event);
        return "";
    }
  }

  /** The commonest event by far: put together as text. */
  #text(event: DeltaEvent): string {
    if (event.signature !== undefined)
      return this.#part(event.choice, { text: event.text ?? "", ...signed(event.signature) });
    if (event.text === undefined || event.text === "") return "";
    return this.#chunk(event.choice, `{"text":${JSON.stringify(event.text)}}`);
  }

  /** A call is whole now; everything else has been said. */
  #finishPart(choice: number, index: number): string {
    const parts = this.#choice(choice).parts;
    const part = parts.get(index);
    parts.delete(index);
    return part?.head.type === "tool-call" ? this.#part(choice, partOf(part)) : "";
  }

  #part(choice: number, part: WirePart | undefined): string {
    return part === undefined ? "" : this.#chunk(choice, JSON.stringify(part));
  }

  #chunk(choice: number, part: string): string {
    this.#choice(choice);
    // Everything that Google says of the whole answer is in every event
    this.#tail ??= JSON.stringify(aboutAnswer(this.#start, this.#context)).slice(1);
    return `data: {"candidates":[{"content":{"parts":[${part}],"role":"model"},"index":${choice}}],${this.#tail}\n\n`;
  }

  #choice(index: number): Choice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { parts: new Map(), text: "", citations: [], logprobs: [] };
      this.#choices.set(index, choice);
    }
    return choice;
  }
}

function audioOf(part: Growing, event: DeltaEvent): WirePart | undefined {
  return partOf({ ...part, audio: [event.audio ?? ""], signature: event.signature });
}
