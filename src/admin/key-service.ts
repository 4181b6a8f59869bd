import { type Actor, hasScope, isOperator, requireScope } from "../accounts/actor.ts";
import { auditEntry } from "../accounts/audit.ts";
import type { KeyDirectory } from "../accounts/key-directory.ts";
import { createKey, type KeySettings, revokeKey, updateKey } from "../accounts/keys.ts";
import type { JsonObject } from "../core/json.ts";
import type { Key, Scope } from "../core/key.ts";
import { Failure } from "../failures/failure.ts";
import type { ResourceStore } from "../storage/ports.ts";
import { refuseDefinedElsewhere, withoutFixed } from "./guards.ts";
import type { VersionCheck } from "./http.ts";
import { fixedKeyFields, keyAnswer, readKeyChange, readKeyCreate } from "./key-body.ts";

export interface KeyServiceOptions {
  store: ResourceStore<Key>;
  directory: KeyDirectory;
  /** The project of keys that name none. */
  project: string;
}

/**
 * Makes and changes API keys: checked, stored with their audit entry, then in memory at once. Methods throw
 * `key.scope_missing`, `resource.not_found`, `resource.not_yours`, and what the store throws.
 */
export class KeyService {
  readonly #store: ResourceStore<Key>;
  readonly #directory: KeyDirectory;
  readonly #project: string;

  constructor(options: KeyServiceOptions) {
    this.#store = options.store;
    this.#directory = options.directory;
    this.#project = options.project;
  }

  /** Those of the actor's account; all for an operator. By id. */
  list(actor: Actor): Key[] {
    requireScope(actor, "keys:read");
    return this.#directory.list().filter((key) => isVisible(key, actor));
  }

  get(actor: Actor, id: string): Key {
    requireScope(actor, "keys:read");
    return this.#own(actor, id);
  }

  /** The secret is in this answer and nowhere else. */
  async create(actor: Actor, body: JsonObject): Promise<{ key: Key; secret: string }> {
    requireScope(actor, "keys:write");
    return this.make(actor, readKeyCreate(body));
  }

  /** As {@link create}, from settings that are known to be sound. */
  async make(
    actor: Actor,
    settings: Partial<KeySettings> & { name: string },
  ): Promise<{ key: Key; secret: string }> {
    refuseFurtherScopes(actor, settings.scopes ?? []);
    const owner = { account: actor.account, project: actor.key?.project ?? this.#project };
    const made = createKey(settings, owner, Date.now());
    const after = this.answer(made.key);
    await this.#store.insert(
      made.key,
      auditEntry(actor, "key.create", made.key.id, undefined, after),
    );
    this.#directory.upsert(made.key);
    return made;
  }

  /** Throws also `resource.read_only`, `resource.field_immutable`, `resource.state_wrong`. */
  async update(actor: Actor, id: string, body: JsonObject, check: VersionCheck): Promise<Key> {
    const key = this.#changeable(actor, id, check);
    const changes = readKeyChange(withoutFixed(body, this.answer(key), fixedKeyFields));
    refuseFurtherScopes(actor, changes.scopes ?? []);
    return this.#replace(actor, "key.update", key, updateKey(key, changes, Date.now()));
  }

  /** For good. Throws also `resource.read_only`, `resource.state_wrong`. */
  async revoke(actor: Actor, id: string, check: VersionCheck): Promise<Key> {
    const key = this.#changeable(actor, id, check);
    return this.#replace(actor, "key.revoke", key, revokeKey(key, Date.now()));
  }

  answer(key: Key): JsonObject {
    return keyAnswer(key, this.#directory.lastUsedAt(key.id), Date.now());
  }

  #changeable(actor: Actor, id: string, check: VersionCheck): Key {
    requireScope(actor, "keys:write");
    const key = this.#own(actor, id);
    refuseDefinedElsewhere("key", key.name, key.definedIn);
    // Otherwise a key could give itself an operator's rights by changing, or lock out, an operator's key.
    refuseFurtherScopes(actor, key.scopes);
    check(key.version);
    return key;
  }

  async #replace(actor: Actor, action: string, before: Key, after: Key): Promise<Key> {
    await this.#store.replace(
      after,
      before.version,
      auditEntry(actor, action, after.id, this.answer(before), this.answer(after)),
    );
    this.#directory.upsert(after);
    return after;
  }

  #own(actor: Actor, id: string): Key {
    const key = this.#directory.get(id);
    if (key === undefined)
      throw new Failure("resource.not_found", {
        message: `There is no key ${JSON.stringify(id)}.`,
      });
    if (!isVisible(key, actor)) throw new Failure("resource.not_yours");
    return key;
  }
}

function isVisible(key: Key, actor: Actor): boolean {
  return isOperator(actor) || key.account === actor.account;
}

/** A key gives no right that it does not have, but for calling models: that is what keys are made for. */
function refuseFurtherScopes(actor: Actor, scopes: readonly Scope[]): void {
  const further = scopes.find((scope) => scope !== "inference" && !hasScope(actor, scope));
  if (further === undefined) return;
  throw new Failure("key.scope_missing", {
    message: `Only a key with the scope \`${further}\` may give it, or change a key that has it.`,
  });
}
