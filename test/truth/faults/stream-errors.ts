/** Errors that come as events of the stream: first, after the opening, or after content. */
import { sse } from "../reply.ts";
import { say, type Wire } from "../wires/wire.ts";
import { broken, either, type Fault, streamed } from "./fault.ts";
import { script, unreadable } from "./script.ts";
import { accountPhrases, causesOf, toldOf, vendorErrorKinds } from "./vendor-errors.ts";

export function streamErrors(wire: Wire): Fault[] {
  const { text, parts, said, toolParts, saidTool, stop, failedEvent } = script(wire);
  return [
    ...vendorErrorKinds.flatMap((kind) => {
      const body = wire.streamError(wire.error(kind).body);
      const name = kind.replaceAll("_", "-");
      return [
        {
          ...streamed(`first-${name}`, `first event: ${kind}`, sse([body]), toldOf(kind, wire)),
          unsaid: accountPhrases,
        },
        {
          ...streamed(
            `opened-${name}`,
            `${kind} after the opening, then the end`,
            sse([wire.opening(), body, wire.end()]),
            toldOf(kind, wire),
          ),
          unsaid: accountPhrases,
        },
        {
          ...streamed(
            `middle-${name}`,
            `${kind} after text, then the end`,
            sse([...parts, body, wire.end()]),
            broken(said, ...causesOf(kind)),
          ),
          unsaid: accountPhrases,
        },
      ];
    }),
    streamed(
      "first-named-error",
      "first event named `error`",
      sse([`event: error\n${failedEvent}`]),
      toldOf("server_error", wire),
    ),
    streamed(
      "middle-named-error",
      "an event named `error` after text",
      sse([...parts, `event: error\n${failedEvent}`]),
      broken(said, ...causesOf("server_error")),
    ),
    streamed(
      "middle-named-error-text",
      "an event named `error` whose data is plain text",
      sse([...parts, "event: error\ndata: upstream went away\n\n"]),
      broken(said, ...causesOf("server_error"), ...unreadable),
    ),
    streamed(
      "middle-error-then-text",
      "an error, and more text after it",
      sse([...parts, failedEvent, wire.text("th"), wire.finish(stop), wire.end()]),
      broken(said, ...causesOf("server_error")),
    ),
    streamed(
      "error-after-finish",
      "an error after the finish reason",
      sse([...parts, wire.finish(stop), failedEvent, wire.end()]),
      either(
        broken(say({ text, finish: stop }), ...causesOf("server_error")),
        broken(said, ...causesOf("server_error")),
      ),
    ),
    streamed(
      "tool-error",
      "an error inside a tool call",
      sse([...toolParts, failedEvent, wire.end()]),
      broken(saidTool, ...causesOf("server_error")),
    ),
  ];
}
