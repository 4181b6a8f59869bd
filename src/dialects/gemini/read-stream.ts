/** One stream of Google's as events: `streamGenerateContent?alt=sse`, each event a partial answer. */
import type { Event } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import type { Frame } from "../frames.ts";
import { AnswerReader } from "./answer-reader.ts";
import { parseExact } from "./exact-numbers.ts";

export function readStream(context: ReadContext): StreamReader {
  const reader = new AnswerReader(context, { inStream: true });
  return {
    read(frame: Frame): Event[] {
      return frame.data === "" ? [] : reader.read(parse(frame.data));
    },
    end: () => reader.end(),
  };
}

/** Only arguments hold numbers that are not Google's own figures. */
function parse(data: string): Json {
  try {
    return data.includes('"functionCall"') ? parseExact(data) : JSON.parse(data);
  } catch {
    throw new Failure("upstream.event_unreadable", { operator: data.slice(0, 1000) });
  }
}
