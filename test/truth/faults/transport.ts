/** Faults of connection, HTTP framing and compression: the same whatever is spoken above them. */
import { gzipSync } from "node:zlib";
import type { Reply } from "../reply.ts";
import { bytesOf, finishes, say, says, stream, textOf, type Wire } from "../wires/wire.ts";
import { both, type Fault, given, told, whole } from "./fault.ts";

const lost = told("upstream.connection_lost", "upstream.body_broken", "upstream.stream_broken");
const unusable = told(
  "upstream.connection_lost",
  "upstream.body_broken",
  "upstream.stream_broken",
  "upstream.empty",
  "upstream.not_json",
  "upstream.stream_expected",
  "upstream.stream_unfinished",
  "upstream.status_unexpected",
);

export function transport(wire: Wire): Fault[] {
  const said = say({ text: "The whole truth.", finish: finishes.stop });
  const answer = JSON.stringify(wire.answer(said));
  const zipped = gzipSync(answer);
  const corrupt = Buffer.from(zipped);
  corrupt.fill(0xff, 12, corrupt.length - 8);
  const moves = [says.opening, says.text("The whole truth."), says.finish(finishes.stop), says.end];
  const events = bytesOf(wire, textOf(wire, ...moves));
  const streamType = stream(wire, []).headers?.["content-type"] ?? "";
  const typed = { "content-type": "application/json" };
  const gzip = { ...typed, "content-encoding": "gzip" };
  const raw = (...steps: (string | Uint8Array)[]): Reply => ({ framing: "raw", steps });

  return [
    both(
      "reset-before-headers",
      "connection reset before the headers",
      { framing: "raw", ending: "reset" },
      lost,
    ),
    both("close-before-headers", "connection closed before the headers", raw(), lost),
    both(
      "cut-in-headers",
      "connection closed inside the headers",
      raw("HTTP/1.1 200 OK\r\ncontent-ty"),
      lost,
    ),
    both(
      "reset-in-headers",
      "connection reset inside the headers",
      { framing: "raw", steps: ["HTTP/1.1 200 OK\r\ncontent-ty"], ending: "reset" },
      lost,
    ),
    both(
      "reset-after-headers",
      "connection reset between headers and body",
      { headers: typed, lengthOff: 500, ending: "reset" },
      lost,
    ),
    both(
      "reset-after-stream-headers",
      "connection reset between the headers and the first event",
      stream(wire, [], "reset"),
      lost,
    ),
    both(
      "headers-then-end",
      "headers that promise a body, then the end",
      { headers: typed, lengthOff: 500, ending: "cut" },
      unusable,
    ),
    both(
      "headers-then-end-chunked",
      "headers of a chunked body, then the end",
      { headers: typed, framing: "chunked", ending: "cut" },
      unusable,
    ),
    both(
      "headers-then-end-unframed",
      "headers without a length, then the end",
      { headers: typed, framing: "close" },
      unusable,
    ),
    whole(
      "reset-in-body",
      "connection reset inside the body",
      { headers: typed, lengthOff: 90, steps: [answer.slice(0, 60)], ending: "reset" },
      lost,
    ),
    whole(
      "reset-in-chunked-body",
      "connection reset inside a chunked body",
      { headers: typed, framing: "chunked", steps: [answer.slice(0, 60)], ending: "reset" },
      lost,
    ),
    whole(
      "short-body",
      "a body shorter than its Content-Length",
      { headers: typed, lengthOff: 300, steps: [answer.slice(0, 80)], ending: "cut" },
      lost,
    ),
    whole(
      "short-body-valid-json",
      "a body that ends before its Content-Length, though its JSON is whole",
      { headers: typed, lengthOff: 64, steps: [answer], ending: "cut" },
      lost,
    ),
    whole(
      "chunked-cut",
      "a chunked body without its last chunk",
      { headers: typed, framing: "chunked", steps: [answer.slice(0, 80)], ending: "cut" },
      lost,
    ),
    whole(
      "unframed-cut",
      "a body without a length that ends inside its JSON",
      { headers: typed, framing: "close", steps: [answer.slice(0, 80)] },
      unusable,
    ),
    whole(
      "length-too-small",
      "a Content-Length smaller than the body",
      { headers: typed, lengthOff: -40, steps: [answer], ending: "cut" },
      unusable,
    ),
    both(
      "chunk-size-garbage",
      "a chunk size that is not a number",
      raw(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${answer}\r\n`,
      ),
      unusable,
    ),
    both(
      "gzip-corrupt",
      "gzip whose data is corrupt",
      { headers: gzip, steps: [corrupt] },
      unusable,
    ),
    both(
      "gzip-truncated",
      "gzip that ends too early",
      { headers: gzip, steps: [zipped.subarray(0, 40)] },
      unusable,
    ),
    both("gzip-not", "plain JSON declared as gzip", { headers: gzip, steps: [answer] }, unusable),
    both(
      "encoding-unknown",
      "an unknown Content-Encoding",
      {
        headers: { ...typed, "content-encoding": "x-truth" },
        steps: [Buffer.from(zipped).reverse()],
      },
      unusable,
    ),
    both("ssh-banner", "an SSH banner instead of HTTP", raw("SSH-2.0-OpenSSH_9.6\r\n"), lost),
    both(
      "http-0.9",
      "an HTML page without an HTTP head",
      raw("<html><body>Bad gateway</body></html>\r\n\r\n"),
      lost,
    ),
    both(
      "status-line-garbage",
      "a status line without a status",
      raw("HTTP/1.1 abc\r\n\r\n"),
      lost,
    ),
    both(
      "header-garbage",
      "a header line that is none",
      raw("HTTP/1.1 200 OK\r\n\x01\x02no header\r\n\r\n"),
      lost,
    ),
    both(
      "two-lengths",
      "two different Content-Lengths",
      raw(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 90\r\n\r\n${answer}`),
      lost,
    ),
    both(
      "huge-header",
      "a response header of 200 kB",
      raw(`HTTP/1.1 200 OK\r\nx-big: ${"a".repeat(200_000)}\r\ncontent-length: 2\r\n\r\n{}`),
      unusable,
    ),
    both(
      "tls-alert",
      "a TLS alert on a plain connection",
      { framing: "raw", steps: [Uint8Array.of(21, 3, 3, 0, 2, 2, 40)] },
      lost,
    ),
    both(
      "continue-then-end",
      "100 Continue, then the end",
      raw("HTTP/1.1 100 Continue\r\n\r\n"),
      lost,
    ),
    both(
      "switching-protocols",
      "101 Switching Protocols, which nobody asked for",
      raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"),
      unusable,
    ),
    whole("gzip", "control: an answer in gzip", { headers: gzip, steps: [zipped] }, given(said)),
    {
      name: "gzip-stream",
      what: "control: a stream in gzip",
      streamed: {
        reply: stream(wire, [gzipSync(events)], "finish", { "content-encoding": "gzip" }),
        expect: given(said),
      },
    },
    whole(
      "chunked",
      "control: an answer in three chunks",
      {
        headers: typed,
        framing: "chunked",
        steps: [answer.slice(0, 9), answer.slice(9, 80), answer.slice(80)],
      },
      given(said),
    ),
    whole(
      "unframed",
      "control: an answer that ends with its connection",
      { headers: typed, framing: "close", steps: [answer] },
      given(said),
    ),
    both(
      "early-hints",
      "control: 103 Early Hints before the answer",
      ({ streaming }) =>
        streaming
          ? raw(
              `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: ${streamType}\r\nconnection: close\r\n\r\n`,
              events,
            )
          : raw(
              `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${answer}`,
            ),
      given(said),
    ),
    both(
      "idle-close",
      "control: a kept connection that is closed, unannounced, after the answer",
      ({ streaming }) =>
        streaming
          ? { ...stream(wire, [...moves, { waitMs: 5 }]), ending: "finish" }
          : { headers: { ...typed, connection: "keep-alive" }, steps: [answer], ending: "cut" },
      given(said),
    ),
    {
      ...both(
        "refused",
        "connection refused",
        {},
        told("upstream.connect_failed", "upstream.connection_lost"),
      ),
      refused: true,
    },
  ];
}
