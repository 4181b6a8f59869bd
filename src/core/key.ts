import type { DefinedIn } from "./channel.ts";

/** An API key, without its secret. */
export interface Key {
  /** `key_…` */
  id: string;
  name: string;
  account: string;
  project: string;
  /** SHA-256 of the secret, hex. */
  hash: string;
  /** The first characters, for people to recognise it by. */
  prefix: string;
  scopes: Scope[];
  /** Models that it may use, by client's names with `*`. Absent: all. */
  models?: string[];
  /** Addresses and CIDR ranges that it may be used from. Absent: all. */
  addresses?: string[];
  group?: string;
  /** The contract on OpenAI-style surfaces without a prefix of their own. */
  contract?: "native" | "concurred" | "newapi";
  requestsPerMinute?: number;
  /** `drop`: what the model cannot do is left out with a warning instead of refused. */
  onUnsupported?: "refuse" | "drop";
  enabled: boolean;
  /** Unix milliseconds. */
  expiresAt?: number;
  revokedAt?: number;
  lastUsedAt?: number;
  definedIn: DefinedIn;
  createdAt: number;
  updatedAt: number;
  version: number;
}

/** What a key may do: call models, read or write the management API. `operator` includes everything, of every tenant. */
export type Scope =
  | "inference"
  | "keys:read"
  | "keys:write"
  | "channels:read"
  | "channels:write"
  | "usage:read"
  | "operator";
