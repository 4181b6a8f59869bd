import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Parley counts. Label values come from small sets: surfaces, contracts, providers, causes; never from a request's text. */
export class Metrics {
  readonly registry = new Registry();
  readonly #seconds = new Histogram({
    name: "parley_request_seconds",
    help: "From admission to settlement.",
    labelNames: ["surface", "provider"] as const,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    registers: [this.registry],
  });
  readonly #firstContent = new Histogram({
    name: "parley_first_content_seconds",
    help: "Of streams, from admission to the first content.",
    labelNames: ["surface", "provider"] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers: [this.registry],
  });
  readonly #attempts = new Counter({
    name: "parley_failed_attempts_total",
    help: "Calls of a provider that failed, by cause.",
    labelNames: ["provider", "cause"] as const,
    registers: [this.registry],
  });
  readonly #unmapped = new Counter({
    name: "parley_unmapped_errors_total",
    help: "Errors of providers that no row of their table explains; see the trace.",
    labelNames: ["provider", "status"] as const,
    registers: [this.registry],
  });

  /** Counted in plain numbers, which cost nothing, and put into the library's form when somebody asks. */
  readonly #tallies = new Map<string, Tally>();

  constructor(inFlight: () => number) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: "parley_requests_in_flight",
      help: "Requests admitted and not settled.",
      registers: [this.registry],
      collect() {
        this.set(inFlight());
      },
    });
    const tallies = this.#tallies;
    new Counter({
      name: "parley_requests_total",
      help: "Requests settled, by outcome. `cause` is empty where they succeeded.",
      labelNames: ["surface", "contract", "provider", "status", "cause"] as const,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, requests } of tallies.values()) this.inc(labels, requests);
      },
    });
    new Counter({
      name: "parley_tokens_total",
      help: "Tokens, as the provider counted them.",
      labelNames: ["provider", "kind"] as const,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, input, output } of tallies.values()) {
          this.inc({ provider: labels.provider, kind: "input" }, input);
          this.inc({ provider: labels.provider, kind: "output" }, output);
        }
      },
    });
  }

  settled(outcome: Outcome): void {
    const { surface, contract, provider, status, cause } = outcome;
    const name = `${surface} ${contract} ${provider} ${status} ${cause}`;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = {
        labels: { surface, contract, provider, status: String(status), cause },
        requests: 0,
        input: 0,
        output: 0,
        seconds: this.#seconds.labels({ surface, provider }),
        firstContent: this.#firstContent.labels({ surface, provider }),
      };
      this.#tallies.set(name, tally);
    }
    tally.requests++;
    tally.input += outcome.inputTokens;
    tally.output += outcome.outputTokens;
    tally.seconds.observe(outcome.seconds);
    if (outcome.firstContentSeconds !== undefined)
      tally.firstContent.observe(outcome.firstContentSeconds);
  }

  attemptFailed(provider: string, cause: string): void {
    this.#attempts.inc({ provider, cause });
  }

  /** An error that a provider told and that its table does not explain. */
  unmapped(provider: string, status: number | undefined): void {
    this.#unmapped.inc({ provider, status: String(status ?? "none") });
  }
}

export interface Outcome {
  surface: string;
  contract: string;
  /** Empty where none was called. */
  provider: string;
  status: number;
  /** Empty where the request succeeded. */
  cause: string;
  seconds: number;
  /** Of streams. */
  firstContentSeconds?: number;
  inputTokens: number;
  outputTokens: number;
}

interface Tally {
  labels: { surface: string; contract: string; provider: string; status: string; cause: string };
  requests: number;
  input: number;
  output: number;
  seconds: Histogram.Internal<"surface" | "provider">;
  firstContent: Histogram.Internal<"surface" | "provider">;
}
