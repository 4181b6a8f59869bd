/** Answers without measure, under the limit that the suite sets: `limits.answer_bytes`. */
import type { Step } from "../reply.ts";
import { finishes, say, says, stream, textOf, type Wire } from "../wires/wire.ts";
import { broken, either, type Fault, given, streamed, told, whole } from "./fault.ts";

/** What Parley is started with. */
export const answerBytes = 1024 * 1024;

const typed = { "content-type": "application/json" };
/** Bounded all the same, for a gateway that has no limit. */
const endless: Step = { repeat: "a".repeat(256 * 1024), everyMs: 2, times: 400 };

export function size(wire: Wire): Fault[] {
  const large = (bytes: number) => say({ text: "x".repeat(bytes), finish: finishes.stop });
  const fits = large(answerBytes - 4096);
  const tooLarge = told("upstream.body_too_large");
  const faults = [
    whole(
      "too-large",
      "an answer beyond the limit",
      { headers: typed, steps: [JSON.stringify(wire.answer(large(answerBytes)))] },
      tooLarge,
    ),
    whole(
      "endless-answer",
      "an answer that does not end",
      { headers: typed, framing: "chunked", steps: ['{"id":"', endless] },
      tooLarge,
    ),
    streamed(
      "endless-event",
      "a first event that does not end",
      stream(wire, [textOf(wire, says.opening).slice(0, -6), endless]),
      // Where it takes so long that the stream had to begin, the stream tells it.
      either(tooLarge, broken(say(), "upstream.body_too_large")),
    ),
    streamed(
      "endless-event-in-text",
      "an event that does not end, after text",
      stream(wire, [
        says.opening,
        says.text("So far"),
        textOf(wire, says.text("x")).slice(0, -6),
        endless,
      ]),
      broken(say({ text: "So far" }), "upstream.body_too_large"),
    ),
    whole(
      "nearly-too-large",
      "control: an answer just within the limit",
      { headers: typed, steps: [JSON.stringify(wire.answer(fits))] },
      given(fits),
    ),
  ];
  // Where each message announces its length, none is without end; what it announces is that wire's own fault.
  const framed =
    wire.framing === "sse" ? faults : faults.filter(({ whole }) => whole !== undefined);
  return framed.map((fault) => ({ ...fault, limited: true }));
}
