/** `npm run replay`: recorded traffic of real providers through a running gateway, on the chat surface. */
import { existsSync, readFileSync } from "node:fs";
import { compatibleVendors } from "../../src/providers/compatible/index.ts";
import { RunningGateway } from "../support/gateway.ts";
import type { Outcome } from "./answer.ts";
import { readDocumented } from "./documented.ts";
import { readExchanges } from "./exchanges.ts";
import type { Recording } from "./recording.ts";
import { type Result, replay } from "./replay.ts";
import { absences, type Exceptions, mistakes, table } from "./report.ts";
import { readSingleAnswers } from "./single-answers.ts";
import { startReplayer } from "./upstream.ts";
import { list, text } from "./walk.ts";

const fixtures = new URL("../../../shared/fixtures/", import.meta.url);

if (existsSync(fixtures)) process.exitCode = await run();
else console.log("skipped: there is no recorded traffic at ../shared/fixtures");

/** Returns the exit code. */
async function run(): Promise<number> {
  const exchanges = readExchanges(new URL("recorded/", fixtures));
  const answers = readSingleAnswers(new URL("streams/", fixtures));
  const only = process.argv[2];
  const recorded = [...exchanges.recordings, ...answers.recordings];
  const recordings: { recording: Recording; expected?: Outcome }[] = [
    ...recorded.map((recording) => ({ recording })),
    ...readDocumented(),
  ].filter(({ recording }) => only === undefined || recording.name.includes(only));
  const exceptions = readExceptions();
  const replayer = await startReplayer();
  const results: Result[] = [];
  try {
    const gateway = await RunningGateway.start();
    try {
      for (const { recording, expected } of recordings)
        results.push(...(await replay({ gateway, replayer }, recording, expected)));
    } finally {
      await gateway.stop();
    }
  } finally {
    await replayer.close();
  }
  return report(results, exceptions, exchanges.others.length + answers.others.length);
}

function report(results: readonly Result[], exceptions: Exceptions, others: number): number {
  const count = (verdict: Result["verdict"]) =>
    results.filter((each) => each.verdict === verdict).length;
  const recordings = new Set(results.map(({ recording }) => recording)).size;
  console.log(`${recordings} exchanges of chat; ${others} of other APIs are not replayed here\n`);
  console.log(table(results));
  console.log(`\ncannot be replayed: ${count("absent")}`);
  for (const line of absences(results)) console.log(line);
  console.log(`\nwrong: ${count("wrong")}`);
  for (const line of mistakes(results, exceptions)) console.log(line);
  const failed = results.filter(
    (each) => each.verdict === "wrong" && !exceptions.has(each.recording.name),
  ).length;
  console.log(`\nvendors that speak OpenAI's format: ${compatibleCount(results)}`);
  console.log(`\n${count("right")} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** An entry of the table counts as replayed where an exchange of its vendor came out right, and none wrong. */
function compatibleCount(results: readonly Result[]): string {
  const proven = compatibleVendors.filter(({ name }) => {
    const own = results.filter(({ recording }) => recording.provider === name);
    const answers = own.filter(({ kind }) => kind !== "request");
    return (
      answers.some(({ verdict }) => verdict === "right") &&
      own.every(({ verdict }) => verdict !== "wrong")
    );
  });
  return `${compatibleVendors.length} documented, ${proven.length} replayed`;
}

/** `exceptions.json`: `[{name, reason}]`. */
function readExceptions(): Exceptions {
  const file = new URL("exceptions.json", import.meta.url);
  const entries = list(JSON.parse(readFileSync(file, "utf8")));
  return new Map(entries.map((entry) => [text(entry, "name"), text(entry, "reason")]));
}
