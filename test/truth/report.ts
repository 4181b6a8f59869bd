import type { Row } from "./suite.ts";

/** Prints the table, the remarks and the count; returns how many were not told truthfully. */
export function printTable(rows: readonly Row[]): number {
  const width = Math.max(...rows.map(({ fault }) => fault.name.length), 5);
  const remarks: string[] = [];
  let told = 0;
  let all = 0;
  let table = "";
  for (const { table: of, fault, verdicts } of rows) {
    if (of !== table) console.log(`\n${of.padEnd(width)}  non-streamed  streamed`);
    table = of;
    const words: string[] = [];
    const how: string[] = [];
    for (const mode of ["whole", "streamed"] as const) {
      const verdict = verdicts[mode];
      words.push(
        (verdict === undefined ? "-" : verdict.lies.length === 0 ? "told" : "lied").padEnd(12),
      );
      if (verdict === undefined) continue;
      all += 1;
      if (verdict.lies.length === 0) told += 1;
      else
        how.push(`${mode === "whole" ? "non-streamed" : "streamed"}: ${verdict.lies.join("; ")}`);
      if (verdict.note !== undefined && verdict.lies.length === 0)
        remarks.push(`${fault.name} (${mode}) was told ${verdict.note}`);
    }
    console.log(
      `${fault.name.padEnd(width)}  ${words.join("  ")}${how.length > 0 ? fault.what : ""}`.trimEnd(),
    );
    for (const line of [...new Set(how)]) console.log(`${" ".repeat(width)}    ${line}`);
  }
  if (remarks.length > 0) {
    console.log("\nThe code is right, the cause is another than expected:");
    for (const remark of remarks) console.log(`  ${remark}`);
  }
  console.log(`\ntruth: ${told} of ${all} told truthfully`);
  return all - told;
}
