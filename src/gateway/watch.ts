import type { Timeouts } from "../core/channel.ts";
import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";

/** How long lifecycle events are held with the headers, waiting for content. */
const HOLD_MS = 10_000;
/** Longest silence of a stream that has begun, towards the client. */
const KEEP_ALIVE_MS = 15_000;
/** How often the calls under way are looked at; what is due happens at most so much later. */
const LOOK_MS = 20;

/**
 * The clock of one call: first content, silence, the whole, and the client's keep-alive. All calls share one
 * timer, which looks at each in turn: a timer of its own would cost every call more than the looks do.
 */
export class Watch {
  /** Monotonic milliseconds of the last bytes from the provider. */
  lastBytes = performance.now();
  contentSeen = false;
  /** The provider was told to wait for a client that reads slowly: its silence is not its own. */
  paused = false;
  readonly #started = this.lastBytes;
  readonly #exchange: Exchange;
  readonly #timeouts: Timeouts;
  readonly #expired: (failure: Failure) => void;
  // A list through the watches themselves: a Set with so much coming and going keeps its old tables, and with
  // them finished exchanges, alive until the next full collection.
  #previous: Watch | undefined;
  #next: Watch | undefined;
  #stopped = false;

  constructor(exchange: Exchange, timeouts: Timeouts, expired: (failure: Failure) => void) {
    this.#exchange = exchange;
    this.#timeouts = timeouts;
    this.#expired = expired;
    this.#next = newest;
    if (newest !== undefined) newest.#previous = this;
    newest = this;
    timer ??= setInterval(lookAtAll, LOOK_MS);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (newest === this) newest = this.#next;
    if (this.#previous !== undefined) this.#previous.#next = this.#next;
    if (this.#next !== undefined) this.#next.#previous = this.#previous;
    this.#previous = undefined;
    this.#next = undefined;
  }

  /** Looks at every call under way, newest first. */
  static lookAtAll(now: number): void {
    let watch = newest;
    while (watch !== undefined) {
      // A look may stop this one, or others.
      const next: Watch | undefined = watch.#next;
      if (!watch.#stopped) watch.look(now);
      watch = next;
    }
  }

  look(now: number): void {
    const failure = this.#overdue(now);
    if (failure !== undefined) {
      this.#expired(failure);
      return;
    }
    const { delivery, stream } = this.#exchange;
    if (!stream) return;
    if (delivery.begun) {
      if (now >= delivery.lastWrite + KEEP_ALIVE_MS) delivery.keepAlive();
    } else if (now >= this.#started + HOLD_MS) {
      delivery.begin();
      delivery.keepAlive();
    }
  }

  #overdue(now: number): Failure | undefined {
    const { firstContent, idle, total } = this.#timeouts;
    if (now >= this.#exchange.started + total) {
      return new Failure("upstream.timeout", {
        message: `The answer was not complete within ${total} ms.`,
        details: { timeout: "total", ms: total },
      });
    }
    if (!this.contentSeen) {
      if (now < this.#started + firstContent) return undefined;
      return new Failure("upstream.timeout", {
        message: `The provider sent no content within ${firstContent} ms.`,
        details: { timeout: "first_content", ms: firstContent },
      });
    }
    if (this.paused || now < this.lastBytes + idle) return undefined;
    return new Failure("upstream.stalled", {
      message: `The provider sent nothing for ${idle} ms in the middle of its answer.`,
      details: { timeout: "idle", ms: idle },
    });
  }
}

let newest: Watch | undefined;
let timer: NodeJS.Timeout | undefined;

function lookAtAll(): void {
  if (newest === undefined) {
    clearInterval(timer);
    timer = undefined;
    return;
  }
  Watch.lookAtAll(performance.now());
}
