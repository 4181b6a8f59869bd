import type { Origin } from "./catalogue/entry.ts";
import { type Cause, catalogue } from "./catalogue/index.ts";

export interface FailureOptions {
  /** What happened, for the client. Holds no secret and nothing about Parley's own accounts. */
  message?: string;
  /** Path of the field at fault: `messages[0].content`. */
  param?: string;
  /** Whose fault it is, where it differs from the catalogue's. */
  origin?: Origin;
  /** The provider concerned. */
  provider?: string;
  /** The HTTP status that the provider sent. */
  providerStatus?: number;
  /** Seconds after which a retry may help, where known better than the catalogue does. */
  retryAfter?: number;
  /** More for the client's program, in contracts that have a place for it. */
  details?: Record<string, unknown>;
  /** How to mend it, where the catalogue's general fix is not the best one. */
  suggestion?: string;
  /** For the operator's trace alone: the provider's own words, the underlying error. */
  operator?: string;
  /** Extra response headers (`Allow`). */
  headers?: Record<string, string>;
  /** Made by the sandbox on request. */
  simulated?: boolean;
}

/** The one thing that Parley throws: a cause of the catalogue, with what is known of this occurrence. */
export class Failure extends Error {
  override readonly name = "Failure";
  override readonly cause: Cause;
  readonly param: string | undefined;
  readonly origin: Origin;
  readonly provider: string | undefined;
  readonly providerStatus: number | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly suggestion: string;
  readonly operator: string | undefined;
  readonly headers: Record<string, string> | undefined;
  readonly simulated: boolean;
  /** Whole seconds after which the same request may succeed; absent where a retry cannot help. */
  readonly retryAfter: number | undefined;
  /** {@link retryAfter} is what this occurrence asks for, not the catalogue's general figure. */
  readonly retryAfterTold: boolean;

  constructor(cause: Cause, options: FailureOptions = {}) {
    const entry = catalogue[cause];
    super(options.message ?? entry.message);
    this.cause = cause;
    this.param = options.param;
    this.origin = options.origin ?? entry.origin;
    this.provider = options.provider;
    this.providerStatus = options.providerStatus;
    this.details = options.details;
    this.suggestion = options.suggestion ?? entry.fix;
    this.operator = options.operator;
    this.headers = options.headers;
    this.simulated = options.simulated ?? false;
    this.retryAfterTold = options.retryAfter !== undefined;
    this.retryAfter =
      entry.retry === "never"
        ? undefined
        : Math.max(1, Math.ceil(options.retryAfter ?? entry.retry.after));
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.retryAfter !== undefined;
  }

  /** This failure with some of its particulars replaced. */
  with(options: FailureOptions): Failure {
    return new Failure(this.cause, {
      message: this.message,
      param: this.param,
      origin: this.origin,
      provider: this.provider,
      providerStatus: this.providerStatus,
      retryAfter: this.retryAfterTold ? this.retryAfter : undefined,
      details: this.details,
      suggestion: this.suggestion,
      operator: this.operator,
      headers: this.headers,
      simulated: this.simulated,
      ...options,
    });
  }
}

/** Any thrown value as a failure: a `Failure` as it is, everything else a defect. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const operator = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new Failure("gateway.defect", { operator });
}
