import { type FSWatcher, realpathSync, unwatchFile, watch, watchFile } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Environment } from "./environment.ts";
import { parseConfig, readConfigFile } from "./load.ts";
import { ConfigError } from "./problem.ts";
import type { Config } from "./schema.ts";

export interface WatchOptions {
  path: string;
  environment: Environment;
  /** What runs now. */
  current: Config;
  /** A new configuration, already checked. What cannot change without a restart is as it was. */
  onChange(config: Config): void;
  /** The file has become wrong; what ran before stays. The message is a line for each problem. */
  onError(error: ConfigError): void;
  /** These keys have changed in the file and take effect with the next start. */
  onRestartNeeded(keys: string[]): void;
  /** Milliseconds of quiet before the file is read. */
  quietMs?: number;
}

/**
 * Follows parley.yaml. Editors replace the file, and Kubernetes swaps a symbolic link beside it, so
 * the directories of the path and of what it points to are watched, not the file; a slow look at the
 * file itself covers mounts that send no events. Does not keep the process alive.
 */
export function watchConfig(options: WatchOptions): { close(): void } {
  const watcher = new ConfigWatcher(options);
  return { close: () => watcher.close() };
}

const slowLookMs = 5000;

class ConfigWatcher {
  readonly #options: WatchOptions;
  readonly #directories = new Map<string, FSWatcher>();
  readonly #look = () => this.#soon();
  #current: Config;
  /** The text that was last read, good or bad, or why it could not be. */
  #last: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#current = options.current;
    this.#watchDirectories();
    watchFile(options.path, { interval: slowLookMs, persistent: false }, this.#look);
    // It may have changed between its first reading and now.
    this.#soon();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    unwatchFile(this.#options.path, this.#look);
    for (const watcher of this.#directories.values()) watcher.close();
    this.#directories.clear();
  }

  #soon(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), this.#options.quietMs ?? 100);
    this.#timer.unref();
  }

  #read(): void {
    const { path, environment, onChange, onError, onRestartNeeded } = this.#options;
    this.#watchDirectories();
    try {
      const { text, changedAt } = readConfigFile(path);
      if (text === this.#last) return;
      const first = this.#last === undefined;
      this.#last = text;
      const read = parseConfig(text, path, environment, changedAt);
      if (first && same(read, this.#current)) return;
      const { config, restart } = keepFixed(this.#current, read);
      if (restart.length > 0) onRestartNeeded(restart);
      if (same(config, this.#current)) return;
      this.#current = config;
      onChange(config);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Each problem is told once, not at every event of the directory.
      if (error.message === this.#last) return;
      if (error.problems.every(({ line }) => line === undefined)) this.#last = error.message;
      onError(error);
    }
  }

  /** Also finds the directory that the link leads to now. */
  #watchDirectories(): void {
    const wanted = directoriesOf(this.#options.path);
    for (const [directory, watcher] of this.#directories) {
      if (wanted.has(directory)) continue;
      watcher.close();
      this.#directories.delete(directory);
    }
    for (const [directory, names] of wanted) {
      if (this.#directories.has(directory)) continue;
      try {
        const watcher = watch(directory, { persistent: false }, (_, name) => {
          if (name === null || names.has(name) || name.startsWith("..")) this.#soon();
        });
        // The directory itself is gone; the slow look notices when it is back.
        watcher.on("error", () => {
          watcher.close();
          this.#directories.delete(directory);
        });
        this.#directories.set(directory, watcher);
      } catch {
        // Not there now; the slow look notices when it is back.
      }
    }
  }
}

/** The directories to watch, each with the names that matter in it. Kubernetes' own start with `..`. */
function directoriesOf(path: string): Map<string, Set<string>> {
  const paths = [resolve(path)];
  try {
    paths.push(realpathSync(path));
  } catch {
    // Gone for the moment, as in the middle of a replacement.
  }
  const directories = new Map<string, Set<string>>();
  for (const one of paths) {
    const names = directories.get(dirname(one)) ?? new Set();
    directories.set(dirname(one), names.add(basename(one)));
  }
  return directories;
}

/** `read`, but with what cannot change live as it is in `current`; and which keys those are. */
export function keepFixed(current: Config, read: Config): { config: Config; restart: string[] } {
  const fixed: [string, unknown, unknown][] = [
    ["listen", current.listen, read.listen],
    ["data_dir", current.dataDir, read.dataDir],
    ["storage", current.storage, read.storage],
    ["limits.header_bytes", current.limits.headerBytes, read.limits.headerBytes],
  ];
  return {
    config: {
      ...read,
      listen: current.listen,
      dataDir: current.dataDir,
      storage: current.storage,
      limits: { ...read.limits, headerBytes: current.limits.headerBytes },
    },
    restart: fixed.filter(([, was, is]) => !same(was, is)).map(([key]) => key),
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
