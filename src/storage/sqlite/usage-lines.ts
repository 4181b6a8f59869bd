/**
 * Usage rows on their way to the worker: one string a batch, a line a row, its columns before it.
 * Tabs and line ends are escaped within JSON, so they separate without ambiguity. Of the encodings
 * tried (batch as JSON, flat array, structured clone of objects) it costs both threads least.
 */
import type { UsageRow } from "../../core/usage-row.ts";

export interface UsageLine {
  id: string;
  at: number;
  account: string;
  key: string;
  body: string;
}

const separators = /[\t\n]/;

/** One row as a line, without its end. Throws a TypeError where it cannot be written as JSON. */
export function usageLine(row: UsageRow): string {
  if (separators.test(row.id + row.account + row.key))
    throw new TypeError("an id of the usage row holds a separator");
  return `${row.id}\t${row.at}\t${row.account}\t${row.key}\t${JSON.stringify(row)}`;
}

export function readUsageLine(line: string): UsageLine {
  const id = line.indexOf("\t");
  const at = line.indexOf("\t", id + 1);
  const account = line.indexOf("\t", at + 1);
  const key = line.indexOf("\t", account + 1);
  return {
    id: line.slice(0, id),
    at: Number(line.slice(id + 1, at)),
    account: line.slice(at + 1, account),
    key: line.slice(account + 1, key),
    body: line.slice(key + 1),
  };
}
