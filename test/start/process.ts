/** Parley as a user starts it: `node bin/parley.js serve` in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/parley.js", import.meta.url));

/** A folder that is gone after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "parley-start-"));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

export class Started {
  readonly child: ChildProcess;
  readonly cwd: string;
  /** Everything written so far, to standard output and standard error. */
  output = "";
  errors = "";
  readonly #exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(
    cwd: string,
    environment: Record<string, string>,
    identity: { uid?: number; gid?: number } = {},
  ) {
    this.cwd = cwd;
    this.child = spawn(process.execPath, [program, "serve"], {
      cwd,
      // Nothing of the machine's own keys or settings.
      env: { PATH: process.env.PATH ?? "", HOME: cwd, PORT: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      ...identity,
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.#exit = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  /** Resolves when it has ended, with everything that it wrote. */
  async ended(): Promise<{ code: number | null; output: string; errors: string }> {
    const late = pause(20_000, undefined, { ref: false }).then(() => {
      this.child.kill("SIGKILL");
      throw new Error(`did not end: ${this.output}${this.errors}`);
    });
    const { code } = await Promise.race([this.#exit, late]);
    return { code, output: this.output, errors: this.errors };
  }

  /** The base URL that it says it listens on. */
  async url(): Promise<string> {
    return (await this.says(/listens on (http:\/\/\S+)/))[1] ?? "";
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let i = 0; i < 750; i++) {
      const match = pattern.exec(this.output + this.errors);
      if (match) return match;
      if (this.child.exitCode !== null) break;
      await pause(20);
    }
    throw new Error(`never said ${pattern}: ${this.output}${this.errors}`);
  }

  firstRunText(): string {
    return readFileSync(join(this.cwd, ".parley", "first-run.txt"), "utf8");
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.child.kill(signal);
    await this.ended();
  }
}

/** Starts Parley; it is killed after the test. */
export function start(
  t: TestContext,
  cwd: string,
  environment: Record<string, string> = {},
  identity: { uid?: number; gid?: number } = {},
): Started {
  const started = new Started(cwd, environment, identity);
  t.after(() => started.child.kill("SIGKILL"));
  return started;
}
