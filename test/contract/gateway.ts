/** One running Parley, as users start it and as its clients and its operator reach it. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { Started } from "../start/process.ts";
import { type Observed, type Request, send, sendHalf } from "./http.ts";
import type { ContractName } from "./rows.ts";
import type { Upstream } from "./upstream.ts";
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
  /** Where it was started; its data directory is below. */
  readonly directory: string;
  readonly #started: Started;
  readonly #adminKey: string;
  #witness: Witness | undefined;
  #url = "";
  #key = "";

  constructor(upstream: Upstream, directory: string, options: GatewayOptions) {
    this.upstream = upstream;
    this.directory = directory;
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

  get pid(): number {
    const { pid } = this.#started.child;
    if (pid === undefined) throw new Error("the gateway was never started");
    return pid;
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
    const own: Record<string, string> =
      this.#key === "" ? {} : { authorization: `Bearer ${this.#key}` };
    const headers = { ...own, ...request.headers };
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

export interface GatewayOptions {
  config?: JsonObject;
  secret?: string;
}

/** Retries as users have them, only sooner. */
const quick: JsonObject = {
  retries: { attempts: 2, base_ms: 20, max_ms: 1000 },
  log: { level: "warn" },
};

/** Fails where a resource that a scenario needs could not be made. */
function idIn({ status, body, text }: Observed): string {
  if (status >= 300 || !isObject(body) || typeof body.id !== "string")
    throw new Error(`not made: ${status} ${text}`);
  return body.id;
}
