/** Counts of one subject in sliding windows of a minute. In memory: one process. */
export interface RateLimiter {
  /** Takes one request of `limit` a minute; otherwise says after how many milliseconds one is free. */
  take(
    subject: string,
    limit: number,
    now: number,
  ): { taken: true; remaining: number } | { taken: false; retryAfterMs: number };
}

const WINDOW_MS = 60_000;

/** The times of the requests of the last minute, oldest first, in a ring as large as the limit. */
interface Ring {
  times: Float64Array;
  start: number;
  length: number;
}

/** Exact: at no moment were more than `limit` requests taken in the minute before it. */
export class SlidingWindow implements RateLimiter {
  readonly #rings = new Map<string, Ring>();
  #swept = 0;

  take(subject: string, limit: number, now: number) {
    this.#sweep(now);
    let ring = this.#rings.get(subject);
    if (ring === undefined || ring.times.length !== limit) {
      ring = resized(ring, limit);
      this.#rings.set(subject, ring);
    }
    expire(ring, now);
    if (ring.length >= limit) {
      const oldest = ring.times[ring.start] ?? now;
      return { taken: false as const, retryAfterMs: Math.max(1, oldest + WINDOW_MS - now) };
    }
    ring.times[(ring.start + ring.length) % limit] = now;
    ring.length++;
    return { taken: true as const, remaining: limit - ring.length };
  }

  /** Forgets subjects that have been silent for a minute. */
  #sweep(now: number): void {
    if (now - this.#swept < WINDOW_MS) return;
    this.#swept = now;
    for (const [subject, ring] of this.#rings) {
      expire(ring, now);
      if (ring.length === 0) this.#rings.delete(subject);
    }
  }
}

function expire(ring: Ring, now: number): void {
  while (ring.length > 0 && (ring.times[ring.start] ?? 0) <= now - WINDOW_MS) {
    ring.start = (ring.start + 1) % ring.times.length;
    ring.length--;
  }
}

/** The ring for a new limit: the newest of its times, as many as fit. */
function resized(old: Ring | undefined, limit: number): Ring {
  const ring: Ring = { times: new Float64Array(Math.max(1, limit)), start: 0, length: 0 };
  if (old === undefined) return ring;
  const keep = Math.min(old.length, limit);
  for (let i = old.length - keep; i < old.length; i++) {
    ring.times[ring.length++] = old.times[(old.start + i) % old.times.length] ?? 0;
  }
  return ring;
}
