/** The stream that most stream faults begin with, and the causes of its ends. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { finishes, nextOf, say, says, type Wire } from "../wires/wire.ts";
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

export function script(wire: Wire) {
  const text = "Nothing but the tru";
  const tool = { id: "call_truth_1", name: "weather" };
  const half = '{"city":"Par';
  const parts = [says.opening, says.text("Nothing but "), says.text("the tru")];
  return {
    text,
    /** Some text, and how it is heard. */
    parts,
    said: say({ text }),
    /** A tool call that is not yet whole. */
    tool,
    toolParts: [says.opening, says.call(tool), says.arguments(half)],
    saidTool: say({ tools: [{ ...tool, arguments: wire.halfArguments ?? half }] }),
    stop: finishes.stop,
    /** The beginning of an event. */
    half: nextOf(wire, parts, says.text("never seen")).slice(0, 60),
  };
}
