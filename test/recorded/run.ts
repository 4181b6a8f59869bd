/** `npm run replay`: recorded traffic of real providers through a running gateway, on the chat surface. */
import { existsSync, readFileSync } from "node:fs";
import { startParley } from "../truth/gateway.ts";
import { readExchanges } from "./exchanges.ts";
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
  const recordings = [...exchanges.recordings, ...answers.recordings].filter(
    ({ name }) => only === undefined || name.includes(only),
  );
  const exceptions = readExceptions();
  const replayer = await startReplayer();
  const results: Result[] = [];
  try {
    const gateway = await startParley(replayer.port);
    try {
      for (const recording of recordings)
        results.push(...(await replay({ gateway, replayer }, recording)));
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
  console.log(`${recordings} recordings of chat; ${others} of other APIs are not replayed here\n`);
  console.log(table(results));
  console.log(`\ncannot be replayed: ${count("absent")}`);
  for (const line of absences(results)) console.log(line);
  console.log(`\nwrong: ${count("wrong")}`);
  for (const line of mistakes(results, exceptions)) console.log(line);
  const failed = results.filter(
    (each) => each.verdict === "wrong" && !exceptions.has(each.recording.name),
  ).length;
  console.log(`\n${count("right")} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** `exceptions.json`: `[{name, reason}]`. */
function readExceptions(): Exceptions {
  const file = new URL("exceptions.json", import.meta.url);
  const entries = list(JSON.parse(readFileSync(file, "utf8")));
  return new Map(entries.map((entry) => [text(entry, "name"), text(entry, "reason")]));
}
