/** A vendor's whole answer as events. */
import type { Event, FinishEvent, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { ChoiceReader } from "./choice-reader.ts";
import { readFinish } from "./finish.ts";
import { errorOf, toFailure } from "./read-errors.ts";
import { readUsage } from "./usage.ts";
import { dialectName } from "./wire.ts";

/**
 * From `start` to the last `finish`, usage before the finishes.
 * Throws what `context.failure` makes of an error in the body, `upstream.shape_unknown`, `upstream.empty`.
 */
export function readAnswer(body: Json, context: ReadContext): Event[] {
  const error = errorOf(body, context.manners);
  if (error !== undefined) throw toFailure(error, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  const { choices } = body;
  if (choices === undefined || choices === null) throw new Failure("upstream.empty");
  if (!Array.isArray(choices)) throw new Failure("upstream.shape_unknown");
  if (choices.length === 0) throw new Failure("upstream.empty");

  const events: Event[] = [readStart(body)];
  const finishes = choices.map((choice, position) => readChoice(choice, position, events, context));
  const usage = readUsage(body, context.manners);
  if (usage !== undefined) events.push({ type: "usage", usage });
  events.push(...finishes);
  return events;
}

function readChoice(
  choice: Json,
  position: number,
  events: Event[],
  context: ReadContext,
): FinishEvent {
  if (!isObject(choice)) throw new Failure("upstream.shape_unknown");
  const index = typeof choice.index === "number" ? choice.index : position;
  const message = choice.message ?? choice.delta ?? {};
  if (!isObject(message)) throw new Failure("upstream.shape_unknown");
  const reader = new ChoiceReader(index, context);
  reader.take(message, choice.logprobs, events);
  reader.finish(events);
  const word = finishWord(choice);
  if (word === undefined && !reader.hasContent) throw new Failure("upstream.empty");
  return toFinish(index, word, choice, reader, context);
}

/** Fields of the answer with a place of their own. */
export function isOwnField(key: string): boolean {
  switch (key) {
    case "id":
    case "object":
    case "created":
    case "model":
    case "choices":
    case "usage":
    case "error":
    case "obfuscation":
      return true;
    default:
      return false;
  }
}

export function readStart(body: JsonObject): StartEvent {
  const start: StartEvent = { type: "start" };
  if (typeof body.id === "string" && body.id !== "") start.id = body.id;
  if (typeof body.model === "string" && body.model !== "") start.model = body.model;
  if (typeof body.created === "number" && body.created > 0) start.created = body.created;
  const fields: JsonObject = {};
  for (const key in body) {
    const value = body[key];
    if (value !== undefined && value !== null && !isOwnField(key)) fields[key] = value;
  }
  if (Object.keys(fields).length > 0) start.extra = { dialect: dialectName, fields };
  return start;
}

/** The reason given; an empty one is none. */
export function finishWord(choice: JsonObject): string | undefined {
  const { finish_reason: word } = choice;
  return typeof word === "string" && word !== "" ? word : undefined;
}

/** `word` is absent in whole answers alone, from vendors that give no reason. */
export function toFinish(
  index: number,
  word: string | undefined,
  choice: JsonObject,
  reader: ChoiceReader,
  context: ReadContext,
): FinishEvent {
  const finish: FinishEvent = {
    type: "finish",
    choice: index,
    reason: word === undefined ? "other" : readFinish(word, reader, context.manners),
  };
  const { native_finish_reason: native, stop_reason: stop } = choice;
  const reported = typeof native === "string" && native !== "" ? native : word;
  if (reported !== undefined) finish.reported = reported;
  // vLLM: the stop sequence that was met.
  if (typeof stop === "string") finish.stopSequence = stop;
  const fields = choiceFields(choice);
  if (reader.extra !== undefined) fields.message = reader.extra;
  if (Object.keys(fields).length > 0) finish.extra = { dialect: dialectName, fields };
  return finish;
}

const ownChoiceFields: ReadonlySet<string> = new Set([
  "index",
  "message",
  "delta",
  "finish_reason",
  "native_finish_reason",
  "stop_reason",
  "logprobs",
  "error",
]);

export function choiceFields(choice: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const key in choice) {
    const value = choice[key];
    if (value !== undefined && value !== null && !ownChoiceFields.has(key)) fields[key] = value;
  }
  return fields;
}
