/** The worker's side of usage.db. Synchronous. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { UsageQuery } from "../ports.ts";
import { transaction } from "./open-database.ts";
import { readUsageLine } from "./usage-lines.ts";

/** SQLite's primary result codes for a row that is itself at fault: constraint, mismatch, too big. */
const rowAtFault = new Set([18, 19, 20]);

export class UsageDatabase {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #get: StatementSync;
  readonly #list: Readonly<Record<"all" | "account" | "key", StatementSync>>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    // A batch is sent again when its commit was not acknowledged: what is there already stays.
    this.#insert = database.prepare(
      "insert into usage (id, at, account, key, body) values (?, ?, ?, ?, ?) on conflict (id) do nothing",
    );
    this.#get = database.prepare("select body as text from usage where id = ?");
    this.#list = {
      all: listStatement(database, ""),
      account: listStatement(database, "indexed by usage_by_account"),
      key: listStatement(database, "indexed by usage_by_key"),
    };
  }

  /**
   * Stores a batch of lines in one transaction. Answers the rows refused for a fault of their own, with
   * the reason, so that one bad row does not hold up all others for ever.
   */
  append(batch: string): string[] {
    const refused: string[] = [];
    transaction(this.#database, () => {
      for (const line of batch.split("\n")) {
        const { id, at, account, key, body } = readUsageLine(line);
        try {
          this.#insert.run(id, at, account, key, body);
        } catch (thrown) {
          if (!isRowAtFault(thrown)) throw thrown;
          refused.push(`${id}: ${thrown.message}`);
        }
      }
    });
    return refused;
  }

  get(id: string): string[] {
    return this.#get.all(id).map((row) => String(row.text));
  }

  list(query: UsageQuery): string[] {
    const by = query.key !== undefined ? "key" : query.account !== undefined ? "account" : "all";
    const rows = this.#list[by].all({
      account: query.account ?? null,
      key: query.key ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      before: query.before ?? null,
      limit: query.limit,
    });
    return rows.map((row) => String(row.text));
  }

  close(): void {
    this.#database.close();
  }
}

function isRowAtFault(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof RangeError) return true;
  return "errcode" in thrown && typeof thrown.errcode === "number"
    ? rowAtFault.has(thrown.errcode & 0xff)
    : false;
}

/** Newest first, by order of settlement. A cursor that names no row begins at the newest. */
function listStatement(database: DatabaseSync, index: string): StatementSync {
  const key = index.includes("key") ? "key = :key" : "(:key is null or key = :key)";
  const account = index.includes("account")
    ? "account = :account"
    : "(:account is null or account = :account)";
  return database.prepare(
    `select body as text from usage ${index}
     where ${key} and ${account}
       and (:from is null or at >= :from)
       and (:to is null or at <= :to)
       and seq < coalesce((select seq from usage where id = :before), 9223372036854775807)
     order by seq desc limit :limit`,
  );
}
