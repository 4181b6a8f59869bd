/** A whole answer for a client. https://ai.google.dev/api/generate-content#GenerateContentResponse */
import type { Event, FinishEvent, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext } from "../dialect.ts";
import { type About, addDelta, endOf, type Growing, grow, partOf } from "./fold.ts";
import { writeUsage } from "./usage.ts";

interface Candidate extends About {
  parts: Map<number, Growing>;
  finish?: FinishEvent;
}

/** Throws `tool.arguments_unrepresentable` for a call's arguments that an object cannot hold. */
export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  const candidates = new Map<number, Candidate>();
  let start: StartEvent | undefined;
  let usage: Usage | undefined;
  for (const event of events) {
    if (event.type === "start") start = event;
    else if (event.type === "usage") usage = event.usage;
    else collect(candidateAt(candidates, event.choice), event);
  }
  return {
    candidates: [...candidates].map(([index, candidate]) => writeCandidate(index, candidate)),
    ...(usage === undefined ? {} : { usageMetadata: writeUsage(usage) }),
    ...aboutAnswer(start, context),
  };
}

/** The fields that every object of an answer has. */
export function aboutAnswer(start: StartEvent | undefined, context: AnswerContext): JsonObject {
  const own = start?.extra?.dialect === "gemini" ? start.extra.fields : {};
  return {
    modelVersion: start?.model ?? context.model,
    responseId: start?.id ?? context.id,
    ...own,
  };
}

function candidateAt(candidates: Map<number, Candidate>, choice: number): Candidate {
  let candidate = candidates.get(choice);
  if (candidate === undefined) {
    candidate = { parts: new Map(), text: "", citations: [], logprobs: [] };
    candidates.set(choice, candidate);
  }
  return candidate;
}

type ChoiceEvent = Exclude<Event, { type: "start" } | { type: "usage" }>;

function collect(candidate: Candidate, event: ChoiceEvent): void {
  if (event.type === "part-start") candidate.parts.set(event.index, grow(event.part));
  else if (event.type === "finish") candidate.finish = event;
  else if (event.type === "delta") {
    const part = candidate.parts.get(event.index);
    if (part === undefined) return;
    addDelta(part, event);
    if (part.head.type === "text") candidate.text += event.text ?? "";
    candidate.citations.push(...(event.citations ?? []));
    candidate.logprobs.push(...(event.logprobs ?? []));
  }
}

function writeCandidate(index: number, candidate: Candidate): JsonObject {
  const parts = [...candidate.parts.values()].flatMap((part) => partOf(part) ?? []);
  return {
    content: { parts, role: "model" },
    ...(candidate.finish === undefined ? {} : endOf(candidate.finish, candidate)),
    index,
  };
}
