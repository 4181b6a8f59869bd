/** The stream that most stream faults begin with, and the causes of its ends. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { say, type Wire } from "../wires/wire.ts";
import { told } from "./fault.ts";

/** Before any content it is a status. */
export const nothing = told(
  "upstream.empty",
  "upstream.stream_unfinished",
  "upstream.stream_expected",
  "upstream.stream_broken",
  "upstream.connection_lost",
  "upstream.event_unreadable",
  "upstream.not_json",
  "upstream.body_broken",
  "upstream.shape_unknown",
);
export const lost: Cause[] = [
  "upstream.stream_broken",
  "upstream.connection_lost",
  "upstream.body_broken",
];
export const unfinished: Cause[] = ["upstream.stream_unfinished", "upstream.stream_broken"];
export const unreadable: Cause[] = [
  "upstream.event_unreadable",
  "upstream.stream_broken",
  "upstream.shape_unknown",
];

/** As server-sent data. */
export const event = (data: string): string => `data: ${data}\n\n`;

export function script(wire: Wire) {
  const text = "Nothing but the tru";
  const tool = { id: "call_truth_1", name: "weather" };
  const half = '{"city":"Par';
  return {
    text,
    /** Some text, and how it is heard. */
    parts: [wire.opening(), wire.text("Nothing but "), wire.text("the tru")],
    said: say({ text }),
    /** A tool call that is not yet whole. */
    tool,
    toolParts: [wire.opening(), wire.toolStart(tool), wire.toolArguments(half)],
    saidTool: say({ tools: [{ ...tool, arguments: half }] }),
    stop: wire.finishes.stop,
    /** The beginning of an event. */
    half: wire.text("never seen").slice(0, 60),
    failedEvent: wire.streamError(wire.error("server_error").body),
  };
}
