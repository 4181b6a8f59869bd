/** The management API's channel as it is sent. */
import { type Static, Type } from "typebox";
import { isHeaderName, isHeaderValue, isHttpUrl } from "../config/fields.ts";
import { withoutSlash } from "../config/resources.ts";
import type { Channel, Timeouts } from "../core/channel.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { compileValidator, type Validator } from "../dialects/validate.ts";
import { Failure } from "../failures/failure.ts";
import { capabilitiesSchema, readCapabilities } from "../routing/capability-schema.ts";
import { mapModel } from "../routing/model-names.ts";
import { wrongValue } from "./http.ts";

const word = Type.String({ minLength: 1, maxLength: 200 });
const secret = Type.String({ minLength: 1, maxLength: 16_384 });
/** Node's timers hold 2^31 - 1 ms at most. */
const milliseconds = Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }));

const timeoutsSchema = Type.Object({
  connect_ms: milliseconds,
  first_content_ms: milliseconds,
  idle_ms: milliseconds,
  total_ms: milliseconds,
});

const overridesSchema = Type.Object({
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export const credentialSchema = Type.Object({
  secret,
  enabled: Type.Optional(Type.Boolean()),
});

/** `null`, in a change, takes a setting away. A map or list that is given replaces the whole one before. */
const settings = {
  base_url: Type.Optional(Type.Union([word, Type.Null()])),
  models: Type.Optional(Type.Union([Type.Array(word), Type.Null()])),
  model_mapping: Type.Optional(Type.Record(Type.String(), word)),
  capabilities: Type.Optional(Type.Union([capabilitiesSchema, Type.Null()])),
  priority: Type.Optional(Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
  weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  groups: Type.Optional(Type.Array(word)),
  enabled: Type.Optional(Type.Boolean()),
  timeouts: Type.Optional(timeoutsSchema),
  retries: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()])),
  overrides: Type.Optional(overridesSchema),
  options: Type.Optional(Type.Record(Type.String(), Type.String())),
};

export const channelCreateSchema = Type.Object({
  name: word,
  provider: word,
  ...settings,
  credential: Type.Optional(secret),
  credentials: Type.Optional(Type.Array(credentialSchema)),
});
export const channelChangeSchema = Type.Object({ name: Type.Optional(word), ...settings });

export type ChannelCreate = Static<typeof channelCreateSchema>;
type ChannelChange = Static<typeof channelChangeSchema>;
type CredentialBody = Static<typeof credentialSchema>;

const refuse = { unknownFields: "refuse" } as const;
const checkCreate: Validator<ChannelCreate> = compileValidator(channelCreateSchema, refuse);
const checkChange: Validator<ChannelChange> = compileValidator(channelChangeSchema, refuse);
const checkCredential: Validator<CredentialBody> = compileValidator(credentialSchema, refuse);

/** What may be changed of a channel. */
export type ChannelSettings = Pick<
  Channel,
  | "name"
  | "baseUrl"
  | "models"
  | "modelMapping"
  | "capabilities"
  | "priority"
  | "weight"
  | "groups"
  | "enabled"
  | "timeouts"
  | "retries"
  | "overrides"
  | "options"
>;

export interface NewChannel {
  name: string;
  provider: string;
  settings: Partial<ChannelSettings>;
  credentials: CredentialBody[];
}

/** Throws `request.field_missing`, `request.field_type`, `request.field_value`, `request.field_unknown`. */
export function readChannelCreate(body: JsonObject): NewChannel {
  checkCreate(body);
  if (body.credential !== undefined && body.credentials !== undefined)
    wrongValue("credential", "must not be given beside credentials");
  const credentials =
    body.credential === undefined ? (body.credentials ?? []) : [{ secret: body.credential }];
  return { name: body.name, provider: body.provider, settings: read(body), credentials };
}

/** Throws as {@link readChannelCreate}. */
export function readChannelChange(body: JsonObject): Partial<ChannelSettings> {
  checkChange(body);
  return read(body);
}

/** Throws as {@link readChannelCreate}. */
export function readCredential(body: JsonObject): CredentialBody {
  checkCredential(body);
  return body;
}

function read(body: ChannelChange): Partial<ChannelSettings> {
  if (typeof body.base_url === "string" && !isHttpUrl(body.base_url))
    wrongValue("base_url", "must be an http or https URL, without credentials, query or fragment");
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.base_url !== undefined && {
      baseUrl: body.base_url === null ? undefined : withoutSlash(body.base_url),
    }),
    ...(body.models !== undefined && { models: body.models ?? undefined }),
    ...(body.model_mapping !== undefined && { modelMapping: readMapping(body.model_mapping) }),
    ...(body.capabilities !== undefined && {
      capabilities: body.capabilities === null ? undefined : readCapabilities(body.capabilities),
    }),
    ...(body.priority !== undefined && { priority: body.priority }),
    ...(body.weight !== undefined && { weight: body.weight }),
    ...(body.groups !== undefined && { groups: [...new Set(body.groups)] }),
    ...(body.enabled !== undefined && { enabled: body.enabled }),
    ...(body.timeouts !== undefined && { timeouts: readTimeouts(body.timeouts) }),
    ...(body.retries !== undefined && { retries: body.retries ?? undefined }),
    ...(body.overrides !== undefined && { overrides: readOverrides(body.overrides) }),
    ...(body.options !== undefined && { options: body.options }),
  };
}

/** A rule without `*` that leads round in a circle is refused; those with `*` may be endless for some names only. */
function readMapping(mapping: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(mapping)) {
    if (name.includes("*") || mapModel(mapping, name) !== undefined) continue;
    throw new Failure("request.field_value", {
      message: `model_mapping leads from ${JSON.stringify(name)} round in a circle.`,
      param: "model_mapping",
    });
  }
  return mapping;
}

function readTimeouts(timeouts: Static<typeof timeoutsSchema>): Partial<Timeouts> {
  return {
    ...(timeouts.connect_ms !== undefined && { connect: timeouts.connect_ms }),
    ...(timeouts.first_content_ms !== undefined && { firstContent: timeouts.first_content_ms }),
    ...(timeouts.idle_ms !== undefined && { idle: timeouts.idle_ms }),
    ...(timeouts.total_ms !== undefined && { total: timeouts.total_ms }),
  };
}

function readOverrides(overrides: Static<typeof overridesSchema>): Channel["overrides"] {
  for (const [name, value] of Object.entries(overrides.headers ?? {})) {
    const param = `overrides.headers[${JSON.stringify(name)}]`;
    if (!isHeaderName(name)) wrongValue(param, "is not a header's name");
    if (!isHeaderValue(value)) wrongValue(param, "must be a header's value, on one line");
  }
  return {
    ...(isObject(overrides.body) && { body: overrides.body }),
    ...(overrides.headers !== undefined && { headers: overrides.headers }),
  };
}
