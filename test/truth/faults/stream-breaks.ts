/** Streams that break off, or end without saying that they are complete, after content. */
import {
  bytesOf,
  type Move,
  nextOf,
  type Said,
  say,
  says,
  stream,
  type Wire,
} from "../wires/wire.ts";
import { broken, either, type Fault, given, streamed } from "./fault.ts";
import { lost, nothing, script, unfinished, unreadable } from "./script.ts";
import { causesOf, html } from "./vendor-errors.ts";

export function streamBreaks(wire: Wire): Fault[] {
  const { text, parts, said, tool, toolParts, saidTool, stop, half } = script(wire);
  const multibyte = bytesOf(wire, nextOf(wire, parts, says.text("Zoë 雪")));
  const insideCharacter = multibyte.subarray(0, multibyte.indexOf(Buffer.from("雪")) + 1);
  const places: [where: string, steps: Move[], heard: Said][] = [
    ["text", parts, said],
    ["tool", toolParts, saidTool],
    ["reasoning", [says.opening, says.reasoning("Let me see")], say({ reasoning: "Let me see" })],
  ];
  if (wire.refuses) {
    const steps = [says.opening, says.refusal("I will no")];
    places.push(["refusal", steps, say({ refusal: "I will no" })]);
  }
  return [
    ...places.flatMap(([where, steps, heard]) => {
      const settled = [...steps, { waitMs: 60 }];
      return [
        streamed(
          `${where}-reset`,
          `reset in ${where}`,
          stream(wire, steps, "reset"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-cut`,
          `closed in ${where}, the framing incomplete`,
          stream(wire, settled, "cut"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-cut-in-event`,
          `closed inside an event in ${where}`,
          stream(wire, [...settled, half], "cut"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-end-in-event`,
          `ends in order inside an event in ${where}`,
          stream(wire, [...settled, half]),
          broken(heard, ...lost, ...unfinished),
        ),
        streamed(
          `${where}-end`,
          `ends in order in ${where}, without a finish reason`,
          stream(wire, steps),
          broken(heard, ...unfinished),
        ),
        ...(wire.saysEnd
          ? [
              streamed(
                `${where}-end-said`,
                `says its end in ${where}, without a finish reason`,
                stream(wire, [...steps, says.end]),
                broken(heard, ...unfinished),
              ),
            ]
          : []),
      ];
    }),
    streamed(
      "tool-start-reset",
      "reset after a tool call's name",
      stream(wire, toolParts.slice(0, 2), "reset"),
      broken(say({ tools: [{ ...tool, arguments: "" }] }), ...lost),
    ),
    streamed(
      "cut-in-character",
      "closed inside a multi-byte character",
      stream(wire, [...parts, insideCharacter], "cut"),
      broken(said, ...lost),
    ),
    streamed(
      "end-in-character",
      "ends in order inside a multi-byte character",
      stream(wire, [...parts, insideCharacter]),
      broken(said, ...lost, ...unfinished),
    ),
    streamed(
      "unframed-cut-stream",
      "a stream without framing that just ends",
      { ...stream(wire, parts), framing: "close" },
      broken(said, ...lost, ...unfinished),
    ),
    streamed(
      "middle-bad",
      "an unreadable event in the middle, then a good end",
      stream(wire, [
        ...parts,
        says.data('{"id":"x","cho'),
        says.text("th"),
        says.finish(stop),
        says.end,
      ]),
      broken(said, ...unreadable),
    ),
    streamed(
      "middle-text",
      "plain text in the middle",
      stream(wire, [...parts, says.data("Internal Server Error")]),
      broken(said, ...unreadable),
    ),
    streamed(
      "middle-string",
      "a JSON string in the middle",
      stream(wire, [...parts, says.data('"error"'), says.end]),
      broken(said, ...unreadable, ...causesOf("server_error")),
    ),
    streamed(
      "middle-html",
      "a proxy's page in the middle",
      stream(wire, [...parts, html("502 Bad Gateway")]),
      broken(said, ...unreadable, ...unfinished),
    ),
    streamed(
      "middle-detail",
      "an error without an envelope in the middle",
      stream(wire, [...parts, says.data('{"detail":"Internal Server Error"}')]),
      broken(said, ...unreadable, ...causesOf("server_error"), ...unfinished),
    ),
    streamed(
      "invalid-utf8",
      "bytes that are not UTF-8 inside a text",
      stream(wire, [
        ...parts,
        bytesOf(wire, nextOf(wire, parts, says.text("*"))).map((byte) =>
          byte === 0x2a ? 0xff : byte,
        ),
        says.finish(stop),
        says.end,
      ]),
      either(broken(said, ...unreadable), given(say({ text: `${text}\ufffd`, finish: stop }))),
    ),

    // the answer is complete, its end is not: both tellings are true
    streamed(
      "finish-then-reset",
      "reset after the finish reason",
      stream(wire, [...parts, says.finish(stop)], "reset"),
      either(
        given(say({ text, finish: stop })),
        broken(say({ text, finish: stop }), ...lost),
        broken(said, ...lost),
      ),
    ),
    streamed(
      "finish-then-bad",
      "an unreadable event after the finish reason",
      stream(wire, [...parts, says.finish(stop), says.data("{"), says.end]),
      either(
        given(say({ text, finish: stop })),
        broken(say({ text, finish: stop }), ...unreadable),
        broken(said, ...unreadable),
      ),
    ),
    streamed(
      "end-then-reset",
      "control: reset after the stream's end",
      stream(wire, [...parts, says.finish(stop), says.end], "reset"),
      given(say({ text, finish: stop })),
    ),
    streamed(
      "sse-as-text",
      "a stream declared as plain text",
      {
        ...stream(wire, [...parts, says.finish(stop), says.end]),
        headers: { "content-type": "text/plain" },
      },
      either(given(say({ text, finish: stop })), nothing),
    ),
  ];
}
