/**
 * `npm run bench`: the same load against Parley and its peers in turn, and what each has cost.
 * How to read it: bench/README.md.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { type Checkout, checkOut } from "./checkout.ts";
import { CAN_MEASURE } from "./cpu.ts";
import { figures } from "./figures.ts";
import type { Bounds, Kind } from "./load.ts";
import { type Burst, Opened, TargetFailed } from "./measure.ts";
import { startListening } from "./processes.ts";
import { print, type Row, summarise } from "./report.ts";
import { direct } from "./targets/direct.ts";
import { fastify, fastifyDispatch } from "./targets/fastify.ts";
import { nginx } from "./targets/nginx.ts";
import { node } from "./targets/node.ts";
import { otherParley, parley, ROOT } from "./targets/parley.ts";
import { portkey } from "./targets/portkey.ts";
import { type Case, type Target, Unavailable } from "./targets/target.ts";

const PEERS: readonly Target[] = [parley, node, fastify, fastifyDispatch, nginx, portkey];

const HELP = `npm run bench -- [options]
  --only a,b         of ${PEERS.map((target) => target.name).join(", ")}
  --vs REF|FOLDER    also run another Parley: a git ref or a folder
  --rounds N         rounds of all targets in turn (7)
  --connections N    requests under way at once (16)
  --gap-ms N         time between two chunks of a stream (2)
  --quick            one small round, to see that it works; judges no figure
  --json FILE        write the result there too
`;

type Settings = {
  rounds: number;
  starts: number;
  gapMs: number;
  plain: Bounds;
  unhurried: Bounds;
  streamed: Bounds;
  warmPlain: Bounds;
  warmStreamed: Bounds;
};

function settings(
  pace: "quick" | "full",
  rounds: number,
  connections: number,
  gapMs: number,
): Settings {
  const load = (requests: number, seconds: number): Bounds => ({ connections, requests, seconds });
  if (pace === "quick")
    return {
      rounds: 1,
      starts: 1,
      gapMs,
      plain: load(200, 5),
      unhurried: { connections: 1, requests: 20, seconds: 5 },
      streamed: load(16, 5),
      warmPlain: load(50, 5),
      warmStreamed: load(16, 5),
    };
  return {
    rounds,
    starts: 3,
    gapMs,
    plain: load(4000, 5),
    unhurried: { connections: 1, requests: 250, seconds: 2 },
    streamed: load(240, 5),
    // V8 goes on improving a proxy for some twenty thousand requests.
    warmPlain: load(20_000, 8),
    warmStreamed: load(480, 10),
  };
}

/** A target, or one of its cases: that has a row, and the target's process. */
type Contender = { target: Target; row: Row; required: boolean; opened?: Opened; host?: Host };
type Host = { contender: Contender; model: string };

function contendersOf(target: Target): Contender[] {
  const own: Contender = { target, row: emptyRow(target), required: target.required };
  const cases = (target.cases ?? []).map((each): Contender => {
    const host = { contender: own, model: each.model };
    return { target, row: emptyRow(each), required: each.required, host };
  });
  return [own, ...cases];
}

function emptyRow({ name, title }: Pick<Target | Case, "name" | "title">): Row {
  return { name, title, state: "measured", startMs: [], plain: [], unhurried: [], streamed: [] };
}

/** One burst, on the contender's own process or its host's. Throws TargetFailed. */
function burst({ host, opened }: Contender, kind: Kind, bounds: Bounds): Promise<Burst> {
  const process = host === undefined ? opened : host.contender.opened;
  if (process === undefined) throw new TargetFailed("its process is not running");
  return process.burst(kind, bounds, host?.model);
}

/** Runs one step of a target; what goes wrong in it ends that target's part, not the run. */
async function attempt(contender: Contender, step: () => Promise<void>): Promise<void> {
  if (contender.row.state !== "measured") return;
  try {
    await step();
  } catch (error) {
    if (!(error instanceof TargetFailed || error instanceof Unavailable)) throw error;
    contender.row.state = error instanceof Unavailable ? "skipped" : "failed";
    contender.row.reason = error.message;
    say(`  ${contender.row.title} ${contender.row.state}: ${error.message}`);
    await contender.opened?.close();
    contender.opened = undefined;
  }
}

async function open(contender: Contender, upstreamPort: number, starts: number): Promise<void> {
  await contender.target.prepare();
  for (let i = 0; i < starts; i++) {
    await contender.opened?.close();
    contender.opened = undefined;
    const opened = await Opened.open(contender.target, upstreamPort);
    contender.opened = opened;
    contender.row.memoryAfterStart = opened.memoryAfterStart;
    if (opened.startMs !== undefined) contender.row.startMs.push(opened.startMs);
  }
}

async function round(contender: Contender, settings: Settings): Promise<void> {
  const { row } = contender;
  row.plain.push(await burst(contender, "plain", settings.plain));
  row.unhurried.push(await burst(contender, "plain", settings.unhurried));
  row.streamed.push(await burst(contender, "streamed", settings.streamed));
}

async function run(contenders: Contender[], settings: Settings): Promise<void> {
  const mock = await startListening("./mock-upstream.ts", { BENCH_GAP_MS: String(settings.gapMs) });
  try {
    for (const each of contenders) {
      if (each.host !== undefined) continue;
      say(`starting ${each.row.title}`);
      await attempt(each, () => open(each, mock.port, settings.starts));
    }
    for (const each of contenders) {
      say(`warming ${each.row.title}`);
      await attempt(each, async () => {
        await burst(each, "plain", settings.warmPlain);
        await burst(each, "streamed", settings.warmStreamed);
      });
    }
    for (let at = 0; at < settings.rounds; at++) {
      say(`round ${at + 1} of ${settings.rounds}`);
      // Another one goes first each time: what a neighbour leaves behind falls on each in turn.
      const first = at % contenders.length;
      for (const each of [...contenders.slice(first), ...contenders.slice(0, first)])
        await attempt(each, () => round(each, settings));
    }
    for (const each of contenders) each.row.memoryAfterLoad = each.opened?.memory();
  } finally {
    for (const each of contenders) await each.opened?.close();
    await mock.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function chosen(only: string | undefined): Target[] {
  if (only === undefined) return [...PEERS];
  return only.split(",").map((name) => {
    const found = PEERS.find((target) => target.name === name.trim());
    if (found === undefined) throw new Error(`--only: no target is named ${name}`);
    return found;
  });
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name}: ${text} is no whole number above 0`);
  return value;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      vs: { type: "string" },
      rounds: { type: "string", default: "7" },
      connections: { type: "string", default: "16" },
      "gap-ms": { type: "string", default: "2" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosenSettings = settings(
    values.quick ? "quick" : "full",
    positive("rounds", values.rounds),
    positive("connections", values.connections),
    positive("gap-ms", values["gap-ms"]),
  );
  const targets = chosen(values.only);
  const other: Checkout | undefined =
    values.vs === undefined ? undefined : checkOut(values.vs, ROOT);
  try {
    if (other)
      targets.push(otherParley(other.root, `parley@${values.vs}`, `Parley ${other.label}`));
    if (!CAN_MEASURE)
      say("CPU and memory are read from Linux's /proc: not measured on this system.");
    const contenders = [direct, ...targets].flatMap(contendersOf);
    const loadBefore = loadavg()[0] ?? 0;
    await run(contenders, chosenSettings);
    return report(contenders, chosenSettings, { ...values, loadBefore });
  } finally {
    other?.remove();
  }
}

/** Prints, writes the file, and gives the exit code: 1 where a target that must work did not. */
function report(
  contenders: Contender[],
  settings: Settings,
  options: { quick: boolean; json?: string; loadBefore: number },
): number {
  const rows = contenders.map(({ row }) => row);
  const mock = rows.find((row) => row.name === direct.name);
  if (mock === undefined) throw new Error("the mock was not measured");
  const summaries = rows.map((row) => summarise(row, mock));
  const judged = options.quick ? undefined : figures(rows);
  const machine = {
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    /** Average number of runnable threads in the minute before: far from 0, the figures are noisy. */
    loadBefore: options.loadBefore,
  };
  process.stdout.write(
    `\nNode ${machine.node}, ${machine.system}, ${machine.cpu}; load before the run ${machine.loadBefore.toFixed(1)}\n` +
      `${settings.plain.connections} connections, ${settings.rounds} rounds; median (least–greatest)\n\n` +
      `${print(rows, summaries, judged)}\n`,
  );
  if (options.quick)
    process.stdout.write(
      "\nA quick run shows that the benchmark works; its figures mean nothing.\n",
    );
  if (options.json !== undefined) {
    const result = {
      date: new Date().toISOString(),
      machine,
      settings,
      targets: summaries,
      figures: judged,
    };
    writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  const broken = contenders.some(({ row, required }) => row.state === "failed" && required);
  return broken ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
