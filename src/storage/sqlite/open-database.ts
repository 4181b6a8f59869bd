import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Migration } from "../migrations/migration.ts";

export interface DatabaseOptions {
  /**
   * `normal` survives the death of the process, `full` also that of the machine's power, at the price
   * of one fsync a commit (https://www.sqlite.org/pragma.html#pragma_synchronous).
   */
  synchronous: "normal" | "full";
  /** Milliseconds to wait for another process's lock. */
  busyMs: number;
}

/** Bytes of WAL before a checkpoint: rarer than the default of 4 MB, which a busy gateway writes twice a second. */
const checkpointBytes = 16 * 1024 * 1024;

export interface Layout {
  migrations: readonly Migration[];
  /** Bytes; counts when the file is made. Larger pages cost less where rows are only appended. */
  pageSize: 4096 | 16384;
}

/** Opens a database, mode 0600, in WAL, and brings its schema up to date. Throws what SQLite throws. */
export function openDatabase(
  file: string,
  { migrations, pageSize }: Layout,
  options: DatabaseOptions,
): DatabaseSync {
  // Made here and not by SQLite, so that there is no moment in which others may read it. SQLite gives
  // the WAL and its index the same mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file, { timeout: options.busyMs });
  try {
    database.exec(
      `pragma page_size = ${pageSize};
       pragma journal_mode = wal;
       pragma synchronous = ${options.synchronous};
       pragma wal_autocheckpoint = ${checkpointBytes / pageSize};
       pragma foreign_keys = on;`,
    );
    migrate(database, migrations);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return database;
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  transaction(database, () => {
    database.exec(
      "create table if not exists migrations (name text primary key, applied_at integer not null) strict",
    );
    const applied = new Set(
      database
        .prepare("select name from migrations")
        .all()
        .map((row) => row.name),
    );
    const record = database.prepare("insert into migrations (name, applied_at) values (?, ?)");
    for (const { name, sql } of migrations) {
      if (applied.has(name)) continue;
      database.exec(sql);
      record.run(name, Date.now());
    }
  });
}

/** Runs `body` in one transaction: all of it is committed, or none. */
export function transaction(database: DatabaseSync, body: () => void): void {
  database.exec("begin immediate");
  try {
    body();
    database.exec("commit");
  } catch (thrown) {
    // A full disk makes SQLite roll back by itself.
    if (database.isTransaction) database.exec("rollback");
    throw thrown;
  }
}
