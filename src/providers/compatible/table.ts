/** Shorthand for a vendor's table of errors, all on one page. */
import type { Cause } from "../../failures/catalogue/index.ts";
import type { FailureRow } from "../failure-table.ts";

type Row = Omit<FailureRow, "source" | "cause"> | number;

/** Rows of one page: a bare number is an HTTP status. */
export function documentedAt(
  source: string,
  rows: readonly (readonly [Row, Cause])[],
): readonly FailureRow[] {
  return rows.map(([row, cause]) =>
    typeof row === "number" ? { status: row, cause, source } : { ...row, cause, source },
  );
}
