/** `parley serve`: reads what it is told, starts, and stops when asked to. */
import { flushCompileCache } from "node:module";
import v8 from "node:v8";
import { runInNewContext } from "node:vm";

import { compose, type Parley } from "./compose.ts";
import {
  announceFirstRun,
  type Config,
  loadConfig,
  loadEnvironment,
  openDataDir,
  StartError,
  watchConfig,
} from "./config/index.ts";
import { providers } from "./providers/registry.ts";

/** What has begun may take this long when Parley is told to stop. */
const GRACE_MS = 30_000;

export async function serve(): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`parley: ${error.message.replaceAll("\n", "\nparley: ")}\n`);
    // Something may be listening already.
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const environment = loadEnvironment(process.env, [...providers.values()]);
  const config = loadConfig(environment.configPath, environment);
  const dataDir = openDataDir(config.dataDir, environment.secret);
  let parley: Parley;
  try {
    parley = await compose(environment, config, dataDir);
  } catch (error) {
    dataDir.close();
    throw error;
  }
  settleMemory();
  announce(parley, config, dataDir.file("first-run.txt"));
  setTimeout(flushCompileCache, 1000).unref();
  const watcher =
    config.file === undefined
      ? undefined
      : watchConfig({
          path: config.file,
          environment,
          current: config,
          onChange: (next) => {
            parley.reconfigure(next);
            parley.log.info("the configuration was read again");
          },
          onError: (error) =>
            parley.log.error(`the configuration stays as it was: ${error.message}`),
          onRestartNeeded: (keys) =>
            parley.log.warn(`needs a restart to take effect: ${keys.join(", ")}`),
        });
  // A defect in one request must not end all others. It is told where somebody looks for it.
  process.on("uncaughtException", (error) => parley.log.fatal({ err: error }, "a defect"));
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    watcher?.close();
    parley.stop(GRACE_MS).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`parley: could not stop in order: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** Gives back what only the start needed: a third of the memory, which no later request would claim so soon. */
function settleMemory(): void {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  v8.setFlagsFromString("--no-expose-gc");
  if (typeof collect === "function")
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
}

function announce(parley: Parley, config: Config, file: string): void {
  process.stdout.write(`Parley listens on ${parley.url}\n`);
  if (parley.firstKey === undefined) return;
  const model = config.sandbox.enabled ? "sandbox/chat" : "your-model";
  announceFirstRun({ key: parley.firstKey, baseUrl: parley.url, model, file }, process.stdout);
}
