/** Streams that break off, or end without saying that they are complete, after content. */
import { type Step, sse } from "../reply.ts";
import { say, type Wire } from "../wires/wire.ts";
import { broken, either, type Fault, given, streamed } from "./fault.ts";
import { event, lost, nothing, script, unfinished, unreadable } from "./script.ts";
import { causesOf, html } from "./vendor-errors.ts";

export function streamBreaks(wire: Wire): Fault[] {
  const { text, parts, said, tool, toolParts, saidTool, stop, half } = script(wire);
  const multibyte = Buffer.from(wire.text("Zoë 雪"));
  const insideCharacter = multibyte.subarray(0, multibyte.indexOf(Buffer.from("雪")) + 1);
  return [
    ...(
      [
        ["text", parts, said],
        ["tool", toolParts, saidTool],
        [
          "reasoning",
          [wire.opening(), wire.reasoning("Let me see")],
          say({ reasoning: "Let me see" }),
        ],
        ["refusal", [wire.opening(), wire.refusal("I will no")], say({ refusal: "I will no" })],
      ] as const
    ).flatMap(([where, sent, heard]) => {
      const steps: readonly Step[] = sent;
      const settled = [...steps, { waitMs: 60 }];
      return [
        streamed(
          `${where}-reset`,
          `reset in ${where}`,
          sse(steps, "reset"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-cut`,
          `closed in ${where}, the framing incomplete`,
          sse(settled, "cut"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-cut-in-event`,
          `closed inside an event in ${where}`,
          sse([...settled, half], "cut"),
          broken(heard, ...lost),
        ),
        streamed(
          `${where}-end-in-event`,
          `ends in order inside an event in ${where}`,
          sse([...settled, half]),
          broken(heard, ...lost, ...unfinished),
        ),
        streamed(
          `${where}-end`,
          `ends in order in ${where}, without a finish reason`,
          sse(steps),
          broken(heard, ...unfinished),
        ),
        streamed(
          `${where}-end-said`,
          `says its end in ${where}, without a finish reason`,
          sse([...steps, wire.end()]),
          broken(heard, ...unfinished),
        ),
      ];
    }),
    streamed(
      "tool-start-reset",
      "reset after a tool call's name",
      sse(toolParts.slice(0, 2), "reset"),
      broken(say({ tools: [{ ...tool, arguments: "" }] }), ...lost),
    ),
    streamed(
      "cut-in-character",
      "closed inside a multi-byte character",
      sse([...parts, insideCharacter], "cut"),
      broken(said, ...lost),
    ),
    streamed(
      "end-in-character",
      "ends in order inside a multi-byte character",
      sse([...parts, insideCharacter]),
      broken(said, ...lost, ...unfinished),
    ),
    streamed(
      "unframed-cut-stream",
      "a stream without framing that just ends",
      { ...sse(parts), framing: "close" },
      broken(said, ...lost, ...unfinished),
    ),
    streamed(
      "middle-bad",
      "an unreadable event in the middle, then a good end",
      sse([...parts, event('{"id":"x","cho'), wire.text("th"), wire.finish(stop), wire.end()]),
      broken(said, ...unreadable),
    ),
    streamed(
      "middle-text",
      "plain text in the middle",
      sse([...parts, event("Internal Server Error")]),
      broken(said, ...unreadable),
    ),
    streamed(
      "middle-string",
      "a JSON string in the middle",
      sse([...parts, event('"error"'), wire.end()]),
      broken(said, ...unreadable, ...causesOf("server_error")),
    ),
    streamed(
      "middle-html",
      "a proxy's page in the middle",
      sse([...parts, html("502 Bad Gateway")]),
      broken(said, ...unreadable, ...unfinished),
    ),
    streamed(
      "middle-detail",
      "an error without an envelope in the middle",
      sse([...parts, event('{"detail":"Internal Server Error"}')]),
      broken(said, ...unreadable, ...causesOf("server_error"), ...unfinished),
    ),
    streamed(
      "invalid-utf8",
      "bytes that are not UTF-8 inside a text",
      sse([
        ...parts,
        Buffer.from(wire.text("*")).map((byte) => (byte === 0x2a ? 0xff : byte)),
        wire.finish(stop),
        wire.end(),
      ]),
      either(broken(said, ...unreadable), given(say({ text: `${text}\ufffd`, finish: stop }))),
    ),

    // the answer is complete, its end is not: both tellings are true
    streamed(
      "finish-then-reset",
      "reset after the finish reason",
      sse([...parts, wire.finish(stop)], "reset"),
      either(
        given(say({ text, finish: stop })),
        broken(say({ text, finish: stop }), ...lost),
        broken(said, ...lost),
      ),
    ),
    streamed(
      "finish-then-bad",
      "an unreadable event after the finish reason",
      sse([...parts, wire.finish(stop), event("{"), wire.end()]),
      either(
        given(say({ text, finish: stop })),
        broken(say({ text, finish: stop }), ...unreadable),
        broken(said, ...unreadable),
      ),
    ),
    streamed(
      "end-then-reset",
      "control: reset after the stream's end",
      sse([...parts, wire.finish(stop), wire.end()], "reset"),
      given(say({ text, finish: stop })),
    ),
    streamed(
      "sse-as-text",
      "a stream declared as plain text",
      {
        ...sse([...parts, wire.finish(stop), wire.end()]),
        headers: { "content-type": "text/plain" },
      },
      either(given(say({ text, finish: stop })), nothing),
    ),
  ];
}
