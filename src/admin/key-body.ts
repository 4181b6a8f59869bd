/** The management API's key: what is sent, what is answered. */
import { type Static, Type } from "typebox";
import { type KeySettings, keyStatus } from "../accounts/keys.ts";
import { isAddressRange, isMoment } from "../config/fields.ts";
import { scopes } from "../config/schema-resources.ts";
import type { JsonObject } from "../core/json.ts";
import type { Key } from "../core/key.ts";
import { compileValidator, type Validator } from "../dialects/validate.ts";
import { moment, wrongValue } from "./http.ts";

const name = Type.String({ minLength: 1, maxLength: 200 });
const word = Type.String({ minLength: 1, maxLength: 200 });

/** `null`, in a change, takes a setting away. */
const removable = {
  models: Type.Optional(Type.Union([Type.Array(word), Type.Null()])),
  addresses: Type.Optional(Type.Union([Type.Array(word), Type.Null()])),
  group: Type.Optional(Type.Union([word, Type.Null()])),
  contract: Type.Optional(Type.Union([Type.Enum(["native", "concurred", "newapi"]), Type.Null()])),
  requests_per_minute: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  on_unsupported: Type.Optional(Type.Union([Type.Enum(["refuse", "drop"]), Type.Null()])),
  expires_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
};

const others = {
  scopes: Type.Optional(Type.Array(Type.Enum([...scopes]), { minItems: 1 })),
  enabled: Type.Optional(Type.Boolean()),
  ...removable,
};

export const keyCreateSchema = Type.Object({ name, ...others });
export const keyChangeSchema = Type.Object({ name: Type.Optional(name), ...others });

type KeyCreate = Static<typeof keyCreateSchema>;
type KeyChange = Static<typeof keyChangeSchema>;

const checkCreate: Validator<KeyCreate> = compileValidator(keyCreateSchema, {
  unknownFields: "refuse",
});
const checkChange: Validator<KeyChange> = compileValidator(keyChangeSchema, {
  unknownFields: "refuse",
});

/** What a key's answer holds and no change may touch. */
export const fixedKeyFields = [
  "id",
  "object",
  "prefix",
  "account_id",
  "project_id",
  "status",
  "revoked_at",
  "last_used_at",
  "defined_in",
  "created_at",
  "updated_at",
  "version",
] as const;

/** Throws `request.field_missing`, `request.field_type`, `request.field_value`, `request.field_unknown`. */
export function readKeyCreate(body: JsonObject): Partial<KeySettings> & { name: string } {
  checkCreate(body);
  return { ...settings(body), name: body.name };
}

/** Throws as {@link readKeyCreate}. */
export function readKeyChange(body: JsonObject): Partial<KeySettings> {
  checkChange(body);
  return settings(body);
}

function settings(body: KeyChange): Partial<KeySettings> {
  for (const [index, address] of (body.addresses ?? []).entries()) {
    if (!isAddressRange(address))
      wrongValue(`addresses[${index}]`, "must be an IP address or a CIDR range (10.0.0.0/8)");
  }
  if (typeof body.expires_at === "string" && !isMoment(body.expires_at))
    wrongValue("expires_at", "must be a date (2027-01-31) or a time with its zone, in ISO 8601");
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.scopes !== undefined && { scopes: [...new Set(body.scopes)] }),
    ...(body.enabled !== undefined && { enabled: body.enabled }),
    ...(body.models !== undefined && { models: body.models ?? undefined }),
    ...(body.addresses !== undefined && { addresses: body.addresses ?? undefined }),
    ...(body.group !== undefined && { group: body.group ?? undefined }),
    ...(body.contract !== undefined && { contract: body.contract ?? undefined }),
    ...(body.requests_per_minute !== undefined && {
      requestsPerMinute: body.requests_per_minute ?? undefined,
    }),
    ...(body.on_unsupported !== undefined && { onUnsupported: body.on_unsupported ?? undefined }),
    ...(body.expires_at !== undefined && {
      expiresAt: body.expires_at === null ? undefined : Date.parse(body.expires_at),
    }),
  };
}

/** A key as it is answered: everything but the secret and its hash. */
export function keyAnswer(key: Key, lastUsedAt: number | undefined, now: number): JsonObject {
  return {
    id: key.id,
    object: "key",
    name: key.name,
    prefix: key.prefix,
    account_id: key.account,
    project_id: key.project,
    scopes: key.scopes,
    models: key.models ?? null,
    addresses: key.addresses ?? null,
    group: key.group ?? null,
    contract: key.contract ?? null,
    requests_per_minute: key.requestsPerMinute ?? null,
    on_unsupported: key.onUnsupported ?? null,
    enabled: key.enabled,
    status: keyStatus(key, now),
    expires_at: moment(key.expiresAt),
    revoked_at: moment(key.revokedAt),
    last_used_at: moment(lastUsedAt),
    defined_in: key.definedIn,
    created_at: moment(key.createdAt),
    updated_at: moment(key.updatedAt),
    version: key.version,
  };
}
