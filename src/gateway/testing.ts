/** For tests of single stages: an exchange as the server makes it, without a server. */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import pino from "pino";
import { KeyDirectory } from "../accounts/key-directory.ts";
import type { Channel } from "../core/channel.ts";
import type { JsonObject } from "../core/json.ts";
import { scanJson } from "../core/json-spans.ts";
import { dialects } from "../dialects/registry.ts";
import { contracts } from "../failures/contracts/index.ts";
import { providers } from "../providers/registry.ts";
import { type Offering, OfferingFinder } from "../routing/offerings.ts";
import type { ResponseStore, StoredResponse } from "../storage/ports.ts";
import { surfaces } from "../surfaces/registry.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { parse } from "./parse.ts";
import { SlidingWindow } from "./rate-limiter.ts";
import { UpstreamPools } from "./upstream.ts";

export function gatewayForTest(): Gateway {
  return {
    settings: {
      publicUrl: "http://gateway",
      limits: { bodyBytes: 1_000_000, jsonDepth: 100, answerBytes: 1_000_000, inFlight: 100 },
      timeouts: { connect: 1000, firstContent: 1000, idle: 1000, total: 1000 },
      retries: { attempts: 0, baseMs: 1, maxMs: 1 },
      aliases: new Map(),
      trustsProxy: () => false,
    },
    keys: new KeyDirectory(),
    channels: { version: 1, all: () => [] },
    offerings: new OfferingFinder(),
    providers,
    dialects,
    usage: { append: () => undefined },
    responses: { store: responsesForTest(), running: new Map() },
    rates: new SlidingWindow(),
    pools: new UpstreamPools(),
    log: pino({ level: "silent" }),
    metrics: new Metrics(() => 0),
    inFlight: 0,
    draining: false,
  };
}

/** One response a conversation is all that it can follow back. */
function responsesForTest(): ResponseStore {
  const stored = new Map<string, StoredResponse>();
  const of = (account: string, id: string) => {
    const response = stored.get(id);
    return response?.account === account ? response : undefined;
  };
  return {
    put: async (response) => void stored.set(response.id, response),
    get: async (account, id) => of(account, id),
    history: async (account, id) => [of(account, id) ?? []].flat(),
    items: async () => new Map(),
    remove: async (account, id) => of(account, id) !== undefined && stored.delete(id),
  };
}

/** An exchange of a surface, received and parsed. */
export function exchangeForTest(body: string, at = "/v1/chat/completions"): Exchange {
  const surface = surfaces.find(({ path }) => path === at);
  const dialect = surface === undefined ? undefined : dialects[surface.dialect];
  if (surface === undefined || dialect === undefined) throw new Error("there is no such surface");
  const raw = new IncomingMessage(new Socket());
  raw.url = surface.path;
  const exchange = new Exchange(
    gatewayForTest(),
    { ...surface, dialect, contract: contracts[surface.contract] },
    raw,
    new ServerResponse(raw),
  );
  exchange.bytes = Buffer.from(body);
  exchange.fields = scanJson(exchange.bytes).fields;
  parse(exchange);
  return exchange;
}

/** A model on a channel of a provider, with what a test says of the channel. */
export function offeringForTest(
  provider: string,
  model: string,
  overrides: { body?: JsonObject } = {},
): Offering {
  const facts = providers.get(provider);
  if (facts === undefined) throw new Error(`there is no provider ${provider}`);
  const channel: Channel = {
    id: "chn_test",
    name: "test",
    provider,
    credentials: [],
    modelMapping: {},
    priority: 0,
    weight: 1,
    groups: [],
    enabled: true,
    timeouts: {},
    overrides,
    options: {},
    definedIn: "config",
    createdAt: 0,
    updatedAt: 0,
    version: 1,
  };
  return { channel, provider: facts, model, asked: model, credential: undefined };
}
