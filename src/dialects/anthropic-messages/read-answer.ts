/** A whole Messages answer as events. https://platform.claude.com/docs/en/api/messages/create */
import type { Event, FinishEvent, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn, isMarkedError, toFailure } from "../read-errors.ts";
import { openBlock, wholeBlock } from "./read-content.ts";
import { finishReason } from "./stop-reasons.ts";
import { readUsage } from "./usage.ts";
import { DIALECT, restOf } from "./wire.ts";

/** What of a message is read into events; the rest stays under `extra`. */
export const messageFields: ReadonlySet<string> = new Set([
  "type",
  "id",
  "role",
  "model",
  "content",
  "stop_reason",
  "stop_sequence",
  "usage",
]);

export function readAnswer(body: Json, context: ReadContext): Event[] {
  const error = errorOf(body);
  if (error !== undefined) throw toFailure(error, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  const { content, stop_reason: word } = body;
  if (!Array.isArray(content)) throw new Failure("upstream.shape_unknown");
  if (typeof word !== "string") {
    throw new Failure(content.length === 0 ? "upstream.empty" : "upstream.shape_unknown");
  }
  const events: Event[] = [startOf(body)];
  let index = 0;
  for (const block of content) {
    if (!isObject(block)) throw new Failure("upstream.shape_unknown");
    const opening = openBlock(block, context.origin);
    const { stateOfPrevious } = opening;
    if (stateOfPrevious !== undefined) {
      // The part before has ended with the last event: its state goes in before that.
      const at: Event = { type: "delta", choice: 0, index: index - 1, signature: stateOfPrevious };
      if (index > 0) events.splice(-1, 0, at);
      continue;
    }
    if (opening.head.type === "tool-call" && !opening.pieces.some((piece) => piece.arguments)) {
      opening.pieces.push({ arguments: "{}" });
    }
    events.push(...wholeBlock(opening, index));
    index += 1;
  }
  const usage = isObject(body.usage) ? readUsage(body.usage) : undefined;
  if (isSilent(events, word, usage?.output)) throw new Failure("upstream.empty");
  if (usage !== undefined) events.push({ type: "usage", usage });
  const extra = restOf(body, messageFields);
  events.push(finishOf(word, body.stop_sequence, extra));
  return events;
}

/** An error, also beside a message. */
function errorOf(body: Json): JsonObject | undefined {
  if (!isObject(body) || !Array.isArray(body.content)) return errorIn(body);
  return isMarkedError(body) ? body : undefined;
}

export function startOf(message: JsonObject): StartEvent {
  const start: StartEvent = { type: "start" };
  if (typeof message.id === "string") start.id = message.id;
  if (typeof message.model === "string") start.model = message.model;
  return start;
}

export function finishOf(
  word: string,
  stopSequence: Json | undefined,
  extra: JsonObject | undefined,
): FinishEvent {
  const finish: FinishEvent = {
    type: "finish",
    choice: 0,
    reason: finishReason(word),
    reported: word,
  };
  if (typeof stopSequence === "string") finish.stopSequence = stopSequence;
  if (extra !== undefined) finish.extra = { dialect: DIALECT, fields: extra };
  return finish;
}

/**
 * Whether an answer is said to have ended well without a word or a token. A turn that ends empty after
 * tool results is a proper answer, and has tokens
 * (https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons#empty-responses-with-end-turn).
 */
export function isSilent(
  events: readonly Event[],
  word: string,
  output: number | undefined,
): boolean {
  return word === "end_turn" && (output ?? 0) === 0 && !events.some(speaks);
}

/** Whether the event is content. */
export function speaks(event: Event): boolean {
  if (event.type === "part-start")
    return event.part.type !== "text" && event.part.type !== "reasoning";
  return event.type === "delta" && (event.text !== undefined || event.signature !== undefined);
}
