/** What Parley needs of a durable store. Adapters: sqlite/ (one process), postgres/ (many). */
import type { AuditEntry } from "../core/audit.ts";
import type { Channel, ChannelCredential } from "../core/channel.ts";
import type { Key } from "../core/key.ts";
import type { UsageRow } from "../core/usage-row.ts";

/** Small, rarely written things, kept whole in memory by their readers. */
export interface StateStore {
  keys: ResourceStore<Key>;
  channels: ResourceStore<StoredChannel>;
  audit: AuditLog;
  /** Notes when keys were last used. Changes no version. */
  recordKeyUse(uses: readonly KeyUse[]): Promise<void>;
  /** A value by name, for what an installation has once (`first-run`). */
  getSetting(name: string): Promise<string | undefined>;
  setSetting(name: string, value: string): Promise<void>;
  close(): Promise<void>;
}

export interface KeyUse {
  id: string;
  /** Unix milliseconds. */
  at: number;
}

/**
 * Methods throw `gateway.store_unavailable` (reads) and `gateway.management_write_failed` (writes).
 * An audit entry given to a write is stored in the same transaction: neither exists without the other.
 */
export interface ResourceStore<T extends { id: string; version: number }> {
  list(): Promise<T[]>;
  /** Throws `resource.duplicate` where a unique name is taken. */
  insert(record: T, audit?: AuditEntry): Promise<void>;
  /** Replaces the record whose version is `expected`; throws `resource.state_wrong` where it has moved on, `resource.not_found`. */
  replace(record: T, expected: number, audit?: AuditEntry): Promise<void>;
  /** Throws `resource.state_wrong` where the version is not `expected`, `resource.not_found`. */
  remove(id: string, expected?: number, audit?: AuditEntry): Promise<void>;
}

/** What was changed through the management API, and by whom. */
export interface AuditLog {
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>;
}

export interface AuditQuery {
  account?: string;
  resource?: string;
  /** Entries older than this id (cursor). */
  before?: string;
  limit: number;
}

/** A channel with its secrets sealed. */
export type StoredChannel = Omit<Channel, "credentials"> & {
  credentials: (Omit<ChannelCredential, "secret"> & { sealed: string })[];
};

/** Usage rows: written off the request thread, in order, in batches. */
export interface UsageStore {
  /** Returns at once. The row is durable when a later {@link flush} resolves. */
  append(row: UsageRow): void;
  /** Resolves when every row appended so far is durable; throws `gateway.store_write_failed` (the rows are kept and tried again). */
  flush(): Promise<void>;
  get(id: string): Promise<UsageRow | undefined>;
  /** Newest first. */
  list(query: UsageQuery): Promise<UsageRow[]>;
  close(): Promise<void>;
}

export interface UsageQuery {
  account?: string;
  key?: string;
  /** Unix milliseconds, inclusive. */
  from?: number;
  to?: number;
  /** Rows older than this id (cursor). */
  before?: string;
  limit: number;
}
