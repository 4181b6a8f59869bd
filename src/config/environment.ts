import { existsSync } from "node:fs";
import { isIP } from "node:net";
import type { Channel } from "../core/channel.ts";
import { isHttpUrl } from "./fields.ts";
import { ConfigError, type ConfigProblem } from "./problem.ts";
import { environmentChannel, withoutSlash } from "./resources.ts";

/** What configuration needs to know of a provider; every entry of the providers' registry fits. */
export interface ProviderFacts {
  name: string;
  kind?: "http" | "local";
  /** The provider's own address. A remote provider without one needs a channel's. */
  baseUrl?: string;
  /** A channel without a credential can work. */
  keyless?: boolean;
  /** The usual variables of the vendor's SDK. */
  environment?: { key: string; otherKeys?: readonly string[]; baseUrl?: string };
}

/** What the environment says. Empty variables count as unset. */
export interface Environment {
  /** Every variable that is set, for `${NAME}` in parley.yaml. */
  variables: Readonly<Record<string, string>>;
  /** `PARLEY_CONFIG`, or `parley.yaml` in the working directory where it exists. */
  configPath?: string;
  port?: number;
  host?: string;
  /** Without a trailing slash. */
  publicUrl?: string;
  dataDir?: string;
  /** The operator's key, as given. */
  adminKey?: string;
  /** The master key, as given. */
  secret?: string;
  /** One for each provider whose usual variable is set: `env-openai`. */
  channels: Channel[];
  /** Known providers; empty where the caller does not say. */
  providers: readonly ProviderFacts[];
}

/** Variables that mean many processes, which this version does not have. Ignoring one would split the data silently. */
const unsupported = {
  DATABASE_URL: "PostgreSQL",
  REDIS_URL: "Redis",
} as const;

/**
 * Reads Parley's own variables and those of the providers' SDKs. Throws ConfigError with a line for
 * each variable that is wrong.
 */
export function loadEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  providers: readonly ProviderFacts[] = [],
): Environment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value) variables[name] = value;
  const problems: ConfigProblem[] = [];
  const wrong = (key: string, message: string) =>
    problems.push({ file: "environment", key, message });

  for (const [name, what] of Object.entries(unsupported)) {
    if (variables[name] !== undefined) {
      wrong(
        name,
        `${what} is not supported by this version of Parley: unset it to run one process on SQLite`,
      );
    }
  }

  const port = portOf(variables.PORT);
  if (port === null) {
    wrong("PORT", `must be a whole number from 0 to 65535, not ${shown(variables.PORT)}`);
  }
  const host = variables.PARLEY_HOST;
  if (host !== undefined && !isHost(host)) {
    wrong("PARLEY_HOST", `must be an address or a host's name, not ${shown(host)}`);
  }
  const publicUrl = variables.PARLEY_PUBLIC_URL;
  if (publicUrl !== undefined && !isHttpUrl(publicUrl)) {
    wrong("PARLEY_PUBLIC_URL", `must be an http or https URL, not ${shown(publicUrl)}`);
  }
  const adminKey = variables.PARLEY_ADMIN_KEY;
  if (adminKey !== undefined && !/^[\x21-\x7e]+$/.test(adminKey)) {
    wrong("PARLEY_ADMIN_KEY", "must be visible ASCII characters without spaces");
  }

  const channels = channelsOf(variables, providers, wrong);
  if (problems.length > 0) throw new ConfigError(problems);

  const configPath =
    variables.PARLEY_CONFIG ?? (existsSync("parley.yaml") ? "parley.yaml" : undefined);
  return {
    variables,
    ...(configPath !== undefined && { configPath }),
    ...(typeof port === "number" && { port }),
    ...(host !== undefined && { host: withoutBrackets(host) }),
    ...(publicUrl !== undefined && { publicUrl: withoutSlash(publicUrl) }),
    ...(variables.PARLEY_DATA_DIR !== undefined && { dataDir: variables.PARLEY_DATA_DIR }),
    ...(adminKey !== undefined && { adminKey }),
    ...(variables.PARLEY_SECRET !== undefined && { secret: variables.PARLEY_SECRET }),
    channels,
    providers,
  };
}

function channelsOf(
  variables: Readonly<Record<string, string>>,
  providers: readonly ProviderFacts[],
  wrong: (key: string, message: string) => void,
): Channel[] {
  const now = Date.now();
  const channels: Channel[] = [];
  for (const { name, keyless, environment, ...provider } of providers) {
    if (environment === undefined) continue;
    const names = [environment.key, ...(environment.otherKeys ?? [])];
    const keyName = names.find((one) => variables[one] !== undefined) ?? environment.key;
    const secret = variables[keyName];
    const baseUrl = environment.baseUrl === undefined ? undefined : variables[environment.baseUrl];
    if (secret === undefined && !(keyless && baseUrl !== undefined)) continue;
    // A key alone does not say where such a provider is; that takes a channel of parley.yaml.
    if (provider.kind === "http" && provider.baseUrl === undefined && baseUrl === undefined) {
      continue;
    }
    if (secret !== undefined && !/^[\x20-\x7e]+$/.test(secret)) {
      wrong(keyName, "must be visible ASCII characters on one line");
    }
    if (environment.baseUrl !== undefined && baseUrl !== undefined && !isHttpUrl(baseUrl)) {
      wrong(environment.baseUrl, `must be an http or https URL, not ${shown(baseUrl)}`);
    }
    channels.push(environmentChannel(name, secret, baseUrl, now));
  }
  return channels;
}

/** Absent: unset. Null: wrong. */
function portOf(value: string | undefined): number | null | undefined {
  if (value === undefined) return undefined;
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : null;
}

export function isHost(value: string): boolean {
  return (
    isIP(withoutBrackets(value)) !== 0 ||
    /^(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?$/.test(value)
  );
}

export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function shown(value: string | undefined): string {
  return JSON.stringify(value ?? "").slice(0, 80);
}
