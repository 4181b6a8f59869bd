import type { Timeouts } from "../core/channel.ts";
import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";

/** How long lifecycle events are held with the headers, waiting for content. */
const HOLD_MS = 10_000;
/** Longest silence of a stream that has begun, towards the client. */
const KEEP_ALIVE_MS = 15_000;

/**
 * The clock of one call: first content, silence, the whole, and the client's keep-alive. One timer, set for
 * the next moment at which something may be due; what happens in between only notes the time.
 */
export class Watch {
  /** Monotonic milliseconds of the last bytes from the provider. */
  lastBytes = performance.now();
  contentSeen = false;
  readonly #started = performance.now();
  readonly #exchange: Exchange;
  readonly #timeouts: Timeouts;
  readonly #expired: (failure: Failure) => void;
  #timer: NodeJS.Timeout;

  constructor(exchange: Exchange, timeouts: Timeouts, expired: (failure: Failure) => void) {
    this.#exchange = exchange;
    this.#timeouts = timeouts;
    this.#expired = expired;
    this.#timer = setTimeout(this.#check, this.#next(this.#started));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Milliseconds from `now` until something may be due. */
  #next(now: number): number {
    const { delivery, started, stream } = this.#exchange;
    const { firstContent, idle, total } = this.#timeouts;
    let due = started + total;
    due = Math.min(due, this.contentSeen ? this.lastBytes + idle : this.#started + firstContent);
    if (stream)
      due = Math.min(
        due,
        delivery.begun ? delivery.lastWrite + KEEP_ALIVE_MS : this.#started + HOLD_MS,
      );
    return Math.max(1, Math.ceil(due - now));
  }

  readonly #check = (): void => {
    const now = performance.now();
    const failure = this.#overdue(now);
    if (failure !== undefined) {
      this.#expired(failure);
      return;
    }
    const { delivery, stream } = this.#exchange;
    if (stream) {
      if (!delivery.begun) {
        if (now >= this.#started + HOLD_MS) {
          delivery.begin();
          delivery.keepAlive();
        }
      } else if (now >= delivery.lastWrite + KEEP_ALIVE_MS) delivery.keepAlive();
    }
    this.#timer = setTimeout(this.#check, this.#next(now));
  };

  #overdue(now: number): Failure | undefined {
    const { firstContent, idle, total } = this.#timeouts;
    if (now >= this.#exchange.started + total) {
      return new Failure("upstream.timeout", {
        message: `The answer was not complete within ${total} ms.`,
        details: { timeout: "total", ms: total },
      });
    }
    if (!this.contentSeen && now >= this.#started + firstContent) {
      return new Failure("upstream.timeout", {
        message: `The provider sent no content within ${firstContent} ms.`,
        details: { timeout: "first_content", ms: firstContent },
      });
    }
    if (this.contentSeen && now >= this.lastBytes + idle) {
      return new Failure("upstream.stalled", {
        message: `The provider sent nothing for ${idle} ms in the middle of its answer.`,
        details: { timeout: "idle", ms: idle },
      });
    }
    return undefined;
  }
}
