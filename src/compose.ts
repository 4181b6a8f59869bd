/** Composition root: configuration → storage → gateway → server. The only place that wires. */
import { createHash } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { relative } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { operatorActor } from "./accounts/actor.ts";
import { KeyDirectory } from "./accounts/key-directory.ts";
import { SecretBox } from "./accounts/secret-box.ts";
import { ChannelService } from "./admin/channel-service.ts";
import { adminRoutes } from "./admin/index.ts";
import { KeyService } from "./admin/key-service.ts";
import {
  type Config,
  type DataDir,
  defaultAccount,
  defaultProject,
  type Environment,
  localUrl,
  StartError,
} from "./config/index.ts";
import { matchesAddress } from "./core/addresses.ts";
import type { Channel } from "./core/channel.ts";
import type { Key } from "./core/key.ts";
import { dialects } from "./dialects/registry.ts";
import { contracts } from "./failures/contracts/index.ts";
import { Failure } from "./failures/failure.ts";
import { actorOf, adminScope } from "./gateway/admin-scope.ts";
import { errorPages } from "./gateway/error-pages.ts";
import type { BoundSurface } from "./gateway/exchange.ts";
import type { Gateway, Settings } from "./gateway/gateway.ts";
import { modelRoutes } from "./gateway/model-list.ts";
import { geminiModelRoutes } from "./gateway/model-shapes.ts";
import { openApiRoute } from "./gateway/openapi.ts";
import { SlidingWindow } from "./gateway/rate-limiter.ts";
import { responseRoutes } from "./gateway/responses/routes.ts";
import type { RouteTable } from "./gateway/routes.ts";
import { createServer, routesOf } from "./gateway/server.ts";
import { statusRoutes } from "./gateway/status-routes.ts";
import { UpstreamPools } from "./gateway/upstream.ts";
import { providers } from "./providers/registry.ts";
import { ChannelDirectory } from "./routing/channel-directory.ts";
import { OfferingFinder } from "./routing/offerings.ts";
import { openSqlite, type SqliteStores } from "./storage/sqlite/index.ts";
import { surfaces } from "./surfaces/registry.ts";
import { createLog } from "./telemetry/log.ts";
import { Metrics } from "./telemetry/metrics.ts";

const MAX_SOCKET_PATH = 100;
const DAY_MS = 86_400_000;

export interface Parley {
  /** Where it listens, as a URL. */
  url: string;
  /** The first start of this data directory: its first key's secret, shown once. */
  firstKey: string | undefined;
  log: Logger;
  /** Every route that it answers. */
  routes: RouteTable;
  /** Takes a configuration that was read again. */
  reconfigure(config: Config): void;
  /** Finishes what has begun, for at most `graceMs`, and closes everything. */
  stop(graceMs: number): Promise<void>;
}

/** Starts Parley. Throws StartError with a line for the operator. */
export async function compose(
  environment: Environment,
  config: Config,
  dataDir: DataDir,
): Promise<Parley> {
  const log = createLog(config.log);
  const stores = await openStores(config, dataDir, log);
  const box = new SecretBox(dataDir.masterKey.toString("hex"));
  const keys = new KeyDirectory();
  const channels = new ChannelDirectory((sealed, channel, credential) => {
    const opened = box.open(sealed, `${channel}/${credential}`);
    return opened.ok ? opened.secret : undefined;
  });
  const [storedKeys, storedChannels] = await Promise.all([
    stores.state.keys.list(),
    stores.state.channels.list(),
  ]);
  keys.load(storedKeys);
  channels.load(storedChannels);

  const gateway: Gateway = {
    settings: settingsOf(config, ""),
    keys,
    channels,
    offerings: new OfferingFinder(),
    providers,
    dialects,
    usage: stores.usage,
    responses: { store: stores.responses, running: new Map() },
    rates: new SlidingWindow(),
    pools: new UpstreamPools(),
    log,
    metrics: new Metrics(() => gateway.inFlight),
    inFlight: 0,
    draining: false,
  };
  let current = config;
  const define = () => {
    keys.define([...current.keys, ...operatorKeys(environment.adminKey)]);
    channels.define([...current.channels, ...builtInChannels(current)]);
  };
  define();

  const operatorSockets = new WeakSet<Socket>();
  const keyService = new KeyService({
    store: stores.state.keys,
    directory: keys,
    project: defaultProject,
  });
  const channelService = new ChannelService({
    store: stores.state.channels,
    directory: channels,
    box,
    providers,
  });
  const app = createServer(gateway, {
    headerBytes: config.limits.headerBytes,
    receiveMs: config.limits.receiveMs,
    surfaces: boundSurfaces(),
    plugins: [
      (server) => errorPages(server, gateway),
      (server) => openApiRoute(server, gateway, packageJson.version),
      (server) => responseRoutes(server, gateway),
      (server) => modelRoutes(server, gateway, ["/v1", "/api/v1", "/newapi/v1"]),
      (server) => geminiModelRoutes(server, gateway),
      (server) =>
        statusRoutes(server, gateway, {
          version: packageJson.version,
          metricsPublic: () => current.metrics.public,
          checkStore: async () => {
            await stores.state.getSetting("first_run");
          },
        }),
      (server) =>
        adminScope(server, gateway, { operatorSockets, account: defaultAccount }, (scope) =>
          adminRoutes(scope, {
            keys: keyService,
            channels: channelService,
            usage: stores.usage,
            audit: stores.state.audit,
            actorOf,
          }),
        ),
    ],
  });
  await listen(app, config);
  const url = localUrl(config.listen.host, portOf(app.server));
  const reconfigure = (next: Config) => {
    current = next;
    gateway.settings = settingsOf(next, url);
    log.level = next.log.level;
    define();
  };
  reconfigure(config);
  const operatorServer = await listenToOperator(app, dataDir, operatorSockets);
  const firstKey = await firstRun(stores, keyService);
  const uses = setInterval(() => {
    const taken = keys.takeUses(Date.now());
    if (taken.length > 0)
      stores.state
        .recordKeyUse(taken)
        .catch((error: unknown) => log.warn({ err: error }, "key use"));
  }, 5000);
  uses.unref();

  return {
    url,
    firstKey,
    log,
    routes: routesOf(app),
    reconfigure,
    async stop(graceMs) {
      clearInterval(uses);
      gateway.draining = true;
      operatorServer.close();
      await drain(app, gateway, graceMs);
      await Promise.all([...gateway.responses.running.values()].map((run) => run.interrupt()));
      await gateway.pools.close();
      await stores.close();
      dataDir.close();
      log.flush();
    },
  };
}

async function openStores(config: Config, dataDir: DataDir, log: Logger): Promise<SqliteStores> {
  try {
    return await openSqlite({
      directory: dataDir.path,
      synchronous: config.storage.synchronous,
      responses: {
        maxAge: config.storage.responsesDays * DAY_MS,
        maxBytes: config.storage.responsesBytes,
      },
      usage: {
        onTrouble: (trouble) =>
          log[trouble.kind === "recovered" ? "info" : "error"](trouble, "usage rows"),
      },
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new StartError(
      `${error.message} (${error.operator ?? "no more is known"}): restore them from a backup, or set PARLEY_DATA_DIR to another directory`,
    );
  }
}

function settingsOf(config: Config, listening: string): Settings {
  const { limits, timeouts, retries, trustedProxies } = config;
  return {
    publicUrl: config.publicUrl ?? listening,
    limits,
    timeouts,
    retries,
    aliases: new Map(Object.entries(config.aliases)),
    trustsProxy:
      trustedProxies.length === 0
        ? () => false
        : (address) => matchesAddress(trustedProxies, address),
  };
}

/** PARLEY_ADMIN_KEY as a key: every scope, every tenant. */
function operatorKeys(secret: string | undefined): Key[] {
  if (secret === undefined) return [];
  return [
    {
      id: "key_operator",
      name: "operator",
      account: defaultAccount,
      project: defaultProject,
      hash: createHash("sha256").update(secret).digest("hex"),
      prefix: "",
      scopes: ["operator"],
      enabled: true,
      definedIn: "environment",
      createdAt: 0,
      updatedAt: 0,
      version: 1,
    },
  ];
}

/** A channel for each provider inside the process. */
function builtInChannels(config: Config): Channel[] {
  if (!config.sandbox.enabled) return [];
  return [...providers.values()]
    .filter(({ kind }) => kind === "local")
    .map(({ name }) => ({
      id: `chn_${name}`,
      name,
      provider: name,
      credentials: [],
      modelMapping: {},
      priority: 0,
      weight: 1,
      groups: [],
      enabled: true,
      timeouts: {},
      overrides: {},
      options: {},
      definedIn: "built-in",
      createdAt: 0,
      updatedAt: 0,
      version: 1,
    }));
}

/** Every surface whose dialect is spoken here. */
function boundSurfaces(): BoundSurface[] {
  return surfaces.flatMap((surface) => {
    const dialect = dialects[surface.dialect];
    return dialect === undefined
      ? []
      : [{ ...surface, dialect, contract: contracts[surface.contract] }];
  });
}

async function listen(app: FastifyInstance, config: Config): Promise<void> {
  const { host, port } = config.listen;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new StartError(
        `port ${port} on ${host} is in use: stop what listens there, or set PORT to another port`,
      );
    }
    if (code === "EACCES")
      throw new StartError(
        `port ${port} on ${host} may not be used by this user: set PORT to a port above 1023`,
      );
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new StartError(
        `${host} is not an address of this machine: set PARLEY_HOST to one that is`,
      );
    }
    throw error;
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** The command line's way in: a socket in the data directory, which the directory's mode guards. */
async function listenToOperator(
  app: FastifyInstance,
  dataDir: DataDir,
  sockets: WeakSet<Socket>,
): Promise<Server> {
  const path = socketPath(dataDir.file("parley.sock"));
  rmSync(path, { force: true });
  const server = createHttpServer((request, response) => app.routing(request, response));
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  server.unref();
  return server;
}

/** Systems hold a socket's path to about a hundred bytes; from the working directory it may be shorter. */
function socketPath(path: string): string {
  const shorter = relative(process.cwd(), path);
  const chosen = shorter.length < path.length ? shorter : path;
  if (Buffer.byteLength(chosen) > MAX_SOCKET_PATH) {
    throw new StartError(
      `the path of the data directory is too long for a socket in it (${path}): set PARLEY_DATA_DIR to a shorter one`,
    );
  }
  return chosen;
}

/** The first start of a data directory makes one key. */
async function firstRun(stores: SqliteStores, keys: KeyService): Promise<string | undefined> {
  if ((await stores.state.getSetting("first_run")) !== undefined) return undefined;
  const { secret } = await keys.make(operatorActor(defaultAccount), {
    name: "first key",
    scopes: ["inference"],
  });
  await stores.state.setSetting("first_run", new Date().toISOString());
  return secret;
}

async function drain(app: FastifyInstance, gateway: Gateway, graceMs: number): Promise<void> {
  const closed = app.close();
  const until = Date.now() + graceMs;
  while (gateway.inFlight > 0 && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 50));
  app.server.closeAllConnections();
  await closed;
}
