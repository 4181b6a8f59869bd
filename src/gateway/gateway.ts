/** What the stages of the pipeline work with: put together once by compose.ts. */
import type { Logger } from "pino";
import type { Channel, Timeouts } from "../core/channel.ts";
import type { Key } from "../core/key.ts";
import type { UsageRow } from "../core/usage-row.ts";
import type { Dialect, DialectName } from "../dialects/dialect.ts";
import type { Provider } from "../providers/provider.ts";
import type { OfferingFinder } from "../routing/offerings.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import type { ResponsesState } from "./responses/state.ts";
import type { UpstreamPools } from "./upstream.ts";

export interface Gateway {
  settings: Settings;
  keys: {
    find(secret: string): Key | undefined;
    /** `at` in Unix milliseconds. */
    noteUse(id: string, at: number): void;
  };
  channels: { readonly version: number; all(): readonly Channel[] };
  offerings: OfferingFinder;
  providers: ReadonlyMap<string, Provider>;
  dialects: Readonly<Partial<Record<DialectName, Dialect>>>;
  usage: { append(row: UsageRow): void };
  responses: ResponsesState;
  rates: RateLimiter;
  pools: UpstreamPools;
  log: Logger;
  metrics: Metrics;
  /** Requests that have been admitted and not settled. */
  inFlight: number;
  /** Parley was told to stop: it finishes what it has begun and admits nothing more. */
  draining: boolean;
}

/** What may change while Parley runs: replaced as a whole when the configuration is read again. */
export interface Settings {
  publicUrl: string;
  limits: {
    bodyBytes: number;
    jsonDepth: number;
    answerBytes: number;
    inFlight: number;
  };
  timeouts: Timeouts;
  retries: RetrySettings;
  /** Other name → model. */
  aliases: ReadonlyMap<string, string>;
  /** Whether an address is that of a proxy whose X-Forwarded-For counts. */
  trustsProxy(address: string): boolean;
}

export interface RetrySettings {
  /** Further attempts on the same channel after a transient failure. */
  attempts: number;
  /** Milliseconds: the first pause, doubled each time, and the longest. */
  baseMs: number;
  maxMs: number;
}
