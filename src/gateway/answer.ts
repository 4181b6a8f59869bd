/** How an answer gets from the provider's dialect to the client's: passed through, or by way of events. */
import type { Event } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import type {
  AnswerContext,
  Dialect,
  ReadContext,
  StreamReader,
  StreamWriter,
} from "../dialects/dialect.ts";
import { type FrameDecoder, frameDecoder } from "../dialects/frame-decoder.ts";
import type { Frame } from "../dialects/frames.ts";
import type { Relay, Summary } from "../dialects/relay.ts";
import { asFailure, Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";
import { deliverOperation } from "./operate.ts";
import type { OutgoingBody } from "./request-body.ts";

/** Checks a whole answer and hands it to the client. Throws the answer's failure. */
export function deliverWhole(
  exchange: Exchange,
  sent: OutgoingBody,
  context: ReadContext,
  answer: { text: string; length: number; body: Json },
): void {
  if (sent.operation !== undefined) {
    deliverOperation(exchange, sent.operation, context, answer);
    return;
  }
  if (sent.passesThrough && sent.dialect.passThrough !== undefined) {
    const summary = sent.dialect.passThrough.inspect(answer.body, context);
    if (exchange.stream) throw new Failure("upstream.stream_expected");
    note(exchange, summary);
    exchange.delivery.whole(answer.text, answer.length);
    return;
  }
  const events = sent.dialect.readAnswer(answer.body, context);
  if (exchange.stream) throw new Failure("upstream.stream_expected");
  deliverEvents(exchange, events);
}

/** Hands a whole answer's events to the client as one body. */
export function deliverEvents(exchange: Exchange, events: readonly Event[]): void {
  const summary: Summary = {};
  for (const event of events) noteEvent(summary, event);
  note(exchange, summary);
  const { recorder } = exchange;
  const seen = recorder === undefined ? events : events.map((event) => recorder.seen(event));
  const body = exchange.surface.dialect.writeAnswer(seen, answerContext(exchange));
  recorder?.whole(body);
  const text = JSON.stringify(body);
  exchange.delivery.whole(text, Buffer.byteLength(text));
}

function note(exchange: Exchange, summary: Summary): void {
  exchange.usage = summary.usage;
  exchange.finish = summary.finish;
  exchange.modelServed = summary.model;
  exchange.firstContentMs = exchange.elapsed;
}

export function noteEvent(summary: Summary, event: Event): void {
  switch (event.type) {
    case "start":
      summary.model = event.model ?? summary.model;
      break;
    case "usage":
      summary.usage = event.usage;
      break;
    case "finish":
      summary.finish ??= event.reason;
      break;
  }
}

export function answerContext(exchange: Exchange): AnswerContext {
  return {
    id: exchange.surface.answerIdPrefix + exchange.id.slice(4),
    model: exchange.modelServed ?? exchange.model,
    created: Math.floor(exchange.at / 1000),
    streamUsage: exchange.streamUsage,
    ...exchange.recorder?.context,
  };
}

/** What writes the stream of the attempt under way; also its end, if it fails. */
export function streamWriter(exchange: Exchange): StreamWriter {
  if (exchange.writer === undefined) {
    const writer = exchange.surface.dialect.writeStream(answerContext(exchange));
    const recorded = exchange.recorder?.wrap(writer) ?? writer;
    exchange.writer = exchange.streamForm.wrap?.(recorded) ?? recorded;
  }
  return exchange.writer;
}

/** What carries the stream of a call that was sent as `sent`. */
export function streamRelay(exchange: Exchange, sent: OutgoingBody, context: ReadContext): Relay {
  if (sent.passesThrough && sent.dialect.passThrough !== undefined) {
    return sent.dialect.passThrough.relay(context, {
      usageWanted: exchange.streamUsage,
      maxEventBytes: exchange.gateway.settings.limits.answerBytes,
    });
  }
  return new TranslatingRelay(sent.dialect, context, exchange);
}

/** Events instead of bytes: frames are read by the provider's dialect and written by the client's. */
class TranslatingRelay implements Relay {
  readonly summary: Summary = {};
  content = false;
  done = false;
  failure: Failure | undefined;
  readonly #frames: FrameDecoder;
  readonly #reader: StreamReader;
  readonly #exchange: Exchange;

  constructor(dialect: Dialect, context: ReadContext, exchange: Exchange) {
    this.#frames = frameDecoder(dialect.framing, exchange.gateway.settings.limits.answerBytes);
    this.#reader = dialect.readStream(context);
    this.#exchange = exchange;
  }

  push(chunk: Buffer): string | undefined {
    let out = "";
    try {
      for (const frame of this.#frames.push(chunk)) out += this.#read(frame);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
    return out === "" ? undefined : out;
  }

  #read(frame: Frame): string {
    let out = "";
    for (const event of this.#reader.read(frame)) out += this.#event(event);
    return out;
  }

  #event(event: Event): string {
    noteEvent(this.summary, event);
    if (event.type === "finish" || event.type === "part-start" || event.type === "delta")
      this.content ||= isContent(event);
    return streamWriter(this.#exchange).write(event);
  }

  end(): string | undefined {
    let out = "";
    try {
      const { unfinished, frames = [] } = this.#frames.end();
      for (const frame of frames) out += this.#read(frame);
      for (const event of this.#reader.end()) out += this.#event(event);
      if (unfinished && !this.content) throw new Failure("upstream.stream_broken");
      out += streamWriter(this.#exchange).end();
      this.done = true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
    return out === "" ? undefined : out;
  }
}

/** What ends fallback: anything said, or the end of an answer that says nothing. */
export function isContent(event: Event): boolean {
  switch (event.type) {
    case "finish":
      return true;
    case "part-start":
      return (
        event.part.type !== "text" &&
        event.part.type !== "refusal" &&
        event.part.type !== "reasoning"
      );
    case "delta":
      return true;
    default:
      return false;
  }
}
