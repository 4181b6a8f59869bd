import type { Usage } from "./usage.ts";

/** What remains of one exchange: written once, when it is settled. */
export interface UsageRow {
  /** `req_…`: the request id that the client got. */
  id: string;
  /** Unix milliseconds of admission. */
  at: number;
  account: string;
  project: string;
  key: string;
  surface: string;
  contract: string;
  /** The name that the client sent, the name served by the provider. */
  modelRequested: string;
  modelServed?: string;
  provider?: string;
  channel?: string;
  stream: boolean;
  /** The HTTP status sent; 0 where the client had gone. */
  status: number;
  /** The cause, where it failed (also in a stream that began with 200). */
  cause?: string;
  /** The first finish reason. */
  finish?: string;
  usage?: Usage;
  /** What the figures rest on. */
  usageSource: "provider" | "delivered" | "none";
  attempts: Attempt[];
  /** Milliseconds from admission to the first content and to the end. */
  firstContentMs?: number;
  totalMs: number;
}

/** One call of one offering within an exchange. */
export interface Attempt {
  channel: string;
  credential?: string;
  provider: string;
  model: string;
  /** The HTTP status that the provider sent. */
  status?: number;
  cause?: string;
  /** For the operator: the provider's own words, redacted of credentials. */
  operator?: string;
  ms: number;
}
