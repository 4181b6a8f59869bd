import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Parley counts. Label values come from small sets: surfaces, contracts, providers, causes; never from a request's text. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: "parley_requests_total",
    help: "Requests settled, by outcome. `cause` is empty where they succeeded.",
    labelNames: ["surface", "contract", "provider", "status", "cause"] as const,
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: "parley_request_seconds",
    help: "From admission to settlement.",
    labelNames: ["surface", "provider"] as const,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    registers: [this.registry],
  });
  readonly #firstContent = new Histogram({
    name: "parley_first_content_seconds",
    help: "From admission to the first content.",
    labelNames: ["surface", "provider"] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers: [this.registry],
  });
  readonly #tokens = new Counter({
    name: "parley_tokens_total",
    help: "Tokens, as the provider counted them.",
    labelNames: ["provider", "kind"] as const,
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

  /** Children bound once for each set of labels: looking one up by its labels costs more than counting. */
  readonly #bound = new Map<string, BoundOutcome>();

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
  }

  settled(outcome: Outcome): void {
    const { surface, contract, provider, status, cause } = outcome;
    const name = `${surface} ${contract} ${provider} ${status} ${cause}`;
    let bound = this.#bound.get(name);
    if (bound === undefined) {
      bound = {
        requests: this.#requests.labels({
          surface,
          contract,
          provider,
          status: String(status),
          cause,
        }),
        seconds: this.#seconds.labels({ surface, provider }),
        firstContent: this.#firstContent.labels({ surface, provider }),
        input: this.#tokens.labels({ provider, kind: "input" }),
        output: this.#tokens.labels({ provider, kind: "output" }),
      };
      this.#bound.set(name, bound);
    }
    bound.requests.inc();
    bound.seconds.observe(outcome.seconds);
    if (outcome.firstContentSeconds !== undefined)
      bound.firstContent.observe(outcome.firstContentSeconds);
    if (outcome.inputTokens > 0) bound.input.inc(outcome.inputTokens);
    if (outcome.outputTokens > 0) bound.output.inc(outcome.outputTokens);
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
  firstContentSeconds?: number;
  inputTokens: number;
  outputTokens: number;
}

interface BoundOutcome {
  requests: Counter.Internal;
  seconds: Histogram.Internal<"surface" | "provider">;
  firstContent: Histogram.Internal<"surface" | "provider">;
  input: Counter.Internal;
  output: Counter.Internal;
}
