/** Legacy completions for their own clients: what the provider says is passed on event by event. */
import type { Event } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import { isObject } from "../../core/json.ts";
import { asFailure, type Failure } from "../../failures/failure.ts";
import type { ReadContext, StreamReader } from "../dialect.ts";
import { type FrameDecoder, frameDecoder } from "../frame-decoder.ts";
import type { PassThrough, Relay, RelayOptions, Summary } from "../relay.ts";
import { readAnswer, readStream } from "./read-answer.ts";

export const passThrough: PassThrough = {
  // Manners are of the chat API.
  fits: () => true,
  inspect(body: Json, context: ReadContext): Summary {
    const summary: Summary = {};
    for (const event of readAnswer(body, context)) note(summary, event);
    return summary;
  },
  relay: (context, options) => new CompletionsRelay(context, options),
};

const DONE = "data: [DONE]\n\n";

function note(summary: Summary, event: Event): void {
  if (event.type === "start") summary.model ??= event.model;
  if (event.type === "usage") summary.usage = event.usage;
  if (event.type === "finish") summary.finish ??= event.reason;
}

class CompletionsRelay implements Relay {
  readonly summary: Summary = {};
  content = false;
  done = false;
  failure: Failure | undefined;
  readonly #frames: FrameDecoder;
  readonly #reader: StreamReader;
  readonly #usageWanted: boolean;

  constructor(context: ReadContext, { usageWanted, maxEventBytes }: RelayOptions) {
    this.#frames = frameDecoder("sse", maxEventBytes);
    this.#reader = readStream(context);
    this.#usageWanted = usageWanted;
  }

  push(chunk: Buffer): string | undefined {
    if (this.done || this.failure !== undefined) return undefined;
    let out = "";
    try {
      for (const frame of this.#frames.push(chunk)) {
        this.#take(this.#reader.read(frame));
        if (frame.data === "[DONE]") {
          this.done = true;
          out += DONE;
          break;
        }
        if (frame.data !== "" && (this.#usageWanted || !isUsageAlone(frame.data))) {
          out += `data: ${frame.data.replaceAll("\n", "\ndata: ")}\n\n`;
        }
      }
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
    return out === "" ? undefined : out;
  }

  #take(events: readonly Event[]): void {
    for (const event of events) {
      note(this.summary, event);
      this.content ||= event.type === "delta" || event.type === "finish";
    }
  }

  end(): string | undefined {
    if (this.done || this.failure !== undefined) return undefined;
    try {
      this.#frames.end();
      this.#take(this.#reader.end());
      this.done = true;
      return DONE;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return undefined;
    }
  }
}

/** The chunk at the end that a client who did not ask for usage does not know. */
function isUsageAlone(data: string): boolean {
  if (!data.includes('"usage"')) return false;
  const chunk: Json = JSON.parse(data);
  return (
    isObject(chunk) &&
    Array.isArray(chunk.choices) &&
    chunk.choices.length === 0 &&
    isObject(chunk.usage)
  );
}
