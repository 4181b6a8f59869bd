/** The suite: every fault of a wire put through a gateway, and what came of it. */
import { type Answer, ask, type NoAnswer } from "./client.ts";
import { accountEnvelopes } from "./faults/account-envelopes.ts";
import { bodies } from "./faults/bodies.ts";
import { controls } from "./faults/controls.ts";
import { envelopes } from "./faults/envelopes.ts";
import type { Case, Fault } from "./faults/fault.ts";
import { leaks } from "./faults/leaks.ts";
import { retryAfter } from "./faults/retry-after.ts";
import { secrets } from "./faults/secrets.ts";
import { size } from "./faults/size.ts";
import { statuses } from "./faults/statuses.ts";
import { streamBreaks } from "./faults/stream-breaks.ts";
import { streamErrors } from "./faults/stream-errors.ts";
import { streamStarts } from "./faults/stream-starts.ts";
import { time } from "./faults/time.ts";
import { transport } from "./faults/transport.ts";
import { unreachable } from "./faults/unreachable.ts";
import { judge, type Strictness, type Verdict } from "./judge.ts";
import type { Received, Replies } from "./reply.ts";
import type { Upstream } from "./upstream.ts";
import type { Mode, Wire } from "./wires/wire.ts";

const caseMs = 30_000;
const concurrency = 8;

/** One fault and what came of it. */
export interface Row {
  table: string;
  fault: Fault;
  verdicts: Partial<Record<Mode, Verdict>>;
}

export interface Target {
  /** With its version: `http://127.0.0.1:4100/v1`. */
  base: string;
  key: string;
  /** Put before a fault's name to make the model's. */
  modelPrefix: string;
  strictness: Strictness;
}

interface Task {
  row: Row;
  mode: Mode;
  case: Case;
}

/** The faults whose table or name contains `only`. Names are the upstream's key: throws where two are alike. */
export function rowsOf(wire: Wire, only = ""): Row[] {
  const tables: Record<string, Fault[]> = {
    transport: transport(wire),
    statuses: statuses(wire),
    envelopes: [...envelopes(), ...accountEnvelopes()],
    leaks: leaks(),
    "retry-after": retryAfter(wire),
    bodies: bodies(wire),
    "stream-starts": streamStarts(wire),
    "stream-errors": streamErrors(wire),
    "stream-breaks": streamBreaks(wire),
    [wire.name]: wire.ownFaults(),
    time: time(wire),
    size: size(wire),
    unreachable: unreachable(),
    controls: controls(wire),
  };
  const rows = Object.entries(tables).flatMap(([table, faults]) =>
    faults.map((fault): Row => ({ table, fault, verdicts: {} })),
  );
  const names = new Set<string>();
  for (const { fault } of rows) {
    if (names.has(fault.name)) throw new Error(`two faults are called ${fault.name}`);
    names.add(fault.name);
  }
  return rows.filter(({ table, fault }) => `${table} ${fault.name}`.includes(only));
}

/** What the upstream does for a model, as these rows say. */
export function repliesOf(
  rows: readonly Row[],
): (model: string, request: Received) => Replies | undefined {
  const byName = new Map(rows.map(({ fault }) => [fault.name, fault]));
  return (model, { body, path }) => {
    const fault = byName.get(model);
    const streaming = body.stream === true || path.includes("stream");
    // A gateway may ask for a stream where its client did not, and the other way round.
    const one = streaming ? (fault?.streamed ?? fault?.whole) : (fault?.whole ?? fault?.streamed);
    return one?.reply;
  };
}

/** Puts every fault to the gateway and writes the verdicts into the rows; closes the upstream for the last ones. */
export async function runSuite(
  rows: readonly Row[],
  wire: Wire,
  target: Target,
  upstream: Upstream,
  onLie: (row: Row, mode: Mode, verdict: Verdict, answer: Answer | NoAnswer) => void = () => {},
): Promise<void> {
  const tasks = rows.flatMap((row) =>
    (["whole", "streamed"] as const).flatMap((mode): Task[] => {
      const one = row.fault[mode];
      return one === undefined ? [] : [{ row, mode, case: one }];
    }),
  );
  const run = async (task: Task): Promise<void> => {
    const { verdict, answer } = await put(task, wire, target, upstream);
    task.row.verdicts[task.mode] = verdict;
    if (verdict.lies.length > 0) onLie(task.row, task.mode, verdict, answer);
  };
  const refused = (task: Task): boolean => task.row.fault.refused === true;
  await inParallel(
    tasks.filter((task) => !refused(task)),
    run,
  );
  await upstream.close();
  await inParallel(tasks.filter(refused), run);
}

async function inParallel(tasks: readonly Task[], run: (task: Task) => Promise<void>) {
  const queue = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await run(task);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function put(
  task: Task,
  wire: Wire,
  target: Target,
  upstream: Upstream,
): Promise<{ verdict: Verdict; answer: Answer | NoAnswer }> {
  const { fault } = task.row;
  const model = fault.channel ?? target.modelPrefix + fault.name;
  const body = {
    ...wire.request(model, task.mode, fault.ask ?? {}),
    ...(fault.timeouts === undefined ? {} : { gateway: { timeouts: fault.timeouts } }),
  };
  const before = upstream.calls(fault.name);
  const answer = await ask(target.base + wire.path(model, task.mode), target.key, body, caseMs);
  const verdict = judge(task.case.expect, answer, {
    wire,
    mode: task.mode,
    strictness: target.strictness,
    secrets: [
      ...new Set([
        ...Object.values(secrets),
        ...[...upstream.credentials].filter((credential) => credential !== target.key),
        `127.0.0.1:${upstream.port}`,
        ...(fault.unsaid ?? []),
      ]),
    ],
    usageAsked: fault.ask?.usage === true,
  });
  // A failure of the gateway's own would otherwise pass for one well told.
  const reaches = fault.refused === undefined && fault.channel === undefined;
  if (reaches && upstream.calls(fault.name) === before)
    verdict.lies.push("the upstream was never asked");
  return { verdict, answer };
}
