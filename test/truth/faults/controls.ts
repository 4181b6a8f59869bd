/** Controls: odd but right answers, which must arrive whole and unchanged. */
import { json, type Reply, type Step } from "../reply.ts";
import {
  bytesOf,
  type Finish,
  finishes,
  type Mode,
  type Move,
  type Said,
  type SaidChoice,
  say,
  says,
  stream,
  textOf,
  type Wire,
} from "../wires/wire.ts";
import { both, type Fault, given, streamed, whole } from "./fault.ts";
import { accountHeaders } from "./secrets.ts";

const text = 'Zoë, 雪 and 🦜 said: "yes\\no"\n\tand a line separator \u2028 here.';
/** No object can hold these numbers. */
const rawArguments = '{"n": 12345678901234567890, "x": 1e999, "city":"Malmö"}';

const plainArguments = '{"city":"Malmö","days":3}';

export function controls(wire: Wire): Fault[] {
  const { stop, length, filter } = finishes;
  const usage = { input: 11, output: 7 };
  const said = say({ text, finish: stop });
  const events = [
    says.opening,
    ...text.split(/(?<= )/).map((piece) => says.text(piece)),
    says.finish(stop),
    says.end,
  ];

  /** One answer, whole and as these events. */
  const answered = (
    name: string,
    what: string,
    choice: Partial<SaidChoice>,
    steps: Move[],
    reason: Finish = stop,
  ): Fault => {
    const expect = given(say({ ...choice, finish: reason }));
    return {
      name,
      what: `control: ${what}`,
      whole: { reply: json(200, wire.answer(expect.said)), expect },
      streamed: {
        reply: stream(wire, [says.opening, ...steps, says.finish(reason), says.end]),
        expect,
      },
    };
  };
  const cached = { ...said, usage: { ...usage, cached: 5 } };
  const framed = framedFor(wire, said);

  return [
    answered("plain", "an answer", { text }, [says.text(text)]),
    answered("said-nothing", "an empty answer that ended by itself", {}, []),
    answered("said-nothing-length", "an empty answer cut by its length", {}, [], length),
    answered(
      "cut-by-length",
      "an answer cut by its length",
      { text: "Once upon" },
      [says.text("Once upon")],
      length,
    ),
    answered(
      "cut-by-filter",
      "an answer cut by a filter",
      { text: "Once" },
      [says.text("Once")],
      filter,
    ),
    answered("filtered-whole", "an answer that a filter left nothing of", {}, [], filter),
    ...(wire.refuses
      ? [
          answered("refusal", "a refusal", { refusal: "I will not." }, [
            says.refusal("I will "),
            says.refusal("not."),
          ]),
        ]
      : []),
    answered("reasoning", "reasoning, then an answer", { reasoning: "Hm. 雪?", text: "Yes." }, [
      says.reasoning("Hm. "),
      says.reasoning("雪?"),
      says.text("Yes."),
    ]),
    ...toolCalls(wire),
    both(
      "error-null",
      "control: an answer with `error: null`",
      ({ streaming }): Reply =>
        streaming ? stream(wire, events) : json(200, { ...wire.answer(said), error: null }),
      given(said),
    ),
    both(
      "slow-first-byte",
      "control: the first byte after 1.5 s",
      ({ streaming }): Reply =>
        streaming
          ? stream(wire, [{ waitMs: 1500 }, ...events])
          : { ...json(200, wire.answer(said)), delayMs: 1500 },
      given(said),
    ),
    {
      ...both(
        "usage",
        "control: usage, asked for",
        ({ streaming, body }): Reply =>
          streaming
            ? stream(wire, [
                ...events.slice(0, -1),
                ...(tellsUsage(wire, body) ? [says.usage(usage)] : []),
                says.end,
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
        stream(wire, [
          ...events.slice(0, -1),
          ...(tellsUsage(wire, body) ? [says.usage(usage)] : []),
          says.end,
        ]),
      given(said),
    ),

    both(
      "account-headers",
      "control: an answer whose headers name the gateway's account",
      ({ streaming }): Reply =>
        streaming
          ? stream(wire, events, "finish", accountHeaders)
          : json(200, wire.answer(said), accountHeaders),
      given(said),
    ),

    {
      ...whole(
        "usage-cached",
        "control: usage of which some was cached",
        json(200, wire.answer(cached)),
        given(cached),
      ),
      ask: { usage: true },
    },
    ...cuts(wire, events, framed),
    ...(wire.framing === "sse" ? dresses(wire, events, framed) : []),
    framed(
      "large-event",
      "an event of 300 kB",
      [says.opening, says.text("雪".repeat(100_000)), says.finish(stop), says.end],
      say({ text: "雪".repeat(100_000), finish: stop }),
    ),
    framed(
      "many-events",
      "2000 events",
      [
        says.opening,
        ...Array.from({ length: 2000 }, (_, i) => says.text(`${i} `)),
        says.finish(stop),
        says.end,
      ],
      say({ text: Array.from({ length: 2000 }, (_, i) => `${i} `).join(""), finish: stop }),
    ),
    framed(
      "pauses",
      "pauses within limits",
      events.flatMap((event) => [event, { waitMs: 40 }]),
    ),
    ...(wire.saysEnd && textOf(wire, says.end) !== "" && wire.name !== "anthropic-messages"
      ? [framed("no-end", "a finish reason, but no end", events.slice(0, -1))]
      : []),
    streamed(
      "unframed-stream",
      "control: a stream that ends with its connection",
      { ...stream(wire, events), framing: "close" },
      given(said),
    ),
  ];
}

function tellsUsage(wire: Wire, body: Readonly<Record<string, unknown>>): boolean {
  const options = body.stream_options;
  const asked = typeof options === "object" && options !== null && "include_usage" in options;
  return wire.tellsUsage === "always" || asked;
}

type Framed = (name: string, what: string, steps: (Step | Move)[], expected?: Said) => Fault;

function framedFor(wire: Wire, said: Said): Framed {
  return (name, what, steps, expected = said) =>
    streamed(name, `control: ${what}`, stream(wire, steps), given(expected));
}

function toolCalls(wire: Wire): Fault[] {
  const tool = { id: "call_truth_1", name: "weather" };
  const finish = finishes.tools;
  const answered = (name: string, text: string, mode?: Mode): Fault => {
    const expect = given(say({ tools: [{ ...tool, arguments: text }], finish }));
    const pieces = (text.match(/.{1,7}/gs) ?? []).map((piece) => says.arguments(piece));
    const steps = [says.opening, says.call(tool), ...pieces, says.finish(finish), says.end];
    return {
      name,
      what: "control: a tool call with its arguments",
      ask: { tools: true },
      ...(mode === "streamed"
        ? {}
        : { whole: { reply: json(200, wire.answer(expect.said)), expect } }),
      ...(mode === "whole" ? {} : { streamed: { reply: stream(wire, steps), expect } }),
    };
  };
  const plain = answered("tool-call", plainArguments);
  if (wire.rawArguments === "nowhere") return [plain];
  return [
    plain,
    answered(
      "tool-call-raw",
      rawArguments,
      wire.rawArguments === "streamed" ? "streamed" : undefined,
    ),
  ];
}

/** One stream, however it is cut. */
function cuts(wire: Wire, events: readonly Move[], framed: Framed): Fault[] {
  const all = bytesOf(wire, textOf(wire, ...events));
  return [
    framed("one-write", "the stream in one write", [all]),
    framed(
      "byte-by-byte",
      "the stream byte by byte",
      Array.from(all, (byte) => Uint8Array.of(byte)),
    ),
    framed("in-sevens", "the stream in writes of seven bytes", sevens(all)),
  ];
}

/** One stream, however it is dressed. */
function dresses(wire: Wire, moves: readonly Move[], framed: Framed): Fault[] {
  const events = wire.events(moves);
  const all = events.join("");
  return [
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
    framed("no-space", "`data:` without a space", [all.replaceAll("data: ", "data:")]),
    framed(
      "fields",
      "id, retry and unknown fields",
      events.map((event, index) =>
        event === "" ? "" : `id: ${index}\nretry: 3000\nx-y: z\n${event}`,
      ),
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
  ];
}

function sevens(bytes: Buffer): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 7) pieces.push(bytes.subarray(at, at + 7));
  return pieces;
}
