/** For tests of the whole system: Parley as users run it, a child process with a data directory of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { Started } from "../start/process.ts";

/** The surface of each contract on OpenAI-style paths. */
export const prefixes = { native: "/v1", concurred: "/api/v1", newapi: "/newapi/v1" } as const;
export type Prefixed = keyof typeof prefixes;
export const prefixed: readonly Prefixed[] = ["native", "concurred", "newapi"];

const ADMIN_KEY = "operator-key-for-tests";
/** A key that may call models and nothing else. */
export const KEY = "client-key-for-tests";

/** An answer with its body read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body, where it is a JSON object. */
  body: JsonObject;
}

export class RunningGateway {
  readonly directory: string;
  #started: Started;
  #url = "";

  private constructor(directory: string, started: Started) {
    this.directory = directory;
    this.#started = started;
  }

  /** `config` as parley.yaml has it; one client key is added. */
  static async start(config: JsonObject = {}): Promise<RunningGateway> {
    const directory = mkdtempSync(join(tmpdir(), "parley-test-"));
    const keys = Array.isArray(config.keys) ? config.keys : [];
    const whole = {
      log: { level: "warn" },
      ...config,
      keys: [{ name: "client", secret: KEY }, ...keys],
    };
    // JSON is YAML.
    writeFileSync(join(directory, "parley.yaml"), JSON.stringify(whole));
    const gateway = new RunningGateway(directory, launch(directory));
    gateway.#url = await gateway.#started.url();
    return gateway;
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** What it wrote to its standard output and error. */
  get written(): string {
    return this.#started.output + this.#started.errors;
  }

  get pid(): number {
    return this.#started.child.pid ?? 0;
  }

  /** Ends it as the kernel does when memory runs out, and starts it again on the same data. */
  async killAndStartAgain(): Promise<void> {
    await this.#started.stop("SIGKILL");
    this.#started = launch(this.directory);
    this.#url = await this.#started.url();
  }

  async stop(): Promise<void> {
    this.#started.child.kill("SIGKILL");
    await this.#started.ended();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** One request with the client's key. A string or bytes as they are, anything else as JSON. */
  fetch(
    path: string,
    options: {
      method?: string;
      headers?: Record<string, string>;
      body?: unknown;
      signal?: AbortSignal;
    } = {},
  ): Promise<Response> {
    const { body, headers, signal } = options;
    const sent =
      body === undefined || typeof body === "string" || body instanceof Uint8Array
        ? body
        : JSON.stringify(body);
    return fetch(this.#url + path, {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent instanceof Uint8Array ? new Uint8Array(sent) : sent }),
      ...(signal !== undefined && { signal }),
    });
  }

  async send(path: string, options: Parameters<RunningGateway["fetch"]>[1] = {}): Promise<Answer> {
    const response = await this.fetch(path, options);
    return answerOf(response.status, response.headers, await response.text());
  }

  /** One chat under a contract's prefix. */
  chat(body: JsonObject, prefix: Prefixed = "native", headers: Record<string, string> = {}) {
    return this.send(`${prefixes[prefix]}/chat/completions`, {
      headers,
      body: { messages: [{ role: "user", content: "Hello" }], ...body },
    });
  }

  /** The management API, as the operator. */
  admin(path: string, body?: JsonObject): Promise<Answer> {
    return this.send(`/admin/v1${path}`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      body,
    });
  }

  /** The row of one request, once it is written. */
  async row(id: string): Promise<JsonObject> {
    for (let i = 0; i < 100; i++) {
      const answer = await this.admin(`/requests/${id}`);
      if (answer.status === 200) return answer.body;
      await pause(30);
    }
    throw new Error(`no row was written for ${id}`);
  }

  /** The row of the one request that asked for `model`, once it is written. */
  async rowOf(model: string): Promise<JsonObject> {
    for (let i = 0; i < 100; i++) {
      const { body } = await this.admin("/usage?limit=100");
      const rows = Array.isArray(body.data) ? body.data : [];
      const found = rows.filter(isObject).find((row) => row.model_requested === model);
      if (found !== undefined) return found;
      await pause(30);
    }
    throw new Error(`no row was written for ${model}`);
  }
}

function launch(directory: string): Started {
  return new Started(directory, { PARLEY_ADMIN_KEY: ADMIN_KEY });
}

export function answerOf(status: number, headers: Headers, text: string): Answer {
  let body: Json = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A stream, or what a test will complain about.
  }
  return { status, headers, text, body: isObject(body) ? body : {} };
}

/** The `error` of an answer's body. */
export function errorOf(answer: Answer): JsonObject {
  const { error } = answer.body;
  if (!isObject(error)) throw new Error(`no error in: ${answer.status} ${answer.text}`);
  return error;
}

/** What the events of a stream hold, each parsed; `[DONE]` as that text. */
export function eventsOf(text: string): Json[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => (line === "data: [DONE]" ? "[DONE]" : JSON.parse(line.slice(6))));
}

/** Waits until `true`, and fails where it does not come in time. */
export async function until(what: () => boolean, ms: number, message: string): Promise<void> {
  const end = performance.now() + ms;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${message}`);
    await pause(10);
  }
}
