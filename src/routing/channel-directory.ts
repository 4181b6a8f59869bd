import type { Channel } from "../core/channel.ts";
import type { StoredChannel } from "../storage/ports.ts";

/** Opens a sealed credential; `undefined` where it cannot be opened. */
export type OpenCredential = (
  sealed: string,
  channelId: string,
  credentialId: string,
) => string | undefined;

/** Every channel, in memory: the stored ones with their credentials opened, and those defined elsewhere. */
export class ChannelDirectory {
  readonly #open: OpenCredential;
  readonly #stored = new Map<string, { record: StoredChannel; channel: Channel }>();
  #defined: readonly Channel[] = [];
  #all: readonly Channel[] = [];
  #byId = new Map<string, Channel>();
  #byName = new Map<string, Channel>();
  #version = 0;

  constructor(open: OpenCredential) {
    this.#open = open;
  }

  /** Rises with every change; what is planned from {@link all} holds as long as it stays the same. */
  get version(): number {
    return this.#version;
  }

  /** Replaces what came from the store. */
  load(records: readonly StoredChannel[]): void {
    this.#stored.clear();
    for (const record of records) this.#put(record);
    this.#index();
  }

  /** Replaces the channels that configuration, environment and Parley itself define. */
  define(channels: readonly Channel[]): void {
    this.#defined = [...channels];
    this.#index();
  }

  /** Disabled ones included, by id. The same array until something changes. */
  all(): readonly Channel[] {
    return this.#all;
  }

  enabled(): Channel[] {
    return this.#all.filter((channel) => channel.enabled);
  }

  get(id: string): Channel | undefined {
    return this.#byId.get(id);
  }

  named(name: string): Channel | undefined {
    return this.#byName.get(name);
  }

  /** The channel as stored, with its secrets sealed; `undefined` for one that is defined elsewhere. */
  record(id: string): StoredChannel | undefined {
    return this.#stored.get(id)?.record;
  }

  upsert(record: StoredChannel): Channel {
    const channel = this.#put(record);
    this.#index();
    return channel;
  }

  remove(id: string): void {
    this.#stored.delete(id);
    this.#index();
  }

  #put(record: StoredChannel): Channel {
    const channel: Channel = {
      ...record,
      credentials: record.credentials.map(({ sealed, ...credential }) => {
        const secret = this.#open(sealed, record.id, credential.id);
        return secret === undefined ? credential : { ...credential, secret };
      }),
    };
    this.#stored.set(record.id, { record, channel });
    return channel;
  }

  #index(): void {
    const stored = [...this.#stored.values()].map(({ channel }) => channel);
    const channels = [...stored, ...this.#defined];
    // Where both have the same name, what is defined elsewhere counts, so it comes last.
    this.#byId = new Map(channels.map((channel) => [channel.id, channel]));
    this.#byName = new Map(channels.map((channel) => [channel.name, channel]));
    this.#all = [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#version++;
  }
}
