/** A table of failures as a page shows it. */
import { contracts } from "../src/failures/contracts/index.ts";
import type { FailureRow } from "../src/providers/failure-table.ts";

/** Rows as a table: what is told, its cause, and what an OpenAI-style client is told. */
export function failureTable(rows: readonly FailureRow[]): string {
  const said = rows.filter((row) => !isStatusAlone(row));
  const byStatus = rows.filter(isStatusAlone);
  const lines = [...said, ...byStatus].map((row) =>
    [
      statusText(row.status),
      row.type === undefined ? "" : code(row.type),
      row.code === undefined ? "" : code(String(row.code)),
      messageText(row.message),
      `[\`${row.cause}\`](../errors/${row.cause}.md)`,
      code(contracts.native.code(row.cause)),
      `[page](${row.source})`,
    ].join(" | "),
  );
  return `| status | type | code | message holds | cause | native code | source |
|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join("\n")}`;
}

function isStatusAlone(row: FailureRow): boolean {
  return row.type === undefined && row.code === undefined && row.message === undefined;
}

function statusText(status: FailureRow["status"]): string {
  if (status === undefined) return "";
  return typeof status === "number" ? String(status) : `${status[0]}–${status[1]}`;
}

function messageText(message: FailureRow["message"]): string {
  if (message === undefined) return "";
  const parts = typeof message === "string" ? [message] : message;
  return parts.map((part) => `“${part.replaceAll("|", "\\|")}”`).join(" and ");
}

/** Text as code within a table's cell. */
export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
