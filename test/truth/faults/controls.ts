/** Controls: odd but right answers, which must arrive whole and unchanged. */
import { json, type Reply, type Step, sse } from "../reply.ts";
import { type Said, type SaidChoice, say, type Wire } from "../wires/wire.ts";
import { both, type Fault, given, streamed } from "./fault.ts";
import { accountHeaders } from "./secrets.ts";

const text = 'Zoë, 雪 and 🦜 said: "yes\\no"\n\tand a line separator \u2028 here.';
const rawArguments = '{"n": 12345678901234567890, "x": 1e999, "city":"Malmö"}';

export function controls(wire: Wire): Fault[] {
  const { stop, length, filter, tools } = wire.finishes;
  const usage = { input: 11, output: 7 };
  const tool = { id: "call_truth_1", name: "weather" };
  const said = say({ text, finish: stop });
  const events = [
    wire.opening(),
    ...text.split(/(?<= )/).map((piece) => wire.text(piece)),
    wire.finish(stop),
    wire.end(),
  ];
  const all = events.join("");

  /** One answer, whole and as these events. */
  const answered = (
    name: string,
    what: string,
    choice: Partial<SaidChoice>,
    steps: Step[],
  ): Fault => ({
    name,
    what: `control: ${what}`,
    whole: { reply: json(200, wire.answer(say(choice))), expect: given(say(choice)) },
    streamed: {
      reply: sse([wire.opening(), ...steps, wire.finish(choice.finish ?? stop), wire.end()]),
      expect: given(say(choice)),
    },
  });
  const framed = (name: string, what: string, steps: Step[], expected: Said = said): Fault =>
    streamed(name, `control: ${what}`, sse(steps), given(expected));

  return [
    answered("plain", "an answer", { text, finish: stop }, [wire.text(text)]),
    answered("said-nothing", "an empty answer that ended by itself", { finish: stop }, []),
    answered("said-nothing-length", "an empty answer cut by its length", { finish: length }, []),
    answered(
      "cut-by-length",
      "an answer cut by its length",
      { text: "Once upon", finish: length },
      [wire.text("Once upon")],
    ),
    answered("cut-by-filter", "an answer cut by a filter", { text: "Once", finish: filter }, [
      wire.text("Once"),
    ]),
    answered("filtered-whole", "an answer that a filter left nothing of", { finish: filter }, []),
    answered("refusal", "a refusal", { refusal: "I will not.", finish: stop }, [
      wire.refusal("I will "),
      wire.refusal("not."),
    ]),
    answered(
      "reasoning",
      "reasoning, then an answer",
      { reasoning: "Hm. 雪?", text: "Yes.", finish: stop },
      [wire.reasoning("Hm. "), wire.reasoning("雪?"), wire.text("Yes.")],
    ),
    {
      ...answered(
        "tool-call",
        "a tool call with its raw arguments",
        { tools: [{ ...tool, arguments: rawArguments }], finish: tools },
        [
          wire.toolStart(tool),
          ...(rawArguments.match(/.{1,7}/gs) ?? []).map((piece) => wire.toolArguments(piece)),
        ],
      ),
      ask: { tools: true },
    },
    both(
      "error-null",
      "control: an answer with `error: null`",
      ({ body }): Reply =>
        body.stream === true ? sse(events) : json(200, { ...wire.answer(said), error: null }),
      given(said),
    ),
    both(
      "slow-first-byte",
      "control: the first byte after 1.5 s",
      ({ body }): Reply =>
        body.stream === true
          ? sse([{ waitMs: 1500 }, ...events])
          : { ...json(200, wire.answer(said)), delayMs: 1500 },
      given(said),
    ),
    {
      ...both(
        "usage",
        "control: usage, asked for",
        ({ body }): Reply =>
          body.stream === true
            ? sse([
                ...events.slice(0, -1),
                ...(wire.asksUsage(body) ? [wire.usage(usage)] : []),
                wire.end(),
              ])
            : json(200, wire.answer({ ...said, usage })),
        given({ ...said, usage }),
      ),
      ask: { usage: true },
    },
    streamed(
      "usage-unasked",
      "control: usage in the stream, asked for by the gateway alone",
      ({ body }) =>
        sse([
          ...events.slice(0, -1),
          ...(wire.asksUsage(body) ? [wire.usage(usage)] : []),
          wire.end(),
        ]),
      given(said),
    ),

    both(
      "account-headers",
      "control: an answer whose headers name the gateway's account",
      ({ body }): Reply =>
        body.stream === true
          ? sse(events, "finish", accountHeaders)
          : json(200, wire.answer(said), accountHeaders),
      given(said),
    ),

    // one stream, however it is cut and dressed
    framed("one-write", "the stream in one write", [all]),
    framed(
      "byte-by-byte",
      "the stream byte by byte",
      Array.from(Buffer.from(all), (byte) => Uint8Array.of(byte)),
    ),
    framed("in-sevens", "the stream in writes of seven bytes", sevens(all)),
    framed("crlf", "CRLF line ends", [all.replaceAll("\n", "\r\n")]),
    framed(
      "crlf-split",
      "CRLF line ends, cut between CR and LF",
      all.replaceAll("\n", "\r\n").split(/(?<=\r)/),
    ),
    framed("cr", "CR line ends", [all.replaceAll("\n", "\r")]),
    framed(
      "comments",
      "comments in between",
      events.flatMap((event) => [": OPENROUTER PROCESSING\n\n", event, ":\n\n"]),
    ),
    framed(
      "no-space",
      "`data:` without a space",
      events.map((event) => event.replaceAll("data: ", "data:")),
    ),
    framed(
      "fields",
      "id, retry and unknown fields",
      events.map((event, index) => `id: ${index}\nretry: 3000\nx-y: z\n${event}`),
    ),
    framed(
      "extra-blank-lines",
      "empty lines in between",
      events.map((event) => `\n\n${event}\n\n`),
    ),
    framed(
      "multi-line-data",
      "data over several lines",
      events.map((event) => event.replace(/,"/g, ',\ndata: "')),
    ),
    framed("stream-byte-order-mark", "a byte order mark first", [`\ufeff${all}`]),
    framed(
      "large-event",
      "an event of 300 kB",
      [wire.opening(), wire.text("雪".repeat(100_000)), wire.finish(stop), wire.end()],
      say({ text: "雪".repeat(100_000), finish: stop }),
    ),
    framed(
      "many-events",
      "2000 events",
      [
        wire.opening(),
        Array.from({ length: 2000 }, (_, i) => wire.text(`${i} `)).join(""),
        wire.finish(stop),
        wire.end(),
      ],
      say({ text: Array.from({ length: 2000 }, (_, i) => `${i} `).join(""), finish: stop }),
    ),
    framed(
      "pauses",
      "pauses within limits",
      events.flatMap((event) => [event, { waitMs: 40 }]),
    ),
    framed("no-end", "a finish reason, but no end", events.slice(0, -1)),
    streamed(
      "unframed-stream",
      "control: a stream that ends with its connection",
      { ...sse(events), framing: "close" },
      given(said),
    ),
  ];
}

function sevens(all: string): Uint8Array[] {
  const bytes = Buffer.from(all);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 7) pieces.push(bytes.subarray(at, at + 7));
  return pieces;
}
