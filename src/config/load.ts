import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Check } from "typebox/value";
import { checkDocument } from "./check.ts";
import { consistencyProblems } from "./consistency.ts";
import { defaults } from "./defaults.ts";
import { readDocument } from "./document.ts";
import { type Environment, withoutBrackets } from "./environment.ts";
import { ConfigError } from "./problem.ts";
import { toChannel, toKey, toTimeouts, withoutSlash } from "./resources.ts";
import { type Config, type ConfigFile, configSchema } from "./schema.ts";

/** No honest configuration is larger, in bytes. */
const maxFileBytes = 8 * 1024 * 1024;

/**
 * Reads parley.yaml at `path` (none: defaults alone) and lays the environment over it. Throws
 * ConfigError with a line for each thing wrong, naming file, line and key.
 */
export function loadConfig(path: string | undefined, environment: Environment): Config {
  if (path === undefined) return toConfig({}, environment, 0);
  const { text, changedAt } = readConfigFile(path);
  return parseConfig(text, path, environment, changedAt);
}

/** The text and time of last change (Unix milliseconds). Throws ConfigError where it cannot be read. */
export function readConfigFile(path: string): { text: string; changedAt: number } {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw problem(path, "is a directory, not a file");
    if (stat.size > maxFileBytes) throw problem(path, `is larger than ${maxFileBytes} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    return { text, changedAt: Math.floor(stat.mtimeMs) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw problem(path, reason(error));
  }
}

/** As {@link loadConfig}, for a text that has been read. */
export function parseConfig(
  text: string,
  file: string,
  environment: Environment,
  changedAt: number,
): Config {
  const document = readDocument(text, file, environment.variables);
  const { value, problems } = checkDocument(document, configSchema);
  if (problems.length > 0) throw new ConfigError(problems);
  if (!Check(configSchema, value)) {
    throw new ConfigError([{ file, message: "does not have the shape of a configuration" }]);
  }
  const inconsistent = consistencyProblems(value, document, environment);
  if (inconsistent.length > 0) throw new ConfigError(inconsistent);
  return { file, ...toConfig(value, environment, changedAt) };
}

function toConfig(file: ConfigFile, environment: Environment, changedAt: number): Config {
  const publicUrl = environment.publicUrl ?? file.public_url;
  const { limits, retries, storage } = file;
  return {
    listen: {
      host: withoutBrackets(environment.host ?? file.listen?.host ?? defaults.host),
      port: environment.port ?? file.listen?.port ?? defaults.port,
    },
    ...(publicUrl !== undefined && { publicUrl: withoutSlash(publicUrl) }),
    dataDir: environment.dataDir ?? file.data_dir ?? join(".", defaults.dataDir),
    trustedProxies: [...(file.trusted_proxies ?? [])],
    limits: {
      bodyBytes: limits?.body_bytes ?? defaults.limits.bodyBytes,
      jsonDepth: limits?.json_depth ?? defaults.limits.jsonDepth,
      receiveMs: limits?.receive_ms ?? defaults.limits.receiveMs,
      answerBytes: limits?.answer_bytes ?? defaults.limits.answerBytes,
      inFlight: limits?.in_flight ?? defaults.limits.inFlight,
      headerBytes: limits?.header_bytes ?? defaults.limits.headerBytes,
    },
    timeouts: { ...defaults.timeouts, ...toTimeouts(file.timeouts) },
    retries: {
      attempts: retries?.attempts ?? defaults.retries.attempts,
      baseMs: retries?.base_ms ?? defaults.retries.baseMs,
      maxMs: retries?.max_ms ?? defaults.retries.maxMs,
    },
    channels: [
      ...(file.channels ?? []).map((entry) => toChannel(entry, changedAt)),
      ...environment.channels,
    ],
    keys: (file.keys ?? []).map((entry) => toKey(entry, changedAt)),
    aliases: { ...file.models?.aliases },
    log: { ...defaults.log, ...file.log },
    metrics: { ...defaults.metrics, ...file.metrics },
    storage: {
      synchronous: storage?.synchronous ?? defaults.storage.synchronous,
      responsesDays: storage?.responses_days ?? defaults.storage.responsesDays,
      responsesBytes: storage?.responses_bytes ?? defaults.storage.responsesBytes,
    },
    sandbox: { ...defaults.sandbox, ...file.sandbox },
  };
}

function problem(file: string, message: string): ConfigError {
  return new ConfigError([{ file, message }]);
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file: create it, or correct PARLEY_CONFIG";
  if (code === "EACCES") return "may not be read: check its permissions";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "is not UTF-8";
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
