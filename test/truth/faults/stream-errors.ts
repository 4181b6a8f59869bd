/** Errors that come as events of the stream: first, after the opening, or after content. */
import { say, says, stream, type Wire } from "../wires/wire.ts";
import { broken, either, type Fault, given, streamed } from "./fault.ts";
import { script, unreadable } from "./script.ts";
import { accountPhrases, causesOf, toldOf } from "./vendor-errors.ts";

export function streamErrors(wire: Wire): Fault[] {
  const { text, parts, said, toolParts, saidTool, stop } = script(wire);
  const failed = says.error("server_error");
  return [
    ...wire.streamErrors.flatMap((kind) => {
      const body = says.error(kind);
      const name = kind.replaceAll("_", "-");
      return [
        {
          ...streamed(
            `first-${name}`,
            `first event: ${kind}`,
            stream(wire, [body]),
            toldOf(kind, wire),
          ),
          unsaid: accountPhrases,
        },
        {
          ...streamed(
            `opened-${name}`,
            `${kind} after the opening, then the end`,
            stream(wire, [says.opening, body, says.end]),
            toldOf(kind, wire),
          ),
          unsaid: accountPhrases,
        },
        {
          ...streamed(
            `middle-${name}`,
            `${kind} after text, then the end`,
            stream(wire, [...parts, body, says.end]),
            broken(said, ...causesOf(kind)),
          ),
          unsaid: accountPhrases,
        },
      ];
    }),
    ...(wire.framing === "sse" ? named(wire) : []),
    streamed(
      "middle-error-then-text",
      "an error, and more text after it",
      stream(wire, [...parts, failed, says.text("th"), says.finish(stop), says.end]),
      broken(said, ...causesOf("server_error")),
    ),
    streamed(
      "error-after-finish",
      "an error after the finish reason",
      stream(wire, [...parts, says.finish(stop), failed, says.end]),
      either(
        ...(wire.saysEnd ? [] : [given(say({ text, finish: stop }))]),
        broken(say({ text, finish: stop }), ...causesOf("server_error")),
        broken(said, ...causesOf("server_error")),
      ),
    ),
    streamed(
      "tool-error",
      "an error inside a tool call",
      stream(wire, [...toolParts, failed, says.end]),
      broken(saidTool, ...causesOf("server_error")),
    ),
  ];
}

/** Events whose name alone says that they are errors. */
function named(wire: Wire): Fault[] {
  const { parts, said } = script(wire);
  const failed = says.error("server_error", "error");
  return [
    streamed(
      "first-named-error",
      "first event named `error`",
      stream(wire, [failed]),
      toldOf("server_error", wire),
    ),
    streamed(
      "middle-named-error",
      "an event named `error` after text",
      stream(wire, [...parts, failed]),
      broken(said, ...causesOf("server_error")),
    ),
    streamed(
      "middle-named-error-text",
      "an event named `error` whose data is plain text",
      stream(wire, [...parts, says.data("upstream went away", "error")]),
      broken(said, ...causesOf("server_error"), ...unreadable),
    ),
  ];
}
