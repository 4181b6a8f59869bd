/** The worker's side of state.db: keys, channels, settings, audit. Synchronous. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AuditQuery, KeyUse } from "../ports.ts";
import type { AuditText, RecordText, ResourceTable } from "./messages.ts";
import { transaction } from "./open-database.ts";
import { RecordTrouble } from "./trouble.ts";

/** The unique column of each table of resources. */
const uniqueColumn: Readonly<Record<ResourceTable, string>> = { keys: "hash", channels: "name" };

interface ResourceStatements {
  list: StatementSync;
  version: StatementSync;
  taken: StatementSync;
  insert: StatementSync;
  replace: StatementSync;
  remove: StatementSync;
}

export class StateDatabase {
  readonly #database: DatabaseSync;
  readonly #resources: Readonly<Record<ResourceTable, ResourceStatements>>;
  readonly #insertAudit: StatementSync;
  readonly #listAudit: StatementSync;
  readonly #useKey: StatementSync;
  readonly #getSetting: StatementSync;
  readonly #setSetting: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#resources = {
      keys: resourceStatements(
        database,
        "keys",
        // The time of last use is laid over the record: it changes without a new version.
        "select case when last_used_at is null then body else json_set(body, '$.lastUsedAt', last_used_at) end as text from keys order by id",
      ),
      channels: resourceStatements(
        database,
        "channels",
        "select body as text from channels order by id",
      ),
    };
    this.#insertAudit = database.prepare(
      "insert into audit (id, account, resource, body) values (?, ?, ?, ?)",
    );
    this.#listAudit = database.prepare(
      `select body as text from audit
       where (:account is null or account = :account)
         and (:resource is null or resource = :resource)
         and seq < coalesce((select seq from audit where id = :before), 9223372036854775807)
       order by seq desc limit :limit`,
    );
    this.#useKey = database.prepare(
      "update keys set last_used_at = max(?, coalesce(last_used_at, 0)) where id = ?",
    );
    this.#getSetting = database.prepare("select value as text from settings where name = ?");
    this.#setSetting = database.prepare(
      "insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
    );
  }

  list(table: ResourceTable): string[] {
    return texts(this.#resources[table].list.all());
  }

  insert(table: ResourceTable, record: RecordText, audit: AuditText | undefined): void {
    const { taken, insert } = this.#resources[table];
    transaction(this.#database, () => {
      if (
        taken.get(record.unique, "") !== undefined ||
        this.#version(table, record.id) !== undefined
      )
        throw new RecordTrouble("duplicate");
      insert.run(record.id, record.version, record.unique, record.body);
      this.#record(audit);
    });
  }

  replace(
    table: ResourceTable,
    record: RecordText,
    expected: number,
    audit: AuditText | undefined,
  ): void {
    const { taken, replace } = this.#resources[table];
    transaction(this.#database, () => {
      this.#expect(table, record.id, expected);
      if (taken.get(record.unique, record.id) !== undefined) throw new RecordTrouble("duplicate");
      replace.run(record.version, record.unique, record.body, record.id);
      this.#record(audit);
    });
  }

  remove(
    table: ResourceTable,
    id: string,
    expected: number | undefined,
    audit: AuditText | undefined,
  ): void {
    transaction(this.#database, () => {
      this.#expect(table, id, expected);
      this.#resources[table].remove.run(id);
      this.#record(audit);
    });
  }

  recordKeyUse(uses: readonly KeyUse[]): void {
    transaction(this.#database, () => {
      for (const { id, at } of uses) this.#useKey.run(at, id);
    });
  }

  getSetting(name: string): string[] {
    return texts(this.#getSetting.all(name));
  }

  setSetting(name: string, value: string): void {
    this.#setSetting.run(name, value);
  }

  listAudit(query: AuditQuery): string[] {
    return texts(
      this.#listAudit.all({
        account: query.account ?? null,
        resource: query.resource ?? null,
        before: query.before ?? null,
        limit: query.limit,
      }),
    );
  }

  close(): void {
    this.#database.close();
  }

  #version(table: ResourceTable, id: string): unknown {
    return this.#resources[table].version.get(id)?.version;
  }

  #expect(table: ResourceTable, id: string, expected: number | undefined): void {
    const version = this.#version(table, id);
    if (version === undefined) throw new RecordTrouble("missing");
    if (expected !== undefined && version !== expected) throw new RecordTrouble("moved");
  }

  #record(audit: AuditText | undefined): void {
    if (audit !== undefined)
      this.#insertAudit.run(audit.id, audit.account, audit.resource, audit.body);
  }
}

function resourceStatements(
  database: DatabaseSync,
  table: ResourceTable,
  list: string,
): ResourceStatements {
  const unique = uniqueColumn[table];
  return {
    list: database.prepare(list),
    version: database.prepare(`select version from ${table} where id = ?`),
    taken: database.prepare(`select 1 from ${table} where ${unique} = ? and id <> ?`),
    insert: database.prepare(
      `insert into ${table} (id, version, ${unique}, body) values (?, ?, ?, ?)`,
    ),
    replace: database.prepare(
      `update ${table} set version = ?, ${unique} = ?, body = ? where id = ?`,
    ),
    remove: database.prepare(`delete from ${table} where id = ?`),
  };
}

function texts(rows: Record<string, unknown>[]): string[] {
  return rows.map((row) => String(row.text));
}
