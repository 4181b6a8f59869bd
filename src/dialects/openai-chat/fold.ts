/** Events folded into whole choices, for an answer that is not streamed. */
import type { Event, FinishEvent, PartHead, StartEvent } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import type { Citation, Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";

export interface FoldedPart {
  head: PartHead;
  /** Text, argument text or transcript, whole. */
  text: string;
  audio: string;
  signature?: Opaque;
  citations: Citation[];
  logprobs: Json[];
}

export interface FoldedChoice {
  index: number;
  parts: FoldedPart[];
  finish?: FinishEvent;
}

export interface FoldedAnswer {
  start?: StartEvent;
  usage?: Usage;
  choices: FoldedChoice[];
}

export function fold(events: readonly Event[]): FoldedAnswer {
  const choices = new Map<number, FoldedChoice & { byIndex: Map<number, FoldedPart> }>();
  const answer: FoldedAnswer = { choices: [] };
  const choiceOf = (index: number) => {
    let choice = choices.get(index);
    if (choice === undefined) {
      choice = { index, parts: [], byIndex: new Map() };
      choices.set(index, choice);
    }
    return choice;
  };
  for (const event of events) {
    switch (event.type) {
      case "start":
        answer.start = event;
        break;
      case "usage":
        answer.usage = event.usage;
        break;
      case "finish":
        choiceOf(event.choice).finish = event;
        break;
      case "part-start": {
        const part = { head: event.part, text: "", audio: "", citations: [], logprobs: [] };
        const choice = choiceOf(event.choice);
        choice.parts.push(part);
        choice.byIndex.set(event.index, part);
        break;
      }
      case "delta": {
        const part = choiceOf(event.choice).byIndex.get(event.index);
        if (part === undefined) break;
        part.text += event.text ?? event.arguments ?? event.transcript ?? "";
        if (event.audio !== undefined) part.audio += event.audio;
        if (event.signature !== undefined) part.signature = event.signature;
        if (event.citations !== undefined) part.citations.push(...event.citations);
        if (event.logprobs !== undefined) part.logprobs.push(...event.logprobs);
        break;
      }
      case "part-end":
        break;
    }
  }
  answer.choices = [...choices.values()]
    .sort((a, b) => a.index - b.index)
    .map(({ byIndex: _, ...choice }) => choice);
  return answer;
}
