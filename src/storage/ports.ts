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

/**
 * Responses that clients may go back to by id, each for the account that made it alone. Bounded in age and
 * in size: the oldest go first. Reads throw `gateway.store_unavailable`.
 */
export interface ResponseStore {
  /** Stores it, or replaces what is stored under its id. Throws `gateway.store_write_failed`. */
  put(response: StoredResponse): Promise<void>;
  get(account: string, id: string): Promise<StoredResponse | undefined>;
  /** It and everything that it goes on from, oldest first, as far back as is stored. */
  history(account: string, id: string): Promise<StoredResponse[]>;
  /** Output items by their ids, as JSON. */
  items(account: string, ids: readonly string[]): Promise<Map<string, string>>;
  /** Whether there was one. Throws `gateway.store_write_failed`. */
  remove(account: string, id: string): Promise<boolean>;
}

export interface StoredResponse {
  /** `resp_…` */
  id: string;
  account: string;
  /** Unix milliseconds. */
  at: number;
  /** The response's own word: `completed`, `in_progress`, … */
  status: string;
  /** The response that it goes on from. */
  previous?: string;
  /** The response object, as JSON. */
  response: string;
  /** `input` of the request as the client sent it, as JSON: a string or an array. */
  input: string;
  /** The events of its stream, as a JSON array of texts, where they may be asked for again. */
  events?: string;
  /** Ids of the output items, in their order. */
  outputIds: readonly string[];
}

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
