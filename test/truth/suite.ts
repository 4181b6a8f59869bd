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
import { anthropicMessages } from "./wires/anthropic-messages.ts";
import { bedrockConverse } from "./wires/bedrock-converse.ts";
import { chatClient } from "./wires/chat-client.ts";
import { cohere } from "./wires/cohere.ts";
import { gemini } from "./wires/gemini.ts";
import { openaiChat } from "./wires/openai-chat.ts";
import { openaiResponses } from "./wires/openai-responses.ts";
import type { Mode, Wire } from "./wires/wire.ts";

const caseMs = 30_000;
const concurrency = 8;

export const wires: readonly Wire[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  bedrockConverse,
  cohere,
];

/** One fault of one wire and what came of it. */
export interface Row {
  wire: Wire;
  table: string;
  fault: Fault;
  verdicts: Partial<Record<Mode, Verdict>>;
}

export interface Target {
  /** With its version: `http://127.0.0.1:4100/v1`. */
  base: string;
  key: string;
  /** Put before a fault's name to make the model's; absent: the provider that speaks the wire. */
  modelPrefix?: string | undefined;
  strictness: Strictness;
}

interface Task {
  row: Row;
  mode: Mode;
  case: Case;
}

/** The faults of a wire whose table or name contains `only`. Throws where two names are alike. */
export function rowsOf(wire: Wire, only = ""): Row[] {
  const tables: Record<string, Fault[]> = {
    transport: transport(wire),
    statuses: statuses(wire),
    envelopes: [...envelopes(), ...accountEnvelopes()],
    leaks: leaks(wire),
    "retry-after": retryAfter(wire),
    bodies: bodies(wire),
    "stream-starts": streamStarts(wire),
    "stream-errors": streamErrors(wire),
    "stream-breaks": streamBreaks(wire),
    [wire.name]: wire.ownFaults(),
    time: time(wire),
    size: size(wire),
    unreachable: wire.name === "openai-chat" ? unreachable() : [],
    controls: controls(wire),
  };
  const rows = Object.entries(tables).flatMap(([table, faults]) =>
    faults.map((fault): Row => ({ wire, table, fault, verdicts: {} })),
  );
  const names = new Set<string>();
  for (const { fault } of rows) {
    if (names.has(fault.name)) throw new Error(`two faults are called ${fault.name}`);
    names.add(fault.name);
  }
  return rows.filter(({ table, fault }) => `${table} ${fault.name}`.includes(only));
}

function keyOf(wire: Wire, fault: string): string {
  return `${wire.name} ${fault}`;
}

/** The fault that a request asks for, by the wire of its path and its model's name. */
export function nameOf({ path, body }: Received): string {
  const [bare = ""] = path.split("?", 1);
  for (const wire of wires) {
    const found = wire.upstreamPath.exec(bare);
    if (found === null) continue;
    const model = found[1] === undefined ? String(body.model ?? "") : decodeURIComponent(found[1]);
    const named = model.replace(/^.*\//, "");
    const [before, after] = wire.modelAffixes;
    return keyOf(wire, named.slice(before.length, named.length - after.length));
  }
  return "";
}

/** What the upstream does for a fault, as these rows say. */
export function repliesOf(
  rows: readonly Row[],
): (name: string, request: Received) => Replies | undefined {
  const byName = new Map(rows.map(({ wire, fault }) => [keyOf(wire, fault.name), fault]));
  return (name, { streaming }) => {
    const fault = byName.get(name);
    // A gateway may ask for a stream where its client did not, and the other way round.
    const one = streaming ? (fault?.streamed ?? fault?.whole) : (fault?.whole ?? fault?.streamed);
    return one?.reply;
  };
}

/** Puts every fault to the gateway and writes the verdicts into the rows; closes the upstream for the last ones. */
export async function runSuite(
  rows: readonly Row[],
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
    const { verdict, answer } = await put(task, target, upstream);
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
  target: Target,
  upstream: Upstream,
): Promise<{ verdict: Verdict; answer: Answer | NoAnswer }> {
  const { fault, wire } = task.row;
  const [before, after] = wire.modelAffixes;
  const prefix = target.modelPrefix ?? `${wire.provider}/`;
  const model = fault.channel ?? prefix + before + fault.name + after;
  const key = keyOf(wire, fault.name);
  const body = {
    ...chatClient.request(model, task.mode, fault.ask ?? {}),
    ...(fault.timeouts === undefined ? {} : { gateway: { timeouts: fault.timeouts } }),
  };
  const calls = upstream.calls(key);
  const answer = await ask(target.base + chatClient.path, target.key, body, caseMs);
  const verdict = judge(task.case.expect, answer, {
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
  if (reaches && upstream.calls(key) === calls) verdict.lies.push("the upstream was never asked");
  return { verdict, answer };
}
