/** A whole Converse answer as events. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import type { Event, FinishEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { openBlock, wholeBlock } from "./read-content.ts";
import { finishReason } from "./stop-reasons.ts";
import { readUsage } from "./usage.ts";
import { DIALECT } from "./wire.ts";

/** What of an answer is read into events, the tier with the usage; the rest stays under `extra`. */
const answerFields: ReadonlySet<string> = new Set(["output", "stopReason", "usage", "serviceTier"]);

export function readAnswer(body: Json, context: ReadContext): Event[] {
  if (!isObject(body)) throw notAnAnswer(body, context);
  const { output, stopReason: word } = body;
  const message = isObject(output) ? output.message : undefined;
  if (!isObject(message)) throw notAnAnswer(body, context);
  const content = message.content ?? [];
  if (!Array.isArray(content)) throw new Failure("upstream.shape_unknown");
  if (typeof word !== "string") {
    throw new Failure(content.length === 0 ? "upstream.empty" : "upstream.shape_unknown");
  }
  const events: Event[] = [{ type: "start" }];
  let index = 0;
  for (const block of content) {
    if (!isObject(block)) throw new Failure("upstream.shape_unknown");
    const opening = openBlock(block, context.origin);
    if (opening.stateOfPrevious !== undefined) {
      const { stateOfPrevious: signature } = opening;
      // The part before has ended with the last event: its state goes in before that.
      if (index > 0) {
        events.splice(-1, 0, { type: "delta", choice: 0, index: index - 1, signature });
      }
      continue;
    }
    // Empty text says nothing.
    if (opening.head.type === "text" && opening.pieces.length === 0) continue;
    events.push(...wholeBlock(opening, index));
    index += 1;
  }
  const usage = isObject(body.usage) ? readUsage(body.usage, body.serviceTier) : undefined;
  if (isSilent(events, word, usage?.output)) throw new Failure("upstream.empty");
  if (usage !== undefined) events.push({ type: "usage", usage });
  events.push(finishOf(word, restOf(body, answerFields)));
  return events;
}

/** An error that came with a status of success, `{message}` with or without a type, or nothing known. */
function notAnAnswer(body: Json, context: ReadContext): Failure {
  const error = errorIn(body);
  return error === undefined ? new Failure("upstream.shape_unknown") : toFailure(error, context);
}

export function finishOf(word: string, extra: JsonObject | undefined): FinishEvent {
  const finish: FinishEvent = {
    type: "finish",
    choice: 0,
    reason: finishReason(word),
    reported: word,
  };
  const sequence = stopSequenceIn(extra?.additionalModelResponseFields);
  if (sequence !== undefined) finish.stopSequence = sequence;
  if (extra !== undefined) finish.extra = { dialect: DIALECT, fields: extra };
  return finish;
}

/** Claude tells the sequence where `additionalModelResponseFieldPaths` asks for it; in a stream, under `delta`. */
function stopSequenceIn(fields: Json | undefined): string | undefined {
  if (!isObject(fields)) return undefined;
  const holder = isObject(fields.delta) ? fields.delta : fields;
  return typeof holder.stop_sequence === "string" ? holder.stop_sequence : undefined;
}

/** Whether an answer is said to have ended well without a word or a token. */
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
