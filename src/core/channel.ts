import type { Capabilities } from "./capabilities.ts";
import type { JsonObject } from "./json.ts";

/** Where a resource is defined. What does not come from `api` is read-only in the management API. */
export type DefinedIn = "api" | "config" | "environment" | "built-in";

/** One configured way to reach a provider. */
export interface Channel {
  /** `chn_…`; for channels of the configuration or environment it stays the same as long as the name does. */
  id: string;
  /** Unique among all channels. */
  name: string;
  provider: string;
  /** In the form in which the vendor's SDK has it. Absent: the provider's own. */
  baseUrl?: string;
  credentials: ChannelCredential[];
  /** Models served, by the names clients use; `*` matches any run of characters. Absent: the provider's own patterns. */
  models?: string[];
  /** Client's name → provider's name. Followed until no rule matches; `*` carries over (`fast-*` → `gpt-*`). */
  modelMapping: Record<string, string>;
  /** What the operator knows of its models, by name or pattern. */
  capabilities?: Record<string, Capabilities>;
  /** Higher first. */
  priority: number;
  /** Share among channels of the same priority. At least 0. */
  weight: number;
  /** Groups of keys that it serves; empty: all. */
  groups: string[];
  enabled: boolean;
  /** The account whose own channel (BYOK) this is. Absent: the platform's, which serves everyone. */
  owner?: string;
  timeouts: Partial<Timeouts>;
  /** Further attempts on this channel after a transient failure. Absent: the gateway's default. */
  retries?: number;
  /** Merged into every request body (`null` removes a field), and headers added to every request. */
  overrides: { body?: JsonObject; headers?: Record<string, string> };
  /** Vendor's own options: region, project, API version, organization. */
  options: Record<string, string>;
  definedIn: DefinedIn;
  createdAt: number;
  updatedAt: number;
  /** Rises with every change; the ETag. */
  version: number;
}

export interface ChannelCredential {
  id: string;
  /** In memory only; never logged, never answered. Absent where it could not be decrypted. */
  secret?: string;
  /** The last four characters, for people. */
  hint: string;
  enabled: boolean;
}

/** Milliseconds. */
export interface Timeouts {
  connect: number;
  /** From dispatch to the first content. */
  firstContent: number;
  /** Longest silence between two pieces of an answer. */
  idle: number;
  /** The whole exchange, attempts included. */
  total: number;
}
