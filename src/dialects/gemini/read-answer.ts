/** A whole answer of Google's as events. */
import type { Event } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import type { ReadContext } from "../dialect.ts";
import { AnswerReader } from "./answer-reader.ts";

/**
 * The answer's events; of an array (a stream that was asked for without `alt=sse`), those of its objects
 * together. Throws what `context.failure` makes of an error, `upstream.content_filtered`,
 * `upstream.shape_unknown`, `upstream.empty`.
 */
export function readAnswer(body: Json, context: ReadContext): Event[] {
  const reader = new AnswerReader(context, { inStream: Array.isArray(body) });
  const events = reader.read(body);
  reader.end();
  return events;
}
