import type { Key } from "../core/key.ts";
import type { KeyUse } from "../storage/ports.ts";
import { hashSecret } from "./key-secret.ts";

/** Milliseconds between two notes in the store of one key's last use. */
const useNotedEvery = 60_000;

/** Every API key, in memory: the stored ones and those that the configuration defines. */
export class KeyDirectory {
  readonly #stored = new Map<string, Key>();
  #defined: readonly Key[] = [];
  #byHash = new Map<string, Key>();
  #byId = new Map<string, Key>();
  readonly #used = new Map<string, { at: number; notedAt: number }>();

  /** Replaces what came from the store. */
  load(keys: readonly Key[]): void {
    this.#stored.clear();
    for (const key of keys) {
      this.#stored.set(key.id, key);
      if (key.lastUsedAt !== undefined)
        this.#used.set(key.id, { at: key.lastUsedAt, notedAt: key.lastUsedAt });
    }
    this.#index();
  }

  /** Replaces the keys that the configuration defines. */
  define(keys: readonly Key[]): void {
    this.#defined = [...keys];
    this.#index();
  }

  /** The key with this secret, whatever its state. */
  find(secret: string): Key | undefined {
    return this.#byHash.get(hashSecret(secret));
  }

  get(id: string): Key | undefined {
    return this.#byId.get(id);
  }

  /** By id. */
  list(): Key[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  upsert(key: Key): void {
    this.#stored.set(key.id, key);
    this.#index();
  }

  remove(id: string): void {
    this.#stored.delete(id);
    this.#used.delete(id);
    this.#index();
  }

  /** Notes that a key was used, in memory. `at` in Unix milliseconds. */
  noteUse(id: string, at: number): void {
    const use = this.#used.get(id);
    if (use === undefined) this.#used.set(id, { at, notedAt: 0 });
    else use.at = at;
  }

  lastUsedAt(id: string): number | undefined {
    return this.#used.get(id)?.at;
  }

  /** The uses that the store should be told now: at most one a minute for each key. */
  takeUses(now: number): KeyUse[] {
    const uses: KeyUse[] = [];
    for (const [id, use] of this.#used) {
      if (use.at <= use.notedAt || now - use.notedAt < useNotedEvery) continue;
      use.notedAt = now;
      uses.push({ id, at: use.at });
    }
    return uses;
  }

  #index(): void {
    const keys = [...this.#stored.values(), ...this.#defined];
    // Where both have the same secret, what the configuration says counts, so it comes last.
    this.#byHash = new Map(keys.map((key) => [key.hash, key]));
    this.#byId = new Map(keys.map((key) => [key.id, key]));
  }
}
