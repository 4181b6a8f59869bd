/** Which channels can serve a model for a caller, and in which order they are tried. */
import type { Channel, ChannelCredential } from "../core/channel.ts";
import { Failure } from "../failures/failure.ts";
import { mapModel, matchesAny } from "./model-names.ts";

/** One model on one channel. */
export interface Offering {
  channel: Channel;
  provider: ProviderFacts;
  /** The model by the provider's name; empty where the channel's mapping has no end. */
  model: string;
  /** The model as the channel was asked for it, before its mapping. */
  asked: string;
  credential: ChannelCredential | undefined;
}

/** What routing needs to know of a provider. */
export interface ProviderFacts {
  name: string;
  kind: "http" | "local";
  keyless?: boolean;
  models?: readonly string[];
  /** A local provider's own say. */
  serves?(model: string): boolean;
}

export interface Directory {
  channels: readonly Channel[];
  providers: ReadonlyMap<string, ProviderFacts>;
  aliases: ReadonlyMap<string, string>;
}

/** Who asks. */
export interface Caller {
  account: string;
  group?: string;
  models?: readonly string[];
}

/** A channel that can serve a model for a caller: what of an offering is the same for every request. */
interface Candidate {
  channel: Channel;
  provider: ProviderFacts;
  asked: string;
  model: string;
}

/** Names that are asked for again and again; a client that makes names up does not fill the memory. */
const MAX_REMEMBERED = 2000;

/** Finds offerings, and remembers who can serve what until the channels or aliases change. */
export class OfferingFinder {
  #version = -1;
  #aliases: ReadonlyMap<string, string> | undefined;
  readonly #remembered = new Map<string, readonly Candidate[]>();

  /** As {@link findOfferings}. `version` rises with every change of the channels. */
  find(
    directory: Directory & { version: number },
    caller: Caller,
    name: string,
    random: () => number,
  ): Offering[] {
    const { version, aliases } = directory;
    if (
      version !== this.#version ||
      aliases !== this.#aliases ||
      this.#remembered.size >= MAX_REMEMBERED
    ) {
      this.#remembered.clear();
      this.#version = version;
      this.#aliases = aliases;
    }
    checkModelAllowed(directory, caller, name);
    const key = `${caller.account} ${caller.group ?? ""} ${name}`;
    let candidates = this.#remembered.get(key);
    if (candidates === undefined) {
      candidates = findCandidates(directory, caller, name);
      this.#remembered.set(key, candidates);
    }
    return drawOfferings(candidates, random);
  }
}

/**
 * The offerings of a model that the caller may use, best first: by priority, and within one priority drawn
 * by weight.
 * Throws `key.model_forbidden`, `key.group_forbidden`, `model.unknown`, `model.no_offering_usable`, `channel.no_key`.
 */
export function findOfferings(
  directory: Directory,
  caller: Caller,
  name: string,
  random: () => number,
): Offering[] {
  checkModelAllowed(directory, caller, name);
  return drawOfferings(findCandidates(directory, caller, name), random);
}

function checkModelAllowed(directory: Directory, caller: Caller, name: string): void {
  const { models } = caller;
  if (models === undefined || matchesAny(models, name)) return;
  if (matchesAny(models, resolveAlias(directory.aliases, name))) return;
  throw new Failure("key.model_forbidden", {
    message: `The API key may not use the model ${quote(name)}.`,
    param: "model",
  });
}

function drawOfferings(candidates: readonly Candidate[], random: () => number): Offering[] {
  return inOrder(candidates, random).map(({ channel, provider, asked, model }) => ({
    channel,
    provider,
    asked,
    model,
    credential: pickCredential(channel, random),
  }));
}

function findCandidates(directory: Directory, caller: Caller, name: string): Candidate[] {
  const model = resolveAlias(directory.aliases, name);
  const serving: { channel: Channel; provider: ProviderFacts; asked: string }[] = [];
  let forOthers = 0;
  for (const channel of directory.channels) {
    if (channel.owner !== undefined && channel.owner !== caller.account) continue;
    const provider = directory.providers.get(channel.provider);
    const asked = provider === undefined ? undefined : servedName(channel, provider, model);
    if (provider === undefined || asked === undefined) continue;
    if (channel.groups.length > 0 && !channel.groups.includes(caller.group ?? "default"))
      forOthers++;
    else serving.push({ channel, provider, asked });
  }
  if (serving.length === 0) {
    if (forOthers > 0) throw new Failure("key.group_forbidden", { param: "model" });
    if (namesUnconfiguredProvider(directory, model)) {
      throw new Failure("model.no_offering_usable", {
        message: `No channel is configured for the provider of ${quote(name)}.`,
        param: "model",
      });
    }
    throw new Failure("model.unknown", {
      message: `The model ${quote(name)} is not known here.`,
      param: "model",
      details: { requestedModel: name },
    });
  }
  const enabled = serving.filter(({ channel }) => channel.enabled);
  if (enabled.length === 0) {
    throw new Failure("model.no_offering_usable", {
      message: `Every channel that serves ${quote(name)} is disabled.`,
      param: "model",
    });
  }
  const usable = enabled.filter(
    ({ channel, provider }) => isKeyless(provider) || channel.credentials.some((c) => c.enabled),
  );
  if (usable.length === 0) throw new Failure("channel.no_key", { param: "model" });
  return usable.map(({ channel, provider, asked }) => ({
    channel,
    provider,
    asked,
    // An endless mapping fails when its turn comes: another channel may serve.
    model: mapModel(channel.modelMapping, asked) ?? "",
  }));
}

export function resolveAlias(aliases: ReadonlyMap<string, string>, name: string): string {
  let current = name;
  for (let step = 0; step < 8; step++) {
    const next = aliases.get(current);
    if (next === undefined) break;
    current = next;
  }
  return current;
}

/** The name under which the channel serves the model, or undefined where it does not. */
function servedName(channel: Channel, provider: ProviderFacts, model: string): string | undefined {
  if (servesBare(channel, provider, model)) return model;
  const slash = model.indexOf("/");
  if (slash === -1) return undefined;
  const prefix = model.slice(0, slash);
  if (prefix !== channel.provider && prefix !== channel.name) return undefined;
  const rest = model.slice(slash + 1);
  if (rest === "") return undefined;
  if (provider.serves !== undefined) return provider.serves(rest) ? rest : undefined;
  // A channel without a list serves whatever its provider has: a new model works on the day it appears.
  return channel.models === undefined || servesBare(channel, provider, rest) ? rest : undefined;
}

function servesBare(channel: Channel, provider: ProviderFacts, model: string): boolean {
  if (channel.models !== undefined) return matchesAny(channel.models, model);
  if (Object.hasOwn(channel.modelMapping, model)) return true;
  // `name/model` says whose model is meant: a provider's own patterns do not take it from another.
  return (
    provider.models !== undefined && !model.includes("/") && matchesAny(provider.models, model)
  );
}

/** `provider/model` for a provider that is known here but that no channel reaches. */
function namesUnconfiguredProvider(directory: Directory, model: string): boolean {
  const slash = model.indexOf("/");
  if (slash === -1) return false;
  const name = model.slice(0, slash);
  return (
    directory.providers.get(name)?.kind === "http" &&
    !directory.channels.some(({ provider }) => provider === name)
  );
}

function isKeyless(provider: ProviderFacts): boolean {
  return provider.kind === "local" || provider.keyless === true;
}

function pickCredential(channel: Channel, random: () => number): ChannelCredential | undefined {
  const enabled =
    channel.credentials.length === 1
      ? channel.credentials
      : channel.credentials.filter((c) => c.enabled);
  return enabled.length <= 1 ? enabled[0] : enabled[Math.floor(random() * enabled.length)];
}

/** Higher priority first; equals drawn without replacement, each with a chance in proportion to its weight. */
function inOrder<T extends { channel: Channel }>(
  candidates: readonly T[],
  random: () => number,
): readonly T[] {
  if (candidates.length === 1) return candidates;
  const ordered: T[] = [];
  const rest = candidates.toSorted((a, b) => b.channel.priority - a.channel.priority);
  while (rest.length > 0) {
    const priority = rest[0]?.channel.priority;
    let equals = rest.findIndex((candidate) => candidate.channel.priority !== priority);
    if (equals === -1) equals = rest.length;
    const [drawn] = rest.splice(drawByWeight(rest, equals, random), 1);
    if (drawn !== undefined) ordered.push(drawn);
  }
  return ordered;
}

function drawByWeight(
  candidates: readonly { channel: Channel }[],
  among: number,
  random: () => number,
): number {
  let total = 0;
  for (let i = 0; i < among; i++) total += candidates[i]?.channel.weight ?? 0;
  if (total <= 0) return Math.floor(random() * among);
  let point = random() * total;
  for (let i = 0; i < among; i++) {
    point -= candidates[i]?.channel.weight ?? 0;
    if (point < 0) return i;
  }
  return among - 1;
}

function quote(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
