/** GET …/models and …/models/{id}: what the caller may ask for by name. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Key } from "../core/key.ts";
import { Failure } from "../failures/failure.ts";
import { matchesAny } from "../routing/model-names.ts";
import { findOfferings } from "../routing/offerings.ts";
import { asksAsAnthropic } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { anthropicList, anthropicModel } from "./model-shapes.ts";
import { plainRoute } from "./plain-routes.ts";
import { requestKey } from "./request-key.ts";

export interface ModelEntry {
  id: string;
  object: "model";
  /** Unix seconds. */
  created: number;
  owned_by: string;
}

/** Parley's first release: for models whose date it does not know. */
const UNKNOWN_DATE = 1_764_000_000;

export function modelRoutes(
  app: FastifyInstance,
  gateway: Gateway,
  prefixes: readonly string[],
): void {
  for (const prefix of prefixes) {
    plainRoute(app, gateway, `${prefix}/models`, (raw) => {
      const data = listModels(gateway, requestKey(gateway, raw));
      return { body: asksAsAnthropic(raw) ? anthropicList(data, raw) : { object: "list", data } };
    });
    plainRoute(app, gateway, `${prefix}/models/*`, (raw, params) => {
      const model = oneModel(gateway, raw, params["*"] ?? "");
      return { body: asksAsAnthropic(raw) ? anthropicModel(model) : model };
    });
  }
}

/** The names that channels list and aliases give; patterns name no model and are left out. */
export function listModels(gateway: Gateway, key: Key): ModelEntry[] {
  const owners = new Map<string, string>();
  for (const channel of gateway.channels.all()) {
    if (!channel.enabled || (channel.owner !== undefined && channel.owner !== key.account))
      continue;
    if (channel.groups.length > 0 && !channel.groups.includes(key.group ?? "default")) continue;
    const provider = gateway.providers.get(channel.provider);
    if (provider?.kind === "local") {
      for (const name of provider.modelNames) owners.set(`${provider.name}/${name}`, provider.name);
    }
    for (const name of [...(channel.models ?? []), ...Object.keys(channel.modelMapping)]) {
      if (!name.includes("*")) owners.set(name, channel.provider);
    }
  }
  for (const alias of gateway.settings.aliases.keys()) owners.set(alias, "alias");
  return [...owners]
    .filter(([id]) => key.models === undefined || matchesAny(key.models, id))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, owner]) => entry(id, owner));
}

/** Also a model that no list names, where a channel would serve it. */
export function oneModel(gateway: Gateway, raw: IncomingMessage, id: string): ModelEntry {
  const key = requestKey(gateway, raw);
  const listed = listModels(gateway, key).find((model) => model.id === id);
  if (listed !== undefined) return listed;
  if (id === "") throw new Failure("resource.not_found");
  const [offering] = findOfferings(
    {
      channels: gateway.channels.all(),
      providers: gateway.providers,
      aliases: gateway.settings.aliases,
    },
    { account: key.account, group: key.group, models: key.models },
    id,
    Math.random,
  );
  return entry(id, offering?.provider.name ?? "unknown");
}

function entry(id: string, owner: string): ModelEntry {
  return { id, object: "model", created: UNKNOWN_DATE, owned_by: owner };
}
