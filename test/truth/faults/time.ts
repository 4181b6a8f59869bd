/** Faults of time, each under short limits that the request itself sets. */
import { sse } from "../reply.ts";
import { say, type Wire } from "../wires/wire.ts";
import { both, broken, type Fault, streamed, type Timeouts, told, whole } from "./fault.ts";

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
      sse([], "hold"),
      late,
    ),
    streamed(
      "role-only",
      "sends an opening event, then nothing",
      sse([wire.opening()], "hold"),
      late,
    ),
    streamed(
      "comments-only",
      "trickles comments for ever",
      sse([{ repeat: ": keep-alive\n\n", everyMs: 150 }]),
      late,
    ),
    streamed(
      "openings-only",
      "trickles empty events for ever",
      sse([{ repeat: wire.opening(), everyMs: 150 }]),
      late,
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
      sse([wire.opening(), wire.text("Wait for")], "hold"),
      broken(said, "upstream.stalled", "upstream.timeout"),
    ),
    streamed(
      "stall-in-event",
      "stops in the middle of an event",
      sse([wire.opening(), wire.text("Wait for"), wire.text("ever").slice(0, 30)], "hold"),
      broken(said, "upstream.stalled", "upstream.timeout"),
    ),
    streamed(
      "stall-in-tool",
      "stops inside a tool call",
      sse([wire.opening(), wire.toolStart(tool), wire.toolArguments('{"ci')], "hold"),
      broken(
        say({ tools: [{ ...tool, arguments: '{"ci' }] }),
        "upstream.stalled",
        "upstream.timeout",
      ),
    ),
    streamed(
      "comments-after-text",
      "trickles comments for ever after its text",
      sse([wire.opening(), wire.text("Wait for"), { repeat: ": keep-alive\n\n", everyMs: 150 }]),
      broken(said, "upstream.stalled", "upstream.timeout"),
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
  return faults.map((fault) => ({ ...fault, timeouts: limits }));
}
