/** Channels and keys of parley.yaml as the records that the gateway knows. */
import { createHash } from "node:crypto";
import type { Static } from "typebox";
import type { Channel, ChannelCredential, DefinedIn, Timeouts } from "../core/channel.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import type { Key } from "../core/key.ts";
import { readCapabilities } from "../routing/capability-schema.ts";
import { defaults } from "./defaults.ts";
import type { channelSchema, keySchema, timeoutsSchema } from "./schema-resources.ts";

export type ChannelEntry = Static<typeof channelSchema>;
export type KeyEntry = Static<typeof keySchema>;

/** The tenant of everything that names none. */
export const defaultAccount = "acc_default";
export const defaultProject = "prj_default";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** The same id for the same kind and name, always: `chn_` or `key_` and 24 characters (120 bits of a hash). */
export function stableId(prefix: "chn" | "key" | "crd", ...names: string[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([prefix, ...names]))
    .digest();
  let bits = 0n;
  for (const byte of hash.subarray(0, 15)) bits = bits * 256n + BigInt(byte);
  let id = "";
  for (let i = 0; i < 24; i++) {
    id = alphabet.charAt(Number(bits % 32n)) + id;
    bits /= 32n;
  }
  return `${prefix}_${id}`;
}

/** `at` (Unix milliseconds, the file's last change) is the record's time and version. */
export function toChannel(entry: ChannelEntry, at: number): Channel {
  const credentials = [
    ...(entry.credential === undefined ? [] : [entry.credential]),
    ...(entry.credentials ?? []),
  ];
  return {
    id: stableId("chn", entry.name),
    name: entry.name,
    provider: entry.provider,
    ...(entry.base_url !== undefined && { baseUrl: withoutSlash(entry.base_url) }),
    credentials: credentials.map((credential, index) =>
      typeof credential === "string"
        ? toCredential(entry.name, index, { secret: credential })
        : toCredential(entry.name, index, credential),
    ),
    ...(entry.models !== undefined && { models: [...entry.models] }),
    ...(entry.capabilities !== undefined && {
      capabilities: readCapabilities(entry.capabilities),
    }),
    modelMapping: { ...entry.model_mapping },
    priority: entry.priority ?? defaults.channel.priority,
    weight: entry.weight ?? defaults.channel.weight,
    groups: [...(entry.groups ?? [])],
    enabled: entry.enabled ?? true,
    timeouts: toTimeouts(entry.timeouts),
    ...(entry.retries !== undefined && { retries: entry.retries }),
    overrides: toOverrides(entry.overrides),
    options: { ...entry.options },
    ...dated("config", at),
  };
}

/** A channel that a provider's usual variables make. */
export function environmentChannel(
  provider: string,
  secret: string | undefined,
  baseUrl: string | undefined,
  at: number,
): Channel {
  const name = `env-${provider}`;
  return {
    ...toChannel(
      {
        name,
        provider,
        ...(secret !== undefined && { credential: secret }),
        ...(baseUrl !== undefined && { base_url: baseUrl }),
      },
      at,
    ),
    definedIn: "environment",
  };
}

export function toKey(entry: KeyEntry, at: number): Key {
  const hash =
    entry.secret_sha256?.toLowerCase() ??
    createHash("sha256")
      .update(entry.secret ?? "")
      .digest("hex");
  return {
    id: stableId("key", entry.name),
    name: entry.name,
    account: defaultAccount,
    project: defaultProject,
    hash,
    // Never more than a third of it: keys of the configuration may be short.
    prefix: entry.secret?.slice(0, Math.min(8, Math.floor(entry.secret.length / 3))) ?? "",
    scopes: [...(entry.scopes ?? ["inference" as const])],
    ...(entry.models !== undefined && { models: [...entry.models] }),
    ...(entry.addresses !== undefined && { addresses: [...entry.addresses] }),
    ...(entry.group !== undefined && { group: entry.group }),
    ...(entry.contract !== undefined && { contract: entry.contract }),
    ...(entry.requests_per_minute !== undefined && {
      requestsPerMinute: entry.requests_per_minute,
    }),
    ...(entry.on_unsupported !== undefined && { onUnsupported: entry.on_unsupported }),
    enabled: entry.enabled ?? true,
    ...(entry.expires_at !== undefined && { expiresAt: Date.parse(entry.expires_at) }),
    ...dated("config", at),
  };
}

export function toTimeouts(entry: Static<typeof timeoutsSchema> | undefined): Partial<Timeouts> {
  return {
    ...(entry?.connect_ms !== undefined && { connect: entry.connect_ms }),
    ...(entry?.first_content_ms !== undefined && { firstContent: entry.first_content_ms }),
    ...(entry?.idle_ms !== undefined && { idle: entry.idle_ms }),
    ...(entry?.total_ms !== undefined && { total: entry.total_ms }),
  };
}

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function toCredential(
  channel: string,
  index: number,
  entry: { id?: string; secret: string; enabled?: boolean },
): ChannelCredential {
  return {
    id: entry.id ?? stableId("crd", channel, String(index)),
    secret: entry.secret,
    hint: entry.secret.length >= 12 ? entry.secret.slice(-4) : "",
    enabled: entry.enabled ?? true,
  };
}

function toOverrides(entry: ChannelEntry["overrides"]): Channel["overrides"] {
  return {
    ...(isObject(entry?.body) && { body: entry.body satisfies JsonObject }),
    ...(entry?.headers !== undefined && { headers: { ...entry.headers } }),
  };
}

function dated(definedIn: DefinedIn, at: number) {
  return { definedIn, createdAt: at, updatedAt: at, version: at };
}
