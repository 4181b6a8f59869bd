/** What happens to API keys: pure functions from one record to the next. */
import { newId } from "../core/ids.ts";
import type { Key } from "../core/key.ts";
import { Failure } from "../failures/failure.ts";
import { hashSecret, newSecret, shownPrefix } from "./key-secret.ts";

/** What is chosen when a key is made, and may be changed later. */
export type KeySettings = Pick<
  Key,
  | "name"
  | "scopes"
  | "models"
  | "addresses"
  | "group"
  | "contract"
  | "requestsPerMinute"
  | "onUnsupported"
  | "enabled"
  | "expiresAt"
>;

export interface KeyOwner {
  account: string;
  project: string;
}

/** A new key and its secret, which exists nowhere else. `now` in Unix milliseconds. */
export function createKey(
  settings: Partial<KeySettings> & { name: string },
  owner: KeyOwner,
  now: number,
): { key: Key; secret: string } {
  const secret = newSecret();
  const key: Key = {
    scopes: ["inference"],
    enabled: true,
    ...settings,
    id: newId("key"),
    account: owner.account,
    project: owner.project,
    hash: hashSecret(secret),
    prefix: shownPrefix(secret),
    definedIn: "api",
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return { key: withoutAbsent(key), secret };
}

/**
 * The key with some settings changed; one that is `undefined` is removed.
 * Throws `resource.state_wrong` where the key is revoked.
 */
export function updateKey(key: Key, changes: Partial<KeySettings>, now: number): Key {
  refuseRevoked(key);
  return withoutAbsent({ ...key, ...changes, updatedAt: now, version: key.version + 1 });
}

export function enableKey(key: Key, now: number): Key {
  return updateKey(key, { enabled: true }, now);
}

export function disableKey(key: Key, now: number): Key {
  return updateKey(key, { enabled: false }, now);
}

/** For good. Throws `resource.state_wrong` where the key is revoked already. */
export function revokeKey(key: Key, now: number): Key {
  refuseRevoked(key);
  return { ...key, revokedAt: now, updatedAt: now, version: key.version + 1 };
}

export type KeyStatus = "active" | "disabled" | "expired" | "revoked";

export function keyStatus(key: Key, now: number): KeyStatus {
  if (key.revokedAt !== undefined) return "revoked";
  if (!key.enabled) return "disabled";
  return key.expiresAt !== undefined && key.expiresAt <= now ? "expired" : "active";
}

function refuseRevoked(key: Key): void {
  if (key.revokedAt === undefined) return;
  throw new Failure("resource.state_wrong", {
    message: "The key is revoked; a revoked key cannot be changed.",
    suggestion: "Create a new key.",
  });
}

/** So that a record is the same before and after it was stored. */
function withoutAbsent(key: Key): Key {
  const copy = { ...key };
  for (const name of optional) if (copy[name] === undefined) delete copy[name];
  return copy;
}

const optional = [
  "models",
  "addresses",
  "group",
  "contract",
  "requestsPerMinute",
  "onUnsupported",
  "expiresAt",
] as const satisfies (keyof Key)[];
