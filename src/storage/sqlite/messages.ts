/** What the main thread and the worker say to each other. */
import type { AuditQuery, KeyUse, StoredResponse, UsageQuery } from "../ports.ts";
import type { DatabaseOptions } from "./open-database.ts";

export interface WriterSettings extends DatabaseOptions {
  stateFile: string;
  usageFile: string;
  responsesFile: string;
  responses: ResponsesBounds;
}

/** What is kept of responses. */
export interface ResponsesBounds {
  /** Milliseconds. */
  maxAge: number;
  /** Of all responses together. */
  maxBytes: number;
}

/** Tables whose records are resources with a version. */
export type ResourceTable = "keys" | "channels";

/** A record as text, with the columns that stand beside it. */
export interface RecordText {
  id: string;
  version: number;
  /** The hash of a key, the name of a channel. */
  unique: string;
  body: string;
}

export interface AuditText {
  id: string;
  account: string | null;
  resource: string;
  body: string;
}

/** One operation on the databases, by name. */
export type Operation =
  | { do: "list"; table: ResourceTable }
  | { do: "insert"; table: ResourceTable; record: RecordText; audit?: AuditText }
  | { do: "replace"; table: ResourceTable; record: RecordText; expected: number; audit?: AuditText }
  | { do: "remove"; table: ResourceTable; id: string; expected?: number; audit?: AuditText }
  | { do: "record-key-use"; uses: readonly KeyUse[] }
  | { do: "get-setting"; name: string }
  | { do: "set-setting"; name: string; value: string }
  | { do: "list-audit"; query: AuditQuery }
  | { do: "append-usage"; batch: string }
  | { do: "get-usage"; id: string }
  | { do: "list-usage"; query: UsageQuery }
  | { do: "put-response"; response: StoredResponse }
  | { do: "response-history"; account: string; id: string; depth: number }
  | { do: "response-items"; account: string; ids: readonly string[] }
  | { do: "remove-response"; account: string; id: string }
  | { do: "close" };

export interface Question {
  number: number;
  operation: Operation;
}

/** `texts` are bodies of records (JSON), a setting's value, or the columns of rows one after another. */
export type Answer = { number: number; texts: string[] } | { number: number; trouble: Trouble };

export interface Trouble {
  /** `duplicate`, `moved` (another version) and `missing` are answers about the record; `store` is SQLite's own. */
  kind: "duplicate" | "moved" | "missing" | "store";
  /** SQLite's own words, for the operator. */
  detail: string;
}
