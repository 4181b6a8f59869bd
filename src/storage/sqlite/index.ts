/** Durable state of one process: state.db and usage.db in the data directory. */
import { join } from "node:path";
import { Failure } from "../../failures/failure.ts";
import type { StateStore } from "../ports.ts";
import { WriterClient } from "./client.ts";
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
}

export interface SqliteStores {
  state: StateStore;
  usage: SqliteUsageStore;
  /** Stores the usage rows that wait, then closes both databases. */
  close(): Promise<void>;
}

/** Opens both stores on one worker thread. Throws `gateway.store_unavailable` where a database cannot be opened. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStores> {
  const client = await WriterClient.open({
    stateFile: join(options.directory, "state.db"),
    usageFile: join(options.directory, "usage.db"),
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
    async close() {
      try {
        await usage.close();
      } finally {
        await client.close();
      }
    },
  };
}
