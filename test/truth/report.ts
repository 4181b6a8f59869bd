import type { Row } from "./suite.ts";

/** Prints the tables, the remarks and the counts, a wire at a time; returns how many were not told truthfully. */
export function printTables(rows: readonly Row[]): number {
  const wires = Map.groupBy(rows, ({ wire }) => wire.name);
  const counts: string[] = [];
  let told = 0;
  let all = 0;
  for (const [wire, ofWire] of wires) {
    if (wires.size > 1) console.log(`\n=== ${wire}`);
    const count = printTable(ofWire);
    counts.push(`truth (${wire}): ${count.told} of ${count.all} told truthfully`);
    told += count.told;
    all += count.all;
  }
  console.log("");
  if (wires.size > 1) for (const count of counts) console.log(count);
  console.log(`truth: ${told} of ${all} told truthfully`);
  return all - told;
}

function printTable(rows: readonly Row[]): { told: number; all: number } {
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
  return { told, all };
}
