/**
 * `npm run contract`: is every code of every documented contract real?
 *
 * Starts Parley as users do, and drives it over HTTP: a scenario for each row provokes what the row
 * describes, by real causes alone, and must be answered with the row's status and code; its control, the
 * same request without the cause, must succeed. What is expected comes from `rows/` alone. Every answer of
 * the run, whatever it was asked for, must carry a code and a cause of the catalogue.
 *
 *   npm run contract                           the whole run
 *   npm run contract -- --only newapi/empty    scenarios whose `contract/code` holds the text
 *   npm run contract -- --keep                 also: rows reached now are to be reached from now on
 *
 * Prints how many rows of each contract are reached, and each that is not. Exit code 1 where a row that has
 * a scenario falls, a control fails, an answer is not of the catalogue, a row of `reached.json` is no longer
 * reached, or `rows/` differs from ../shared/contract.
 *
 * Files: `scenarios/` one list a subject, `harness.ts` what they work with, `upstream.ts` the provider that
 * misbehaves, `judge.ts` the verdict, `witness.ts` what holds for every answer.
 */
import { parseArgs } from "node:util";
import { World } from "./harness.ts";
import { judge, type Verdict } from "./judge.ts";
import { awaited } from "./missing.ts";
import { readReached, writeReached } from "./reached.ts";
import { compareWithShared, contractNames, type Row, rows } from "./rows.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, keep: { type: "boolean", default: false } },
});

/** Scenarios under way at once: most of their time they wait. */
const AT_ONCE = 8;

const problems: string[] = [];

function checkCopies(): void {
  const { told, files } = compareWithShared();
  if (told === "same") console.log("rows: the same as ../shared/contract");
  else if (told === "absent")
    console.log("rows: the project's copies; ../shared/contract is not here to compare with");
  else problems.push(`rows differ from ../shared/contract: ${files.join(", ")}`);
}

function rowOf({ contract, code }: Scenario): Row {
  const row = rows.find((one) => one.contract === contract && one.code === code);
  if (row === undefined) throw new Error(`a scenario is of ${contract}/${code}, which is no row`);
  return row;
}

async function runAll(chosen: readonly Scenario[]): Promise<Verdict[]> {
  const world = new World();
  try {
    await world.start();
    const verdicts: Verdict[] = [];
    const rest = chosen.map((scenario) => ({ scenario, row: rowOf(scenario) }));
    const worker = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        verdicts.push(await judge(next.scenario, next.row, world));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    problems.push(...world.witness.problems);
    console.log(`answers seen: ${world.witness.seen}`);
    return verdicts;
  } finally {
    await world.stop();
  }
}

function isReached(row: Row, verdicts: readonly Verdict[]): boolean {
  const ran = verdicts.filter(({ scenario, lacks }) => lacks === undefined && isOf(scenario, row));
  return ran.length > 0 && ran.every(({ wrong }) => wrong.length === 0);
}

function isOf({ contract, code }: Scenario, row: Row): boolean {
  return contract === row.contract && code === row.code;
}

/** Why a row is missing, as far as it is known. */
function reason(row: Row, verdicts: readonly Verdict[]): string {
  const own = verdicts.filter(({ scenario }) => isOf(scenario, row));
  if (own.some(({ wrong }) => wrong.length > 0)) return " (its scenario falls, see below)";
  const lacks = own.find((verdict) => verdict.lacks !== undefined)?.lacks;
  if (lacks !== undefined) return ` (needs ${lacks})`;
  const part = awaited(row.contract, row.code);
  return part === undefined ? "" : ` (comes with ${part})`;
}

function report(verdicts: readonly Verdict[]): void {
  for (const contract of contractNames) {
    const own = rows.filter((row) => row.contract === contract);
    const missing = own.filter((row) => !isReached(row, verdicts));
    console.log(`\n${contract} ${own.length - missing.length}/${own.length}`);
    for (const row of missing) console.log(`  missing: ${row.code}${reason(row, verdicts)}`);
  }
  for (const { scenario, lacks } of verdicts)
    if (lacks !== undefined) console.log(`\nnot run: ${nameOf(scenario)}: needs ${lacks}`);
}

function checkKept(verdicts: readonly Verdict[]): void {
  const kept = readReached();
  for (const row of rows) {
    if (kept[row.contract].includes(row.code) && !isReached(row, verdicts))
      problems.push(`${row.contract}/${row.code} was reached before and no longer is`);
  }
}

function keep(verdicts: readonly Verdict[]): void {
  const codes = (contract: Row["contract"]) =>
    rows
      .filter((row) => row.contract === contract && isReached(row, verdicts))
      .map(({ code }) => code);
  writeReached({
    native: codes("native"),
    concurred: codes("concurred"),
    newapi: codes("newapi"),
  });
}

function nameOf({ contract, code, title }: Scenario): string {
  return `${contract}/${code} (${title})`;
}

checkCopies();
const { only } = options;
const chosen = scenarios.filter(
  ({ contract, code }) => only === undefined || `${contract}/${code}`.includes(only),
);
const verdicts = await runAll(chosen);
if (only === undefined) {
  report(verdicts);
  if (options.keep) keep(verdicts);
  checkKept(verdicts);
}
const fallen = verdicts.filter(({ wrong }) => wrong.length > 0);
const ran = verdicts.filter(({ lacks }) => lacks === undefined);
if (fallen.length + problems.length > 0) console.log("");
for (const { scenario, wrong } of fallen)
  console.log(`failed: ${nameOf(scenario)}\n  ${wrong.join("\n  ")}`);
for (const problem of problems) console.log(`failed: ${problem}`);
const failed = fallen.length + problems.length;
console.log(`\n${ran.length - fallen.length} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
