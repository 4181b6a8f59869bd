/** Streams that were never one, or end before any content: a status, because nothing has been sent. */
import { json, sse } from "../reply.ts";
import { say, type Wire } from "../wires/wire.ts";
import { type Fault, streamed, told } from "./fault.ts";
import { event, nothing, script } from "./script.ts";
import { html } from "./vendor-errors.ts";

export function streamStarts(wire: Wire): Fault[] {
  const { stop, half } = script(wire);
  const answer = wire.answer(say({ text: "Whole.", finish: stop }));
  return [
    streamed("stream-json", "a whole JSON answer instead of a stream", json(200, answer), nothing),
    streamed(
      "stream-json-as-sse",
      "a whole JSON answer declared as a stream",
      sse([JSON.stringify(answer)]),
      nothing,
    ),
    streamed("stream-empty", "an empty stream", sse([]), nothing),
    streamed("stream-blank", "a stream of empty lines", sse(["\n\n\n\n", "\r\n\r\n"]), nothing),
    streamed("stream-comments", "a stream of comments", sse([": ping\n\n", ": ping\n\n"]), nothing),
    streamed("stream-end-only", "a stream that only ends", sse([wire.end()]), nothing),
    streamed(
      "stream-opening-end",
      "a stream that opens and ends",
      sse([wire.opening(), wire.end()]),
      nothing,
    ),
    streamed(
      "stream-opening-only",
      "a stream that opens, and no more",
      sse([wire.opening()]),
      nothing,
    ),
    streamed(
      "stream-usage-only",
      "a stream of usage alone",
      sse([wire.usage({ input: 11, output: 0 }), wire.end()]),
      nothing,
    ),
    streamed("stream-html", "HTML declared as a stream", sse([html("502 Bad Gateway")]), nothing),
    streamed(
      "stream-html-data",
      "HTML inside a data line",
      sse([event("<html><body>502</body></html>")]),
      nothing,
    ),
    streamed(
      "stream-text-data",
      "plain text inside a data line",
      sse([event("Internal Server Error")]),
      nothing,
    ),
    streamed(
      "stream-json-error-line",
      "an error's JSON without `data:`",
      sse([`${JSON.stringify(wire.error("server_error").body)}\n\n`]),
      told(
        "upstream.server_error",
        "upstream.error_unknown",
        "upstream.stream_expected",
        "upstream.empty",
        "upstream.not_json",
        "upstream.stream_unfinished",
        "upstream.event_unreadable",
      ),
    ),
    streamed(
      "stream-bad-first",
      "an unreadable first event",
      sse([event('{"id":"x","cho'), wire.text("lost"), wire.finish(stop), wire.end()]),
      nothing,
    ),
    streamed(
      "stream-cut-first",
      "a stream cut inside its first event",
      sse([half], "cut"),
      nothing,
    ),
    streamed(
      "stream-opening-reset",
      "reset after the opening",
      sse([wire.opening()], "reset"),
      nothing,
    ),
    streamed(
      "stream-opening-cut",
      "closed after the opening, the framing incomplete",
      sse([wire.opening()], "cut"),
      nothing,
    ),
    streamed(
      "stream-gzip-broken",
      "a stream whose gzip is corrupt",
      sse([Buffer.from("1f8b0800000000000003ffffffffffff", "hex")], "finish", {
        "content-encoding": "gzip",
      }),
      nothing,
    ),
  ];
}
