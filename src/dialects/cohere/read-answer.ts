/** A whole answer as events. https://docs.cohere.com/reference/chat#response */
import type { DeltaEvent, Event, FinishEvent, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { readCitation } from "./citations.ts";
import { type Opening, openCall, openItem } from "./read-content.ts";
import { readUsage } from "./usage.ts";
import { DIALECT, failed, finishReason, isPlan, planMark, readLogprobs } from "./wire.ts";

/** What of an answer is read into events; the rest stays under `extra`. */
const answerFields: ReadonlySet<string> = new Set([
  "id",
  "message",
  "finish_reason",
  "usage",
  "logprobs",
]);

export function readAnswer(body: Json, context: ReadContext): Event[] {
  if (!isObject(body)) throw notAnAnswer(body, context);
  const { message, finish_reason: word } = body;
  if (!isObject(message)) throw notAnAnswer(body, context);
  if (typeof word !== "string") throw new Failure("upstream.shape_unknown");
  if (failed.has(word)) throw context.failure({ body: errorBody(word, body.error) });
  const openings = openingsOf(message, context);
  addCitations(openings, message.citations);
  addLogprobs(openings, body.logprobs);
  const start: Event = { type: "start" };
  if (typeof body.id === "string") start.id = body.id;
  const events: Event[] = [start];
  for (const [index, { head, pieces }] of openings.entries()) {
    events.push({ type: "part-start", choice: 0, index, part: head });
    for (const piece of pieces) events.push({ type: "delta", choice: 0, index, ...piece });
    events.push({ type: "part-end", choice: 0, index });
  }
  const usage = isObject(body.usage) ? readUsage(body.usage) : undefined;
  if (isSilent(events, word, usage?.output)) throw new Failure("upstream.empty");
  if (usage !== undefined) events.push({ type: "usage", usage });
  events.push(finishOf(word, restOf(body, answerFields)));
  return events;
}

/** An error that came with a status of success, `{message: "…"}` or a proxy's, or nothing known. */
function notAnAnswer(body: Json, context: ReadContext): Failure {
  const error = errorIn(body);
  return error === undefined ? new Failure("upstream.shape_unknown") : toFailure(error, context);
}

/** The error that an answer of this finish reason is, in the form of Cohere's errors. */
export function errorBody(word: string, message: Json | undefined): JsonObject {
  return typeof message === "string" && message !== "" ? { code: word, message } : { code: word };
}

export function finishOf(word: string, extra: JsonObject | undefined): FinishEvent {
  const finish: FinishEvent = {
    type: "finish",
    choice: 0,
    reason: finishReason(word),
    reported: word,
  };
  if (extra !== undefined) finish.extra = { dialect: DIALECT, fields: extra };
  return finish;
}

/** The plan, the content, then the calls: the order in which Cohere streams them. */
function openingsOf(message: JsonObject, context: ReadContext): Opening[] {
  const openings: Opening[] = [];
  const { tool_plan: plan, content, tool_calls: calls } = message;
  if (typeof plan === "string" && plan !== "") {
    const pieces = [{ signature: planMark(context.origin) }, { text: plan }];
    openings.push({ head: { type: "reasoning" }, pieces });
  }
  if (typeof content === "string" && content !== "") {
    openings.push({ head: { type: "text" }, pieces: [{ text: content }] });
  }
  for (const item of Array.isArray(content) ? content : []) {
    if (!isObject(item)) throw new Failure("upstream.shape_unknown");
    openings.push(openItem(item));
  }
  for (const call of Array.isArray(calls) ? calls : []) {
    if (!isObject(call)) throw new Failure("upstream.shape_unknown");
    const opening = openCall(call);
    // A call without arguments is one of none: an empty object.
    if (!opening.pieces.some((piece) => piece.arguments)) opening.pieces.push({ arguments: "{}" });
    openings.push(opening);
  }
  return openings;
}

const planHead = (opening: Opening) => opening.pieces.some((piece) => isPlan(piece.signature));

/** Each citation goes to the block that it speaks of: the one of its index, or the first of its type. */
function addCitations(openings: readonly Opening[], citations: Json | undefined): void {
  const content = openings.filter(
    (opening) => opening.head.type !== "tool-call" && !planHead(opening),
  );
  for (const citation of Array.isArray(citations) ? citations : []) {
    if (!isObject(citation)) continue;
    const { type, content_index: at } = citation;
    const target =
      type === "PLAN"
        ? openings.find(planHead)
        : ((typeof at === "number" ? content[at] : undefined) ??
          content.find(({ head }) => head.type === headOf(type)) ??
          content[0]);
    const last = target?.pieces.at(-1);
    if (last?.citations !== undefined) last.citations.push(readCitation(citation));
    else target?.pieces.push({ citations: [readCitation(citation)] });
  }
}

function headOf(type: Json | undefined): PartHead["type"] {
  return type === "THINKING_CONTENT" ? "reasoning" : "text";
}

function addLogprobs(openings: readonly Opening[], logprobs: Json | undefined): void {
  const items = Array.isArray(logprobs) ? logprobs.filter(isObject) : [];
  const text = openings.find(({ head }) => head.type === "text") ?? openings[0];
  if (items.length > 0) text?.pieces.push({ logprobs: items.map(readLogprobs) });
}

/** Whether an answer is said to have ended well without a word. */
export function isSilent(
  events: readonly Event[],
  word: string,
  output: number | undefined,
): boolean {
  return word === "COMPLETE" && (output ?? 0) === 0 && !events.some(speaks);
}

/** Whether the event is content. */
export function speaks(event: Event): boolean {
  if (event.type === "part-start")
    return event.part.type !== "text" && event.part.type !== "reasoning";
  return event.type === "delta" && says(event);
}

function says(delta: DeltaEvent): boolean {
  return delta.text !== undefined || (delta.signature !== undefined && !isPlan(delta.signature));
}
