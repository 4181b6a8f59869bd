/** Streams that were never one, or end before any content: a status, because nothing has been sent. */
import { json } from "../reply.ts";
import { say, says, stream, textOf, type VendorError, type Wire } from "../wires/wire.ts";
import { broken, type Fault, streamed } from "./fault.ts";
import { nothing, script } from "./script.ts";
import { accountPhrases, causesOf, html, toldOf } from "./vendor-errors.ts";

export function streamStarts(wire: Wire): Fault[] {
  const { stop, half } = script(wire);
  const answer = wire.answer(say({ text: "Whole.", finish: stop }));
  const usageAlone = textOf(wire, says.usage({ input: 11, output: 0 }));
  return [
    ...(wire.framing === "sse" ? eventLines(wire) : []),
    ...(wire.saysEnd ? ends(wire) : []),
    ...(usageAlone === ""
      ? []
      : [
          streamed(
            "stream-usage-only",
            "a stream of usage alone",
            stream(wire, [usageAlone, says.end]),
            nothing,
          ),
        ]),
    streamed("stream-json", "a whole JSON answer instead of a stream", json(200, answer), nothing),
    streamed(
      "stream-json-as-sse",
      "a whole JSON answer declared as a stream",
      stream(wire, [JSON.stringify(answer)]),
      nothing,
    ),
    streamed("stream-empty", "an empty stream", stream(wire, []), nothing),
    streamed(
      "stream-blank",
      "a stream of empty lines",
      stream(wire, ["\n\n\n\n", "\r\n\r\n"]),
      nothing,
    ),
    streamed(
      "stream-opening-only",
      "a stream that opens, and no more",
      stream(wire, [says.opening]),
      nothing,
    ),
    streamed(
      "stream-html",
      "HTML declared as a stream",
      stream(wire, [html("502 Bad Gateway")]),
      nothing,
    ),
    streamed(
      "stream-html-data",
      "HTML inside a data line",
      stream(wire, [says.data("<html><body>502</body></html>")]),
      nothing,
    ),
    streamed(
      "stream-text-data",
      "plain text inside a data line",
      stream(wire, [says.data("Internal Server Error")]),
      nothing,
    ),
    streamed(
      "stream-bad-first",
      "an unreadable first event",
      stream(wire, [says.data('{"id":"x","cho'), says.text("lost"), says.finish(stop), says.end]),
      nothing,
    ),
    streamed(
      "stream-cut-first",
      "a stream cut inside its first event",
      stream(wire, [half], "cut"),
      nothing,
    ),
    streamed(
      "stream-opening-reset",
      "reset after the opening",
      stream(wire, [says.opening], "reset"),
      nothing,
    ),
    streamed(
      "stream-opening-cut",
      "closed after the opening, the framing incomplete",
      stream(wire, [says.opening], "cut"),
      nothing,
    ),
    streamed(
      "stream-gzip-broken",
      "a stream whose gzip is corrupt",
      stream(wire, [Buffer.from("1f8b0800000000000003ffffffffffff", "hex")], "finish", {
        "content-encoding": "gzip",
      }),
      nothing,
    ),
  ];
}

function ends(wire: Wire): Fault[] {
  return [
    streamed("stream-end-only", "a stream that only ends", stream(wire, [says.end]), nothing),
    streamed(
      "stream-opening-end",
      "a stream that opens and ends",
      stream(wire, [says.opening, says.end]),
      nothing,
    ),
  ];
}

/** Lines of an event stream that are no data. */
function eventLines(wire: Wire): Fault[] {
  const line = (kind: VendorError, spaces = 0): string =>
    JSON.stringify(wire.error(kind).body, undefined, spaces);
  const [opened, parts] = [[says.opening], script(wire).parts];
  return [
    streamed(
      "stream-comments",
      "a stream of comments",
      stream(wire, [": ping\n\n", ": ping\n\n"]),
      nothing,
    ),
    // A blocked prompt (Gemini) is an answer, not an error.
    ...wire.errorsWithoutStatus.flatMap((kind) => {
      if (wire.error(kind).status === 200) return [];
      const name = kind.replaceAll("_", "-");
      return [
        {
          ...streamed(
            `line-${name}`,
            `${kind} as JSON without \`data:\``,
            stream(wire, [`${line(kind)}\n\n`]),
            toldOf(kind, wire),
          ),
          unsaid: accountPhrases,
        },
      ];
    }),
    streamed(
      "line-over-lines",
      "an error's JSON over many lines, without `data:`, in a stream that has opened",
      stream(wire, [...opened, line("server_error", 2)]),
      toldOf("server_error", wire),
    ),
    streamed(
      "line-after-text",
      "an error's JSON over many lines, without `data:`, after text",
      stream(wire, [...parts, `${line("context_too_long", 2)}\n`]),
      broken(script(wire).said, ...causesOf("context_too_long")),
    ),
    streamed(
      "line-after-text-then-end",
      "an error's JSON without `data:` after text, then the end",
      stream(wire, [...parts, `${line("context_too_long")}\n\n`, says.end]),
      broken(script(wire).said, ...causesOf("context_too_long")),
    ),
  ];
}
