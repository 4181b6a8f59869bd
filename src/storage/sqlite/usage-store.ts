import type { UsageRow } from "../../core/usage-row.ts";
import { Failure } from "../../failures/failure.ts";
import type { UsageQuery, UsageStore } from "../ports.ts";
import type { WriterClient } from "./client.ts";
import { usageLine } from "./usage-lines.ts";

export interface UsageStoreOptions {
  /**
   * The most milliseconds for which rows are gathered before they are posted to the worker. A message
   * and a transaction cost as much as ten rows, so the busier the gateway, the longer it gathers; a
   * quiet one posts after 1 ms. What is not yet posted dies with the process.
   */
  gatherMs?: number;
  /** Rows in one message and transaction. */
  batchRows?: number;
  /** Rows kept in memory while the store cannot take them; what comes after is lost, and said so. */
  maxRows?: number;
  /** Milliseconds before a failed batch is tried again. */
  retryMs?: number;
  /** Told when rows cannot be stored: once when the trouble begins, and for every row lost. */
  onTrouble?(trouble: UsageTrouble): void;
}

export type UsageTrouble =
  | { kind: "failing"; detail: string }
  | { kind: "recovered" }
  | { kind: "row-lost"; detail: string };

interface Flush {
  resolve(): void;
  reject(failure: Failure): void;
  /** The number of rows appended when the flush was asked for. */
  upTo: number;
}

/** Usage rows over SQLite: gathered, posted to the worker one batch at a time, in order. */
export class SqliteUsageStore implements UsageStore {
  readonly #client: WriterClient;
  readonly #maxGatherMs: number;
  readonly #batchRows: number;
  readonly #maxRows: number;
  readonly #retryMs: number;
  readonly #onTrouble: (trouble: UsageTrouble) => void;

  /** Lines that no batch has taken. */
  #lines: string[] = [];
  /** The batch under way, or failed and waiting to be tried again. */
  #batch: { text: string; rows: number } | undefined;
  #posted = false;
  /** Milliseconds to gather: as many as the last batch had rows, so it grows only above a row a millisecond. */
  #gatherMs = 1;
  #timer: NodeJS.Timeout | undefined;
  #appended = 0;
  #stored = 0;
  #failing = false;
  #flushes: Flush[] = [];

  constructor(client: WriterClient, options: UsageStoreOptions = {}) {
    this.#client = client;
    this.#maxGatherMs = options.gatherMs ?? 25;
    this.#batchRows = options.batchRows ?? 500;
    this.#maxRows = options.maxRows ?? 50_000;
    this.#retryMs = options.retryMs ?? 1000;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
  }

  append(row: UsageRow): void {
    if (this.#appended - this.#stored >= this.#maxRows) {
      this.#lost(`${row.id}: ${this.#maxRows} rows are waiting already`);
      return;
    }
    try {
      this.#lines.push(usageLine(row));
    } catch (thrown) {
      this.#lost(`${row.id}: ${words(thrown)}`);
      return;
    }
    this.#appended++;
    if (this.#timer === undefined && !this.#posted) this.#postIn(this.#gatherMs);
  }

  flush(): Promise<void> {
    if (this.#appended === this.#stored) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#flushes.push({ resolve, reject, upTo: this.#appended });
      this.#post();
    });
  }

  async get(id: string): Promise<UsageRow | undefined> {
    return (await this.#read(() => this.#client.ask({ do: "get-usage", id })))[0];
  }

  list(query: UsageQuery): Promise<UsageRow[]> {
    return this.#read(() => this.#client.ask({ do: "list-usage", query }));
  }

  /** Rows that are not yet durable, and whether the store refuses them at present. */
  get backlog(): { rows: number; failing: boolean } {
    return { rows: this.#appended - this.#stored, failing: this.#failing };
  }

  /** Stores what it can. Throws as {@link flush} does; the rows concerned are lost then. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #postIn(ms: number): void {
    this.#timer = setTimeout(() => this.#post(), ms);
  }

  #post(): void {
    if (this.#posted) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch === undefined) {
      if (this.#lines.length === 0) return;
      const lines = this.#lines.splice(0, this.#batchRows);
      this.#batch = { text: lines.join("\n"), rows: lines.length };
      this.#gatherMs = Math.min(lines.length, this.#maxGatherMs);
    }
    this.#posted = true;
    const { text, rows } = this.#batch;
    this.#client.ask({ do: "append-usage", batch: text }).then(
      (refused) => this.#succeeded(rows, refused),
      (thrown: unknown) => this.#failed(words(thrown)),
    );
  }

  #succeeded(rows: number, refused: string[]): void {
    this.#posted = false;
    this.#batch = undefined;
    this.#stored += rows;
    for (const detail of refused) this.#lost(detail);
    if (this.#failing) {
      this.#failing = false;
      this.#onTrouble({ kind: "recovered" });
    }
    while (this.#flushes[0] !== undefined && this.#flushes[0].upTo <= this.#stored)
      this.#flushes.shift()?.resolve();
    if (this.#lines.length === 0) return;
    // Somebody waits, or a whole batch is there: at once. Otherwise go on gathering.
    if (this.#flushes.length > 0 || this.#lines.length >= this.#batchRows) this.#post();
    else this.#postIn(this.#gatherMs);
  }

  #failed(detail: string): void {
    this.#posted = false;
    if (!this.#failing) {
      this.#failing = true;
      this.#onTrouble({ kind: "failing", detail });
    }
    const failure = new Failure("gateway.store_write_failed", { operator: detail });
    for (const flush of this.#flushes.splice(0)) flush.reject(failure);
    this.#postIn(this.#retryMs);
  }

  #lost(detail: string): void {
    this.#onTrouble({ kind: "row-lost", detail });
  }

  async #read(ask: () => Promise<string[]>): Promise<UsageRow[]> {
    try {
      return (await ask()).map((text): UsageRow => JSON.parse(text));
    } catch (thrown) {
      throw new Failure("gateway.store_unavailable", { operator: words(thrown) });
    }
  }
}

function words(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
