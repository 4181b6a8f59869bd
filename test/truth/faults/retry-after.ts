/** `Retry-After` as providers send it; the client sees whole seconds, less what the gateway waited itself. */
import type { Reply } from "../reply.ts";
import { replyOf, type Wire } from "../wires/wire.ts";
import { both, type Expectation, type Fault } from "./fault.ts";

export function retryAfter(wire: Wire): Fault[] {
  const limited = wire.error("rate_limited");
  const overloaded = wire.error("overloaded");
  const withHeaders =
    (error: typeof limited, headers: () => Record<string, string>) => (): Reply => ({
      ...replyOf(error),
      headers: { "content-type": "application/json", ...error.headers, ...headers() },
    });
  const rate = (min: number, max: number): Expectation => ({
    kind: "told",
    causes: ["upstream.rate_limited"],
    retryAfter: { min, max },
  });
  const inFortySeconds = () => new Date(Date.now() + 40_000).toUTCString();
  return [
    both(
      "retry-seconds",
      "429 with Retry-After in seconds",
      withHeaders(limited, () => ({ "retry-after": "40" })),
      rate(10, 40),
    ),
    both(
      "retry-date",
      "429 with Retry-After as a date",
      withHeaders(limited, () => ({ "retry-after": inFortySeconds() })),
      rate(10, 41),
    ),
    both(
      "retry-ms",
      "429 with OpenAI's retry-after-ms",
      withHeaders(limited, () => ({ "retry-after-ms": "38500" })),
      rate(10, 39),
    ),
    both(
      "retry-fraction",
      "429 with a fraction of seconds",
      withHeaders(limited, () => ({ "retry-after": "39.5" })),
      rate(10, 40),
    ),
    both(
      "retry-past",
      "429 with a date that is over",
      withHeaders(limited, () => ({ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" })),
      rate(1, 120),
    ),
    both(
      "retry-nonsense",
      "429 with an unreadable Retry-After",
      withHeaders(limited, () => ({ "retry-after": "soon" })),
      rate(1, 120),
    ),
    both(
      "retry-negative",
      "429 with a negative Retry-After",
      withHeaders(limited, () => ({ "retry-after": "-5" })),
      rate(1, 120),
    ),
    both(
      "retry-503",
      "503 with Retry-After",
      withHeaders(overloaded, () => ({ "retry-after": "40" })),
      { kind: "told", causes: ["upstream.overloaded"], retryAfter: { min: 10, max: 40 } },
    ),
  ];
}
