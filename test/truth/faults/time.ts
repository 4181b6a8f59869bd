/** Faults of time, each under short limits that the request itself sets. */
import { bytesOf, say, says, stream, textOf, type Wire } from "../wires/wire.ts";
import { both, broken, either, type Fault, streamed, type Timeouts, told, whole } from "./fault.ts";

const limits: Timeouts = { first_content_ms: 900, idle_ms: 900, total_ms: 4000 };
const late = told("upstream.timeout", "upstream.stalled");

export function time(wire: Wire): Fault[] {
  const typed = { "content-type": "application/json" };
  const said = say({ text: "Wait for" });
  const tool = { id: "call_slow", name: "weather" };
  const faults = [
    both("silent", "never answers", { framing: "raw", ending: "hold" }, late),
    both(
      "headers-only",
      "sends headers, then nothing",
      { headers: typed, lengthOff: 500, ending: "hold" },
      late,
    ),
    streamed(
      "stream-headers-only",
      "sends a stream's headers, then nothing",
      stream(wire, [], "hold"),
      late,
    ),
    streamed(
      "role-only",
      "sends an opening event, then nothing",
      stream(wire, [says.opening], "hold"),
      late,
    ),
    streamed(
      "openings-only",
      "trickles empty events for ever",
      stream(wire, [{ repeat: bytesOf(wire, textOf(wire, says.opening)), everyMs: 150 }]),
      // Where an answer begins but once, the second beginning is the failure.
      either(late, told("upstream.event_unreadable")),
    ),
    whole(
      "stalled-body",
      "stops in the middle of its body",
      { headers: typed, lengthOff: 500, steps: ['{"id":"x",'], ending: "hold" },
      late,
    ),
    whole(
      "trickled-body",
      "trickles blanks for ever",
      { headers: typed, framing: "chunked", steps: [{ repeat: " ", everyMs: 150 }] },
      late,
    ),
    streamed(
      "stall-in-text",
      "stops in the middle of its text",
      stream(wire, [says.opening, says.text("Wait for")], "hold"),
      broken(said, "upstream.stalled", "upstream.timeout"),
    ),
    streamed(
      "stall-in-event",
      "stops in the middle of an event",
      stream(
        wire,
        [says.opening, says.text("Wait for"), textOf(wire, says.text("ever")).slice(0, 30)],
        "hold",
      ),
      broken(said, "upstream.stalled", "upstream.timeout"),
    ),
    streamed(
      "stall-in-tool",
      "stops inside a tool call",
      stream(wire, [says.opening, says.call(tool), says.arguments('{"ci')], "hold"),
      broken(
        say({ tools: [{ ...tool, arguments: wire.halfArguments ?? '{"ci' }] }),
        "upstream.stalled",
        "upstream.timeout",
      ),
    ),
    both(
      "slow-500",
      "500, whose body never comes",
      { status: 500, headers: typed, lengthOff: 200, ending: "hold" },
      told(
        "upstream.server_error",
        "upstream.error_unknown",
        "upstream.timeout",
        "upstream.stalled",
        "upstream.body_broken",
      ),
    ),
  ];
  if (wire.framing === "sse") faults.push(...comments(wire));
  return faults.map((fault) => ({ ...fault, timeouts: limits }));
}

function comments(wire: Wire): Fault[] {
  const forEver = { repeat: ": keep-alive\n\n", everyMs: 150 };
  return [
    streamed("comments-only", "trickles comments for ever", stream(wire, [forEver]), late),
    streamed(
      "comments-after-text",
      "trickles comments for ever after its text",
      stream(wire, [says.opening, says.text("Wait for"), forEver]),
      broken(say({ text: "Wait for" }), "upstream.stalled", "upstream.timeout"),
    ),
  ];
}
