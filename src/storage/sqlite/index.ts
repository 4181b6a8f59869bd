/** Durable state of one process: state.db, usage.db and responses.db in the data directory. */
import { join } from "node:path";
import { Failure } from "../../failures/failure.ts";
import type { ResponseStore, StateStore } from "../ports.ts";
import { WriterClient } from "./client.ts";
import type { ResponsesBounds } from "./messages.ts";
import { responseStore } from "./response-store.ts";
import { stateStore } from "./state-store.ts";
import { SqliteUsageStore, type UsageStoreOptions } from "./usage-store.ts";

export type { UsageTrouble } from "./usage-store.ts";

export interface SqliteOptions {
  /** The data directory; it exists. */
  directory: string;
  /** `normal` (the default) survives `kill -9`, `full` also a power cut. */
  synchronous?: "normal" | "full";
  /** Milliseconds to wait for a lock that another process holds. */
  busyMs?: number;
  usage?: UsageStoreOptions;
  /** Absent: thirty days, a gigabyte. */
  responses?: ResponsesBounds;
}

const defaultBounds: ResponsesBounds = { maxAge: 30 * 24 * 3_600_000, maxBytes: 2 ** 30 };

export interface SqliteStores {
  state: StateStore;
  usage: SqliteUsageStore;
  responses: ResponseStore;
  /** Stores the usage rows that wait, then closes the databases. */
  close(): Promise<void>;
}

/** Opens the stores on one worker thread. Throws `gateway.store_unavailable` where a database cannot be opened. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStores> {
  const client = await WriterClient.open({
    stateFile: join(options.directory, "state.db"),
    usageFile: join(options.directory, "usage.db"),
    responsesFile: join(options.directory, "responses.db"),
    responses: options.responses ?? defaultBounds,
    synchronous: options.synchronous ?? "normal",
    busyMs: options.busyMs ?? 2000,
  }).catch((thrown: unknown) => {
    const operator = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure("gateway.store_unavailable", {
      message: `The databases in ${options.directory} cannot be opened.`,
      operator,
    });
  });
  const usage = new SqliteUsageStore(client, options.usage);
  return {
    state: stateStore(client),
    usage,
    responses: responseStore(client),
    async close() {
      try {
        await usage.close();
      } finally {
        await client.close();
      }
    },
  };
}
