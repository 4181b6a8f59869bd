/** The worker's side of responses.db. Synchronous. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoredResponse } from "../ports.ts";
import type { ResponsesBounds } from "./messages.ts";
import { transaction } from "./open-database.ts";

/** Old responses are looked for at most so often, in milliseconds. */
const SWEEP_MS = 60_000;

/** Columns of a row as they are told, one after another; `outputIds` are not told again. */
export const toldColumns = [
  "id",
  "account",
  "at",
  "status",
  "previous",
  "response",
  "input",
  "events",
] as const;

export class ResponsesDatabase {
  readonly #database: DatabaseSync;
  readonly #bounds: ResponsesBounds;
  readonly #put: StatementSync;
  readonly #known: StatementSync;
  readonly #putItem: StatementSync;
  readonly #history: StatementSync;
  readonly #item: StatementSync;
  readonly #remove: StatementSync;
  readonly #oldest: StatementSync;
  #bytes: number;
  #sweptAt = 0;

  constructor(database: DatabaseSync, bounds: ResponsesBounds) {
    this.#database = database;
    this.#bounds = bounds;
    this.#known = database.prepare("select bytes from responses where id = ?");
    this.#put = database.prepare(
      `insert into responses (id, account, at, status, previous, response, input, events, bytes)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set status = excluded.status, response = excluded.response,
         events = excluded.events, bytes = excluded.bytes`,
    );
    this.#putItem = database.prepare(
      `insert into items (account, id, response_id, place) values (?, ?, ?, ?)
       on conflict (account, id) do update set response_id = excluded.response_id, place = excluded.place`,
    );
    this.#history = database.prepare(
      `with recursive chain (id, depth) as (
         select ?1, 0
         union all
         select previous, depth + 1 from responses join chain using (id)
         where account = ?2 and previous is not null and depth < ?3
       )
       select ${toldColumns.map((name) => `coalesce(${name}, '') as ${name}`).join(", ")}
       from responses join chain using (id)
       where account = ?2 and at >= ?4
       order by depth desc`,
    );
    this.#item = database.prepare(
      `select items.id as id, json_extract(response, '$.output[' || place || ']') as body
       from items join responses on responses.id = items.response_id
       where items.account = ? and items.id = ? and at >= ?`,
    );
    this.#remove = database.prepare(
      "delete from responses where account = ? and id = ? returning bytes, at",
    );
    this.#oldest = database.prepare(
      "delete from responses where seq in (select seq from responses order by at, seq limit 1) returning bytes",
    );
    this.#bytes = Number(
      database.prepare("select coalesce(sum(bytes), 0) as sum from responses").get()?.sum,
    );
    this.#endInterrupted();
  }

  put(stored: StoredResponse): void {
    const { id, account, at, status, previous, response, input, events, outputIds } = stored;
    const bytes = response.length + input.length + (events?.length ?? 0);
    const before = Number(this.#known.get(id)?.bytes ?? 0);
    transaction(this.#database, () => {
      this.#put.run(
        id,
        account,
        at,
        status,
        previous ?? null,
        response,
        input,
        events ?? null,
        bytes,
      );
      for (const [place, item] of outputIds.entries()) this.#putItem.run(account, item, id, place);
    });
    this.#bytes += bytes - before;
    this.#sweep();
  }

  /** The columns of {@link toldColumns} of each row, oldest first. */
  history(account: string, id: string, depth: number): string[] {
    const rows = this.#history.all(id, account, depth, this.#since());
    return rows.flatMap((row) => toldColumns.map((column) => String(row[column])));
  }

  /** Id and body in turn. */
  items(account: string, ids: readonly string[]): string[] {
    const since = this.#since();
    return ids.flatMap((id) => {
      const row = this.#item.get(account, id, since);
      return typeof row?.body === "string" ? [id, row.body] : [];
    });
  }

  /** The id, if there was one that had not outlived its time. */
  remove(account: string, id: string): string[] {
    const [row] = this.#remove.all(account, id);
    if (row === undefined) return [];
    this.#bytes -= Number(row.bytes);
    return Number(row.at) >= this.#since() ? [id] : [];
  }

  close(): void {
    this.#database.close();
  }

  #since(): number {
    return Date.now() - this.#bounds.maxAge;
  }

  /** What was being made when the process ended will not be finished, and says so. */
  #endInterrupted(): void {
    this.#database
      .prepare(
        `update responses set status = 'failed', response = json_set(response, '$.status', 'failed',
           '$.error', json_object('code', 'server_error', 'message', ?))
         where status in ('queued', 'in_progress')`,
      )
      .run("The gateway was restarted before the answer was complete.");
  }

  #sweep(): void {
    while (this.#bytes > this.#bounds.maxBytes) {
      const gone = this.#oldest.all();
      if (gone.length === 0) break;
      for (const { bytes } of gone) this.#bytes -= Number(bytes);
    }
    const now = Date.now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    const outlived = this.#database.prepare("delete from responses where at < ? returning bytes");
    for (const { bytes } of outlived.all(this.#since())) this.#bytes -= Number(bytes);
  }
}
