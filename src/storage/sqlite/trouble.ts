import type { Trouble } from "./messages.ts";

/** Why a record could not be written, where SQLite itself is well. */
export class RecordTrouble extends Error {
  readonly kind: "duplicate" | "moved" | "missing";

  constructor(kind: "duplicate" | "moved" | "missing") {
    super(kind);
    this.kind = kind;
  }
}

/** Anything thrown by an operation, as the main thread is told it. */
export function asTrouble(thrown: unknown): Trouble {
  if (thrown instanceof RecordTrouble) return { kind: thrown.kind, detail: thrown.kind };
  return { kind: "store", detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
