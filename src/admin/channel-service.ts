import { type Actor, isOperator, requireScope } from "../accounts/actor.ts";
import { auditEntry } from "../accounts/audit.ts";
import type { SecretBox } from "../accounts/secret-box.ts";
import { defaults } from "../config/defaults.ts";
import type { Channel } from "../core/channel.ts";
import { newId } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import type { ChannelDirectory, OpenCredential } from "../routing/channel-directory.ts";
import type { ResourceStore, StoredChannel } from "../storage/ports.ts";
import { channelAnswer, fixedChannelFields, unmasked } from "./channel-answer.ts";
import {
  type ChannelSettings,
  readChannelChange,
  readChannelCreate,
  readCredential,
} from "./channel-body.ts";
import { refuseDefinedElsewhere, withoutFixed } from "./guards.ts";
import type { VersionCheck } from "./http.ts";

/** What management needs to know of a provider; every entry of the providers' registry fits. */
export interface ProviderFacts {
  kind: "http" | "local";
  baseUrl?: string;
}

export interface ChannelServiceOptions {
  store: ResourceStore<StoredChannel>;
  directory: ChannelDirectory;
  box: SecretBox;
  /** By name. */
  providers: ReadonlyMap<string, ProviderFacts>;
}

/** For the channel directory: opens what this service has sealed. */
export function credentialOpener(box: SecretBox): OpenCredential {
  return (sealed, channelId, credentialId) => {
    const opened = box.open(sealed, place(channelId, credentialId));
    return opened.ok ? opened.secret : undefined;
  };
}

/**
 * Makes and changes channels: checked, stored with their audit entry, then in memory at once. Methods throw
 * `key.scope_missing`, `resource.not_found`, `resource.not_yours`, and what the store throws.
 */
export class ChannelService {
  readonly #options: ChannelServiceOptions;

  constructor(options: ChannelServiceOptions) {
    this.#options = options;
  }

  /** All for an operator, otherwise those that the actor's account owns. By id. */
  list(actor: Actor): Channel[] {
    requireScope(actor, "channels:read");
    return this.#options.directory.all().filter((channel) => isVisible(channel, actor));
  }

  get(actor: Actor, id: string): Channel {
    requireScope(actor, "channels:read");
    return this.#own(actor, id);
  }

  /** Throws also what {@link readChannelCreate} throws, and `resource.duplicate`. */
  create(actor: Actor, body: JsonObject): Promise<Channel> {
    requireScope(actor, "channels:write");
    const { name, provider, settings, credentials } = readChannelCreate(body);
    this.#checkProvider(provider, settings.baseUrl);
    refuseAddress(actor, settings);
    const now = Date.now();
    const id = newId("chn");
    const record: StoredChannel = {
      modelMapping: {},
      priority: defaults.channel.priority,
      weight: defaults.channel.weight,
      groups: [],
      enabled: true,
      timeouts: {},
      overrides: {},
      options: {},
      ...settings,
      ...(isOperator(actor) ? {} : { owner: actor.account }),
      id,
      name,
      provider,
      credentials: credentials.map((one) => this.#sealed(id, one)),
      definedIn: "api",
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    this.#refuseTakenName(record);
    return this.#write(actor, "channel.create", undefined, record);
  }

  /** Throws also `resource.read_only`, `resource.field_immutable`, `resource.state_wrong`, `resource.duplicate`. */
  update(actor: Actor, id: string, body: JsonObject, check: VersionCheck): Promise<Channel> {
    const { record, channel } = this.#changeable(actor, id, check);
    const changes = readChannelChange(
      withoutFixed(body, channelAnswer(channel), fixedChannelFields),
    );
    refuseAddress(actor, changes);
    if (changes.options !== undefined) changes.options = unmasked(changes.options, record.options);
    const { headers } = changes.overrides ?? {};
    if (headers !== undefined)
      changes.overrides = {
        ...changes.overrides,
        headers: unmasked(headers, record.overrides.headers),
      };
    const next = changed(record, changes);
    this.#checkProvider(next.provider, next.baseUrl);
    this.#refuseTakenName(next);
    return this.#write(actor, "channel.update", channel, next);
  }

  /** Throws also `resource.read_only`, `resource.state_wrong`. */
  async remove(actor: Actor, id: string, check: VersionCheck): Promise<void> {
    const { record, channel } = this.#changeable(actor, id, check);
    const audit = auditEntry(actor, "channel.delete", id, channelAnswer(channel), undefined);
    await this.#options.store.remove(id, record.version, audit);
    this.#options.directory.remove(id);
  }

  /** Throws as {@link update}. */
  addCredential(actor: Actor, id: string, body: JsonObject, check: VersionCheck): Promise<Channel> {
    const { record, channel } = this.#changeable(actor, id, check);
    const credentials = [...record.credentials, this.#sealed(id, readCredential(body))];
    const next = changed(record, { credentials });
    return this.#write(actor, "channel.credential_add", channel, next);
  }

  /** One credential in place of all before, in one step: no request finds the channel without. Throws as {@link update}. */
  setCredential(actor: Actor, id: string, body: JsonObject, check: VersionCheck): Promise<Channel> {
    const { record, channel } = this.#changeable(actor, id, check);
    const next = changed(record, { credentials: [this.#sealed(id, readCredential(body))] });
    return this.#write(actor, "channel.credential_set", channel, next);
  }

  /** Throws as {@link update}. */
  removeCredential(
    actor: Actor,
    id: string,
    credentialId: string,
    check: VersionCheck,
  ): Promise<Channel> {
    const { record, channel } = this.#changeable(actor, id, check);
    const credentials = record.credentials.filter((one) => one.id !== credentialId);
    if (credentials.length === record.credentials.length)
      throw new Failure("resource.not_found", {
        message: `The channel has no credential ${JSON.stringify(credentialId)}.`,
      });
    const next = changed(record, { credentials });
    return this.#write(actor, "channel.credential_delete", channel, next);
  }

  #sealed(channelId: string, body: { secret: string; enabled?: boolean }) {
    const id = newId("crd");
    return {
      id,
      sealed: this.#options.box.seal(body.secret, place(channelId, id)),
      // Four characters of a short secret would be too much of it.
      hint: body.secret.length >= 12 ? body.secret.slice(-4) : "",
      enabled: body.enabled ?? true,
    };
  }

  async #write(
    actor: Actor,
    action: string,
    before: Channel | undefined,
    record: StoredChannel,
  ): Promise<Channel> {
    const { store, directory, box } = this.#options;
    const open = credentialOpener(box);
    const credentials = record.credentials.map(({ sealed, ...credential }) => ({
      ...credential,
      secret: open(sealed, record.id, credential.id),
    }));
    const after = channelAnswer({ ...record, credentials });
    const audit = auditEntry(actor, action, record.id, before && channelAnswer(before), after);
    if (before === undefined) await store.insert(record, audit);
    else await store.replace(record, before.version, audit);
    return directory.upsert(record);
  }

  #changeable(actor: Actor, id: string, check: VersionCheck) {
    requireScope(actor, "channels:write");
    const channel = this.#own(actor, id);
    refuseDefinedElsewhere("channel", channel.name, channel.definedIn);
    check(channel.version);
    const record = this.#options.directory.record(id);
    if (record === undefined) throw new Failure("resource.not_found");
    return { record, channel };
  }

  #own(actor: Actor, id: string): Channel {
    const channel = this.#options.directory.get(id);
    if (channel === undefined)
      throw new Failure("resource.not_found", {
        message: `There is no channel ${JSON.stringify(id)}.`,
      });
    if (!isVisible(channel, actor)) throw new Failure("resource.not_yours");
    return channel;
  }

  #checkProvider(name: string, baseUrl: string | undefined): void {
    const { providers } = this.#options;
    const provider = providers.get(name);
    if (provider === undefined) {
      throw new Failure("request.field_value", {
        message: `${JSON.stringify(name)} is not a provider; known: ${[...providers.keys()].join(", ")}.`,
        param: "provider",
      });
    }
    if (provider.kind === "http" && provider.baseUrl === undefined && baseUrl === undefined) {
      throw new Failure("request.field_missing", {
        message: `base_url is required: ${name} has no address of its own.`,
        param: "base_url",
      });
    }
  }

  /** The store knows only the names of stored channels. */
  #refuseTakenName(record: StoredChannel): void {
    const other = this.#options.directory.named(record.name);
    if (other === undefined || other.id === record.id) return;
    throw new Failure("resource.duplicate", {
      message: `A channel named ${JSON.stringify(record.name)} exists already.`,
      param: "name",
    });
  }
}

function isVisible(channel: Channel, actor: Actor): boolean {
  return isOperator(actor) || channel.owner === actor.account;
}

/** Where the gateway calls is the operator's to say: a tenant's address could lie in the operator's own network. */
function refuseAddress(actor: Actor, settings: Partial<ChannelSettings>): void {
  if (settings.baseUrl === undefined || isOperator(actor)) return;
  throw new Failure("key.scope_missing", {
    message: "Setting `base_url` needs the scope `operator`.",
    param: "base_url",
  });
}

/** The next version of the record; settings that are `undefined` are removed. */
function changed(record: StoredChannel, changes: Partial<StoredChannel>): StoredChannel {
  const next = { ...record, ...changes, updatedAt: Date.now(), version: record.version + 1 };
  for (const name of ["baseUrl", "models", "capabilities", "retries"] as const)
    if (next[name] === undefined) delete next[name];
  return next;
}

function place(channelId: string, credentialId: string): string {
  return `${channelId}/${credentialId}`;
}
