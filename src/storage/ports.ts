/** What Parley needs of a durable store. Adapters: sqlite/ (one process), postgres/ (many). */
import type { Channel, ChannelCredential } from "../core/channel.ts";
import type { Key } from "../core/key.ts";
import type { UsageRow } from "../core/usage-row.ts";

/** Small, rarely written things, kept whole in memory by their readers. */
export interface StateStore {
  keys: ResourceStore<Key>;
  channels: ResourceStore<StoredChannel>;
  /** A value by name, for what an installation has once (`first-run`). */
  getSetting(name: string): Promise<string | undefined>;
  setSetting(name: string, value: string): Promise<void>;
  close(): Promise<void>;
}

/** Methods throw `gateway.store_unavailable` (reads) and `gateway.management_write_failed` (writes). */
export interface ResourceStore<T extends { id: string; version: number }> {
  list(): Promise<T[]>;
  /** Throws `resource.duplicate` where a unique name is taken. */
  insert(record: T): Promise<void>;
  /** Replaces the record whose version is `expected`; throws `resource.state_wrong` where it has moved on, `resource.not_found`. */
  replace(record: T, expected: number): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A channel with its secrets sealed. */
export type StoredChannel = Omit<Channel, "credentials"> & {
  credentials: (Omit<ChannelCredential, "secret"> & { sealed: string })[];
};

/** Usage rows: written off the request thread, in order, in batches. */
export interface UsageStore {
  /** Returns at once. The row is durable when a later {@link flush} resolves. */
  append(row: UsageRow): void;
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
