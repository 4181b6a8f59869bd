/** `parley serve`: reads what it is told, starts, and stops when asked to. */

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
    process.exitCode = 1;
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
  announce(parley, config, dataDir.file("first-run.txt"));
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

function announce(parley: Parley, config: Config, file: string): void {
  process.stdout.write(`Parley listens on ${parley.url}\n`);
  if (parley.firstKey === undefined) return;
  const model = config.sandbox.enabled ? "sandbox/chat" : "your-model";
  announceFirstRun({ key: parley.firstKey, baseUrl: parley.url, model, file }, process.stdout);
}
