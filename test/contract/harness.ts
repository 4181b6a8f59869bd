/** What scenarios work with: gateways that run as users run them, and a provider that can misbehave. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { Started } from "../start/process.ts";
import { type Observed, type Request, send, sendHalf } from "./http.ts";
import type { ContractName } from "./rows.ts";
import { Upstream } from "./upstream.ts";
import { catalogueOf, Witness } from "./witness.ts";

/** The surface of each contract. */
export const prefixes: Readonly<Record<ContractName, string>> = {
  native: "/v1",
  concurred: "/api/v1",
  newapi: "/newapi/v1",
};

/** One chat request, with a channel of its own. */
export interface Chat {
  /** What the provider does; `ok` where absent. */
  script?: string;
  /** Settings of the channel, as `POST /admin/v1/channels` takes them. */
  channel?: JsonObject;
  /** Settings of a key made for this request, as `POST /admin/v1/keys` takes them. */
  key?: JsonObject;
  /** The credential that is sent instead; empty for none. */
  credential?: string;
  headers?: Record<string, string>;
  /** Put into the request's body; `null` takes a field out. */
  body?: JsonObject;
  /** What is made of the body before it is sent. */
  encode?: (body: string) => string | Buffer;
  /** Only so many bytes of the body are sent before the connection is half closed. */
  cutAt?: number;
  method?: string;
}

/** The body that a reader of the documentation would send first. */
const greeting = [{ role: "user", content: "Say hello." }];

/** A name that the run has not used before. */
export function fresh(what: string): string {
  return `${what}-${++names}`;
}
let names = 0;

/** One running Parley. */
export class Gateway {
  readonly upstream: Upstream;
  readonly #started: Started;
  readonly #adminKey: string;
  #witness: Witness | undefined;
  #url = "";
  #key = "";

  constructor(upstream: Upstream, directory: string, options: GatewayOptions) {
    this.upstream = upstream;
    this.#adminKey = `admin-${randomBytes(16).toString("hex")}`;
    const config = join(directory, "parley.yaml");
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ ...quick, ...options.config }));
    this.#started = new Started(directory, {
      PARLEY_CONFIG: config,
      PARLEY_ADMIN_KEY: this.#adminKey,
      ...(options.secret !== undefined && { PARLEY_SECRET: options.secret }),
    });
  }

  /** Resolves when it is fit to serve. Without a witness, the one that its own catalogue makes. */
  async ready(witness?: Witness): Promise<Witness> {
    this.#url = await this.#started.url();
    for (let i = 0; (await send(this.#request("GET", "/ready"))).status !== 200; i++) {
      if (i > 200) throw new Error("a gateway does not become ready");
      await pause(25);
    }
    const errors = await send(this.#request("GET", "/errors"));
    this.#witness = witness ?? new Witness(catalogueOf(errors.body));
    this.#key = (await this.makeKey()).secret;
    return this.#witness;
  }

  async stop(): Promise<void> {
    await this.#started.stop();
  }

  kill(): void {
    this.#started.child.kill("SIGKILL");
  }

  /** Any request, seen by the witness. */
  async send(
    contract: ContractName,
    request: { method: string; path: string; headers?: Record<string, string>; body?: unknown },
  ): Promise<Observed> {
    const { method, path, body } = request;
    const headers = { ...(await this.#authorization()), ...request.headers };
    return this.#see(contract, await send(this.#request(method, path, headers, body)), request);
  }

  /** The management API, with the operator's key. */
  async admin(
    method: string,
    path: string,
    body?: JsonObject,
    headers: Record<string, string> = {},
  ): Promise<Observed> {
    const authorization = `Bearer ${this.#adminKey}`;
    return this.send("native", {
      method,
      path: `/admin/v1${path}`,
      headers: { authorization, ...headers },
      body,
    });
  }

  /** A channel for one model, whose provider plays the script. */
  async makeChannel(
    script = "ok",
    settings: JsonObject = {},
  ): Promise<{ id: string; name: string; model: string }> {
    const name = fresh("channel");
    const model = `model-of-${name}`;
    const answer = await this.admin("POST", "/channels", {
      name,
      provider: "openai",
      base_url: this.upstream.url(script),
      models: [model],
      ...(settings.credentials === undefined && { credential: "sk-for-the-contract-run" }),
      retries: 0,
      ...settings,
    });
    return { id: idIn(answer), name, model };
  }

  async makeKey(settings: JsonObject = {}): Promise<{ id: string; secret: string }> {
    const answer = await this.admin("POST", "/keys", { name: fresh("key"), ...settings });
    const secret = isObject(answer.body) ? answer.body.secret : undefined;
    return { id: idIn(answer), secret: String(secret) };
  }

  /** Makes what the request needs, and sends it. */
  async chat(contract: ContractName, chat: Chat = {}): Promise<Observed> {
    const { model } = await this.makeChannel(chat.script, chat.channel);
    return this.ask(contract, model, chat);
  }

  /** Asks a model that exists. */
  async ask(contract: ContractName, model: string, chat: Chat = {}): Promise<Observed> {
    const request = await this.chatRequest(contract, model, chat);
    const answer =
      chat.cutAt === undefined ? await send(request) : await sendHalf(request, chat.cutAt);
    return this.#see(contract, answer, { method: request.method, path: request.url });
  }

  /** The request that {@link ask} sends. */
  async chatRequest(contract: ContractName, model: string, chat: Chat): Promise<Request> {
    const { key, credential, method = "POST", encode = (body: string) => body } = chat;
    const secret = credential ?? (key === undefined ? this.#key : (await this.makeKey(key)).secret);
    const body: JsonObject = { model, messages: greeting, ...chat.body };
    for (const [name, value] of Object.entries(body)) if (value === null) delete body[name];
    return {
      method,
      url: `${this.#url}${prefixes[contract]}/chat/completions`,
      headers: {
        "content-type": "application/json",
        ...(secret !== "" && { authorization: `Bearer ${secret}` }),
        ...chat.headers,
      },
      ...(method !== "GET" && { body: encode(JSON.stringify(body)) }),
    };
  }

  async #authorization(): Promise<Record<string, string>> {
    return this.#key === "" ? {} : { authorization: `Bearer ${this.#key}` };
  }

  #request(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: unknown,
  ): Request {
    return {
      method,
      url: this.#url + path,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
  }

  #see(
    contract: ContractName,
    answer: Observed,
    { method, path }: { method: string; path: string },
  ): Observed {
    this.#witness?.see(contract, answer, `${method} ${path.replace(this.#url, "")}`);
    return answer;
  }
}

interface GatewayOptions {
  config?: JsonObject;
  secret?: string;
}

/** Retries as in production, but sooner; and what scenarios look for. */
const quick: JsonObject = {
  retries: { attempts: 2, base_ms: 20, max_ms: 1000 },
  log: { level: "warn" },
};

/** The gateways of a run. Those that few scenarios need are started when the first asks for them. */
export class World {
  readonly upstream = new Upstream();
  readonly #folders: string[] = [];
  readonly #gateways: Gateway[] = [];
  readonly #others = new Map<string, Promise<Gateway>>();
  #main: Gateway | undefined;
  #witness: Witness | undefined;

  async start(): Promise<void> {
    await this.upstream.start();
    this.#main = await this.#run(this.#folder(), {
      config: {
        limits: { body_bytes: BODY_BYTES },
        channels: [configuredChannel(this.upstream)],
      },
    });
  }

  /** The gateway that most scenarios share. */
  get main(): Gateway {
    if (this.#main === undefined) throw new Error("the world has not started");
    return this.#main;
  }

  get witness(): Witness {
    if (this.#witness === undefined) throw new Error("the world has not started");
    return this.#witness;
  }

  /** A gateway that takes one request at once. */
  busy(): Promise<Gateway> {
    return this.#once("busy", () =>
      this.#run(this.#folder(), { config: { limits: { in_flight: 1 } } }),
    );
  }

  /**
   * A gateway that was started again under another master key, with the channels that it had before:
   * their names are those of `sealedModels`.
   */
  resealed(): Promise<Gateway> {
    return this.#once("resealed", async () => {
      const folder = this.#folder();
      const before = await this.#run(folder, { secret: "the master key of yesterday" });
      for (const model of Object.values(sealedModels))
        await before.makeChannel("ok", { name: model, models: [model] });
      await before.stop();
      return this.#run(folder, { secret: "the master key of today" });
    });
  }

  async stop(): Promise<void> {
    // One may still be starting where the run ends early.
    await Promise.allSettled(this.#others.values());
    for (const gateway of this.#gateways) gateway.kill();
    await this.upstream.stop();
    for (const folder of this.#folders)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #once(name: string, make: () => Promise<Gateway>): Promise<Gateway> {
    const made = this.#others.get(name) ?? make();
    this.#others.set(name, made);
    return made;
  }

  #folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "parley-contract-"));
    this.#folders.push(folder);
    return folder;
  }

  async #run(folder: string, options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(this.upstream, folder, options);
    this.#gateways.push(gateway);
    this.#witness = await gateway.ready(this.#witness);
    return gateway;
  }
}

/** The largest body that the main gateway takes. */
export const BODY_BYTES = 64 * 1024;

/** One channel of {@link World.resealed} for each scenario that mends it. */
export const sealedModels: Readonly<Record<ContractName, string>> = {
  native: "sealed-native",
  concurred: "sealed-concurred",
  newapi: "sealed-newapi",
};

/** Comes from the configuration file. */
export const configured = { name: "configured" };

function configuredChannel(upstream: Upstream): JsonObject {
  return {
    name: configured.name,
    provider: "openai",
    base_url: upstream.url("ok"),
    credential: "sk-for-the-contract-run",
    models: ["configured-model"],
  };
}

/** Fails where a resource that a scenario needs could not be made. */
function idIn({ status, body, text }: Observed): string {
  if (status >= 300 || !isObject(body) || typeof body.id !== "string")
    throw new Error(`not made: ${status} ${text}`);
  return body.id;
}
