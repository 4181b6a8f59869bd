/** One target: starting it, warming it, one burst of load with what it cost, stopping it. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CHUNKS } from "./answers/http.ts";
import { cpuMicros, readCpu, readMemory } from "./cpu.ts";
import {
  type Ask,
  type Bounds,
  buildRequest,
  type Kind,
  type LoadResult,
  runLoad,
} from "./load.ts";
import { freePort, type Running, start } from "./processes.ts";
import type { Launch, Target } from "./targets/target.ts";

const START_MS = 20_000;
const POLL_MS = 5;
/** After a start and after each burst, so that what was put off is counted with what caused it. */
const SETTLE_MS = 300;

/** What a client of a chat product sends: a system prompt, a few turns, some settings. */
function requestBody(model: string, kind: Kind): string {
  return JSON.stringify({
    model,
    messages: [
      {
        role: "system",
        content:
          "You are a careful assistant. Answer in plain words, in at most three sentences, and say when you do not know.",
      },
      { role: "user", content: "Why does the level of the sea rise and fall twice a day?" },
      {
        role: "assistant",
        content:
          "Mostly because the moon pulls on the water that is nearest to it more than on the rest.",
      },
      {
        role: "user",
        content: "And what is the name of that? One sentence, please, without figures.",
      },
    ],
    temperature: 0.7,
    max_completion_tokens: 256,
    ...(kind === "streamed" ? { stream: true } : {}),
  });
}

export type Burst = {
  requests: number;
  /** Answers a second. */
  rate: number;
  /** CPU microseconds of the target: a request, or a chunk where the answer is streamed. */
  cpu: number | undefined;
  /** Milliseconds, sorted; see LoadResult. */
  latencies: Float64Array;
  firsts: Float64Array;
  readsPerAnswer: number;
};

/** A target that did not start or did not answer rightly. The message is for its row. */
export class TargetFailed extends Error {}

export class Opened {
  readonly target: Target;
  /** From the process's start to the end of its first whole answer; undefined for the mock. */
  readonly startMs: number | undefined;
  readonly memoryAfterStart: number | undefined;
  readonly #launch: Launch;
  readonly #running: Running | undefined;
  readonly #folder: string;

  private constructor(
    target: Target,
    launch: Launch,
    running: Running | undefined,
    folder: string,
    startMs: number | undefined,
  ) {
    this.target = target;
    this.#launch = launch;
    this.#running = running;
    this.#folder = folder;
    this.startMs = startMs;
    this.memoryAfterStart = this.memory();
  }

  /** Starts the target and waits for its first answer. Throws TargetFailed where none comes. */
  static async open(target: Target, upstreamPort: number): Promise<Opened> {
    const folder = mkdtempSync(join(tmpdir(), `parley-bench-${target.name.replace(/\W/g, "-")}-`));
    mkdirSync(folder, { recursive: true });
    const launch = target.launch({ port: await freePort(), upstreamPort, folder });
    const startedAt = performance.now();
    const running = launch.command === undefined ? undefined : start(launch.command);
    try {
      const startMs = await firstAnswer(launch, running, startedAt);
      await sleep(SETTLE_MS);
      return new Opened(
        target,
        launch,
        running,
        folder,
        running === undefined ? undefined : startMs,
      );
    } catch (error) {
      await running?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Resident memory now, in bytes. */
  memory(): number | undefined {
    return this.#running === undefined ? undefined : readMemory(this.#running.pid);
  }

  /** `model`: of one of the target's cases. Throws TargetFailed where any answer was wrong: a fast failure is no figure. */
  async burst(kind: Kind, bounds: Bounds, model?: string): Promise<Burst> {
    const before = this.#cpu();
    const result = await runLoad(ask(this.#launch, kind, model), bounds);
    await sleep(SETTLE_MS);
    const micros = cpuMicros(before, this.#cpu());
    if (this.#running?.exited())
      throw new TargetFailed(`ended under load: ${lastLines(this.#running)}`);
    const fault = worst(result);
    if (fault !== undefined) throw new TargetFailed(`${kind}: ${fault}`);
    const units = result.requests * (kind === "streamed" ? CHUNKS : 1);
    return {
      requests: result.requests,
      rate: result.requests / result.seconds,
      cpu: micros === undefined ? undefined : micros / units,
      latencies: result.latencies,
      firsts: result.firsts,
      readsPerAnswer: result.readsPerAnswer,
    };
  }

  async close(): Promise<void> {
    await this.#running?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #cpu(): ReturnType<typeof readCpu> {
    return this.#running === undefined ? undefined : readCpu(this.#running.pid);
  }
}

function ask(launch: Launch, kind: Kind, model = launch.model): Ask {
  const body = requestBody(model, kind);
  const bytes = buildRequest(launch.port, launch.path, launch.headers(), body);
  return { port: launch.port, bytes, kind };
}

async function firstAnswer(
  launch: Launch,
  running: Running | undefined,
  startedAt: number,
): Promise<number> {
  let fault = "no answer";
  while (performance.now() - startedAt < START_MS) {
    const result = await runLoad(ask(launch, "plain"), { connections: 1, requests: 1, seconds: 5 });
    const found = worst(result);
    if (found === undefined) return performance.now() - startedAt;
    fault = found;
    if (running?.exited()) throw new TargetFailed(`did not start: ${lastLines(running)}`);
    await sleep(POLL_MS);
  }
  throw new TargetFailed(`did not answer in ${START_MS / 1000} s: ${fault}`);
}

function worst(result: LoadResult): string | undefined {
  const [first] = [...result.faults].sort((a, b) => b[1] - a[1]);
  if (first === undefined) return result.requests === 0 ? "no answer" : undefined;
  return `${first[0]} (${first[1]} times)`;
}

function lastLines(running: Running): string {
  const lines = running.output().split("\n");
  const telling = lines.find((line) => /error|cannot/i.test(line)) ?? lines.at(-1) ?? "";
  return telling.trim().slice(0, 200) || "without a word";
}
