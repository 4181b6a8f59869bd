/** The management API's channel as it is answered. */
import type { Channel } from "../core/channel.ts";
import type { JsonObject } from "../core/json.ts";
import { writeCapabilities } from "../routing/capability-schema.ts";
import { moment } from "./http.ts";

/** What a channel's answer holds and no change may touch. */
export const fixedChannelFields = [
  "id",
  "object",
  "provider",
  "credentials",
  "unreadable_credentials",
  "owner_id",
  "defined_in",
  "created_at",
  "updated_at",
  "version",
] as const;

/** Stands in answers for a header or option that holds a secret. Sent back, it means: as it was. */
const hidden = "********";

/** Names of headers and options that hold secrets. */
const secretName = /auth|cookie|key|password|secret|signature|token/i;

/** Everything but secrets: of a credential its id, its last characters, and whether it is in use. */
export function channelAnswer(channel: Channel): JsonObject {
  const unreadable = channel.credentials.filter(({ secret }) => secret === undefined);
  const { timeouts, overrides } = channel;
  return {
    id: channel.id,
    object: "channel",
    name: channel.name,
    provider: channel.provider,
    base_url: channel.baseUrl ?? null,
    credentials: channel.credentials.map(({ id, hint, enabled }) => ({ id, hint, enabled })),
    // Sealed under another PARLEY_SECRET; calls that need them fail with gateway.credential_unreadable.
    unreadable_credentials: unreadable.map(({ id }) => id),
    models: channel.models ?? null,
    model_mapping: channel.modelMapping,
    capabilities:
      channel.capabilities === undefined ? null : writeCapabilities(channel.capabilities),
    priority: channel.priority,
    weight: channel.weight,
    groups: channel.groups,
    enabled: channel.enabled,
    timeouts: {
      ...(timeouts.connect !== undefined && { connect_ms: timeouts.connect }),
      ...(timeouts.firstContent !== undefined && { first_content_ms: timeouts.firstContent }),
      ...(timeouts.idle !== undefined && { idle_ms: timeouts.idle }),
      ...(timeouts.total !== undefined && { total_ms: timeouts.total }),
    },
    retries: channel.retries ?? null,
    overrides: {
      ...(overrides.body !== undefined && { body: overrides.body }),
      ...(overrides.headers !== undefined && { headers: masked(overrides.headers) }),
    },
    options: masked(channel.options),
    owner_id: channel.owner ?? null,
    defined_in: channel.definedIn,
    created_at: moment(channel.createdAt),
    updated_at: moment(channel.updatedAt),
    version: channel.version,
  };
}

function masked(values: Readonly<Record<string, string>>): Record<string, string> {
  return mapEntries(values, (name, value) => (secretName.test(name) ? hidden : value));
}

/** `values` with what was hidden in the answer put back. */
export function unmasked(
  values: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return mapEntries(values, (name, value) =>
    value === hidden ? (before?.[name] ?? value) : value,
  );
}

function mapEntries(
  values: Readonly<Record<string, string>>,
  map: (name: string, value: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(name, value)]),
  );
}
