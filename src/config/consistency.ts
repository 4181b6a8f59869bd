import { createHash } from "node:crypto";
import type { ConfigDocument } from "./document.ts";
import { type Environment, isHost } from "./environment.ts";
import { isHeaderName } from "./fields.ts";
import { nearest } from "./hint.ts";
import { type ConfigProblem, joinPath } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";

/** What a schema cannot say: names that are taken, keys that exclude or need one another. */
export function consistencyProblems(
  file: ConfigFile,
  document: ConfigDocument,
  environment: Environment,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (key: string, message: string) =>
    problems.push({ file: document.file, line: document.lineOf(key), key, message });

  const host = file.listen?.host;
  if (host !== undefined && !isHost(host)) {
    report("listen.host", `must be an address or a host's name, not ${JSON.stringify(host)}`);
  }
  channelProblems(file, environment, report);
  keyProblems(file, environment, report);
  for (const name of aliasLoops(file.models?.aliases ?? {})) {
    report(joinPath("models.aliases", name), "leads back to itself");
  }
  return problems;
}

type Report = (key: string, message: string) => void;

function channelProblems(file: ConfigFile, environment: Environment, report: Report): void {
  const taken = new Map(environment.channels.map(({ name }) => [name, "the environment"]));
  for (const [index, channel] of (file.channels ?? []).entries()) {
    const path = joinPath("channels", index);
    const owner = taken.get(channel.name);
    if (owner !== undefined) {
      report(`${path}.name`, `${JSON.stringify(channel.name)} is taken by ${owner}`);
    }
    taken.set(channel.name, path);

    if (channel.credential !== undefined && channel.credentials !== undefined) {
      report(`${path}.credential`, "give credential or credentials, not both");
    }
    for (const name of Object.keys(channel.overrides?.headers ?? {})) {
      if (!isHeaderName(name)) {
        report(joinPath(`${path}.overrides.headers`, name), "is not a header's name");
      }
    }
    providerProblems(channel, path, environment, report);
  }
}

function providerProblems(
  channel: NonNullable<ConfigFile["channels"]>[number],
  path: string,
  environment: Environment,
  report: Report,
): void {
  const { providers } = environment;
  if (providers.length === 0) return;
  const provider = providers.find(({ name }) => name === channel.provider);
  if (provider === undefined) {
    const names = providers.map(({ name }) => name);
    const near = nearest(channel.provider, names);
    const hint = near ? `did you mean ${near}?` : `known: ${names.join(", ")}`;
    report(`${path}.provider`, `${JSON.stringify(channel.provider)} is not a provider; ${hint}`);
    return;
  }
  if (provider.kind === "local") return;
  if (provider.baseUrl === undefined && channel.base_url === undefined) {
    report(`${path}.base_url`, `is missing: ${provider.name} has no address of its own`);
  }
  const credentials = channel.credentials?.length ?? 0;
  if (!provider.keyless && channel.credential === undefined && credentials === 0) {
    report(`${path}.credential`, `is missing: ${provider.name} needs one`);
  }
}

function keyProblems(file: ConfigFile, environment: Environment, report: Report): void {
  const names = new Map<string, string>();
  const hashes = new Map<string, string>();
  if (environment.adminKey !== undefined)
    hashes.set(sha256(environment.adminKey), "PARLEY_ADMIN_KEY");
  for (const [index, key] of (file.keys ?? []).entries()) {
    const path = joinPath("keys", index);
    const owner = names.get(key.name);
    if (owner) report(`${path}.name`, `${JSON.stringify(key.name)} is taken by ${owner}`);
    names.set(key.name, path);

    if ((key.secret === undefined) === (key.secret_sha256 === undefined)) {
      report(path, "needs either secret or secret_sha256");
      continue;
    }
    const hash = key.secret_sha256?.toLowerCase() ?? sha256(key.secret ?? "");
    const twin = hashes.get(hash);
    if (twin)
      report(`${path}.${key.secret ? "secret" : "secret_sha256"}`, `is the same as ${twin}'s`);
    hashes.set(hash, path);
  }
}

function aliasLoops(aliases: Readonly<Record<string, string>>): string[] {
  return Object.keys(aliases).filter((name) => {
    const seen = new Set<string>();
    let at: string | undefined = name;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      at = Object.hasOwn(aliases, at) ? aliases[at] : undefined;
    }
    return at === name;
  });
}

function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
