/** Starts Parley from this checkout, as its users do, with the suite's upstream as every vendor. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Channel } from "./faults/fault.ts";
import { secrets } from "./faults/secrets.ts";
import { answerBytes } from "./faults/size.ts";
import { unresolvableHost } from "./faults/unreachable.ts";

export interface Gateway {
  /** With its version: `http://127.0.0.1:4100/v1`. */
  base: string;
  key: string;
  /** What its log said last. */
  log(): string;
  alive(): boolean;
  stop(): Promise<void>;
}

const startMs = 20_000;
const command = fileURLToPath(new URL("../../bin/parley.js", import.meta.url));

/** Throws where it does not become ready; nothing of it is left then. */
export async function startParley(upstreamPort: number, tlsPort: number): Promise<Gateway> {
  const directory = await mkdtemp(join(tmpdir(), "parley-truth-"));
  const config = join(directory, "parley.yaml");
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configuration(upstreamPort, tlsPort)));
  const port = await freePort();
  const key = `truth-${randomBytes(16).toString("hex")}`;
  const child = spawn(process.execPath, [command, "serve"], {
    cwd: directory,
    // A group of its own: the command may hand over to another runtime, which must end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      PORT: String(port),
      PARLEY_HOST: "127.0.0.1",
      PARLEY_DATA_DIR: join(directory, "data"),
      PARLEY_ADMIN_KEY: key,
      PARLEY_CONFIG: config,
    },
  });
  let log = "";
  const keep = (bytes: Buffer): void => {
    log = (log + bytes.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  const signal = (name: "SIGTERM" | "SIGKILL"): void => {
    if (alive() && child.pid !== undefined) process.kill(-child.pid, name);
  };
  const stop = async (): Promise<void> => {
    signal("SIGTERM");
    const timer = setTimeout(() => signal("SIGKILL"), 5_000);
    await ended;
    clearTimeout(timer);
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + startMs;
  while (!(await ready(port))) {
    if (alive() && Date.now() < deadline) {
      await sleep(100);
      continue;
    }
    await stop();
    throw new Error(`Parley does not become ready:\n${log}`);
  }
  return { base: `http://127.0.0.1:${port}/v1`, key, log: () => log, alive, stop };
}

/** Base URLs as the vendors' SDKs have them. */
const paths = { openai: "/v1", anthropic: "", gemini: "", bedrock: "", cohere: "" } as const;

/** The vendors, and what the faults of size and of unreachable providers need. */
function configuration(upstreamPort: number, tlsPort: number): Record<string, unknown> {
  const channel = (name: Channel, host: string) => ({
    name,
    provider: "compatible",
    base_url: `https://${host}/v1`,
    credential: secrets.key,
    models: [name],
  });
  return {
    limits: { answer_bytes: answerBytes },
    // Most faults are met again at once: the pauses in between would be most of the run.
    retries: { base_ms: 20 },
    channels: [
      ...Object.entries(paths).map(([provider, path]) => ({
        name: `truth-${provider}`,
        provider,
        base_url: `http://127.0.0.1:${upstreamPort}${path}`,
        credential: secrets.key,
      })),
      channel("unresolvable", unresolvableHost),
      channel("self-signed", `127.0.0.1:${tlsPort}`),
    ],
  };
}

async function ready(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") failed(new Error("no free port"));
        else done(address.port);
      });
    });
  });
}
