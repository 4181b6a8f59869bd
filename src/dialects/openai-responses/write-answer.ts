/** A whole answer as OpenAI's API gives it. */
import type { Event } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { AnswerContext } from "../dialect.ts";
import { OutputWriter } from "./output-writer.ts";
import { baseOf, endOf, type Known, writeEnded } from "./response-object.ts";

export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  const known: Known = {};
  for (const event of events) {
    if (event.type === "start") known.start = event;
    else if (event.type === "usage") known.usage = event.usage;
    else if (event.type === "finish" && event.choice === 0) known.finish = event;
  }
  const output = new OutputWriter(baseOf(known.start?.id ?? context.id), () => {});
  for (const event of events) {
    if (!("index" in event) || event.choice !== 0) continue;
    if (event.type === "part-start") output.start(event.index, event.part);
    else if (event.type === "delta") output.delta(event);
    else output.end(event.index);
  }
  const { status } = endOf(known.finish, output.hasRefusal);
  output.finish(status === "incomplete" ? "incomplete" : "completed");
  const items = output.items.filter((item) => item !== undefined);
  return writeEnded(known, context, items, output);
}
