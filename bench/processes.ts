/** Starting and ending the processes that the benchmark measures; nothing else is ever signalled. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { processTree } from "./cpu.ts";

const STOP_MS = 4000;
const KEPT_OUTPUT = 4000;

export type Command = {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
};

export type Running = {
  pid: number;
  /** The last lines it wrote, for the row of a target that fails. */
  output(): string;
  exited(): boolean;
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();

// Whatever ends this process, nothing that it started stays behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a command with the given environment and no more than PATH and HOME of this one's. */
export function start(command: Command): Running {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: baseEnvironment(command.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const keep = (bytes: Buffer): void => {
    output = (output + bytes.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => keep(Buffer.from(error.message)));
  const exited = (): boolean => child.pid === undefined || hasEnded(child);
  return {
    pid: child.pid ?? 0,
    output: () => output.trim(),
    exited,
    stop: () => stop(child),
  };
}

/** Starts a program of this folder that sends `{ port }` when it listens. */
export async function startListening(
  program: string,
  env: Record<string, string>,
): Promise<{ port: number; stop(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [], {
    env: baseEnvironment(env),
  });
  running.add(child);
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`${program} ended while starting`))),
  ]);
  return { port: Number(message.port), stop: () => stop(child) };
}

function baseEnvironment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.pid === undefined || hasEnded(child)) return;
  const tree = processTree(child.pid);
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => {
    for (const pid of tree) kill(pid);
  }, STOP_MS);
  await gone;
  clearTimeout(late);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // already gone
  }
}
