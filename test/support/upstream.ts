/** A provider on 127.0.0.1 that speaks OpenAI's format and plays what a test gives it, by the model's name. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";

/** One request that came. */
export interface Call {
  /** What follows the port in the channel's base URL: `/spare` of `http://127.0.0.1:1/spare/v1`. */
  channel: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** The body as it came, and read. */
  bytes: Buffer;
  body: JsonObject;
  response: ServerResponse;
  /** Monotonic milliseconds of its arrival, and of the connection's early end. */
  at: number;
  lostAt?: number;
}

export type Script = (call: Call) => void | Promise<void>;

export class ScriptedUpstream {
  readonly #server: Server;
  readonly #scripts = new Map<string, Script>();
  readonly #calls: Call[] = [];

  constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** The base URL of a channel, as OpenAI's SDK has it. */
  url(channel = ""): string {
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}${channel === "" ? "" : `/${channel}`}/v1`;
  }

  /** What calls for the model get; the channel may be named before it: `spare:model`. */
  on(model: string, script: Script): void {
    this.#scripts.set(model, script);
  }

  /** The calls so far for the model, oldest first. */
  calls(model: string): Call[] {
    return this.#calls.filter(({ body }) => body.model === model);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = read(bytes);
    if (body === undefined) {
      sendJson(response, 400, { error: { message: "We could not parse the JSON body." } });
      return;
    }
    const path = request.url ?? "";
    const channel = /^\/([^/]+)\/v1\//.exec(path)?.[1] ?? "";
    const call: Call = {
      channel,
      path,
      headers: request.headers,
      bytes,
      body: isObject(body) ? body : {},
      response,
      at,
    };
    response.on("close", () => {
      if (!response.writableFinished) call.lostAt = performance.now();
    });
    this.#calls.push(call);
    const model = String(call.body.model);
    const script =
      this.#scripts.get(`${channel}:${model}`) ?? this.#scripts.get(model) ?? says("Hello.");
    await script(call);
  }
}

function read(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** One script a call, in turn; the last for all that come after. */
export function inTurn(...scripts: Script[]): Script {
  let turn = 0;
  return (call) => scripts[Math.min(turn++, scripts.length - 1)]?.(call);
}

/** The text, streamed in words where a stream is asked for. */
export function says(text: string, usage = { input: 5, output: 2 }): Script {
  return (call) => {
    if (call.body.stream === true) {
      const deltas = text.split(/(?= )/).map((content) => ({ content }));
      return streams([{ role: "assistant", content: "" }, ...deltas], "stop", usage)(call);
    }
    return answers({ role: "assistant", content: text }, "stop", usage)(call);
  };
}

/** A whole answer with one message. */
export function answers(
  message: JsonObject,
  finish = "stop",
  usage = { input: 5, output: 2 },
): Script {
  return ({ body, response }) => {
    sendJson(response, 200, {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_700_000_000,
      model: body.model ?? "",
      choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
      usage: usageOf(usage),
    });
  };
}

/** A stream of deltas of the first choice, its finish, its usage where asked for, and `[DONE]`. */
export function streams(
  deltas: readonly JsonObject[],
  finish = "stop",
  usage = { input: 5, output: 2 },
): Script {
  return ({ body, response }) => {
    beginStream(response);
    for (const delta of deltas) response.write(chunk(body, delta));
    response.write(chunk(body, {}, finish));
    const options = body.stream_options;
    if (isObject(options) && options.include_usage === true) {
      response.write(event({ ...head(body), choices: [], usage: usageOf(usage) }));
    }
    response.end("data: [DONE]\n\n");
  };
}

/** An error in OpenAI's envelope. */
export function fails(
  status: number,
  error: JsonObject = {},
  headers: Record<string, string> = {},
): Script {
  return ({ response }) => {
    sendJson(
      response,
      status,
      { error: { message: "It did not work.", type: null, param: null, code: null, ...error } },
      headers,
    );
  };
}

/** Says nothing until the other side gives up. */
export const silent: Script = async ({ response }) => {
  await once(response, "close");
};

/** The first script after so many milliseconds, unless the other side has gone. */
export function after(ms: number, script: Script): Script {
  return async (call) => {
    await pause(ms);
    if (!call.response.destroyed) await script(call);
  };
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
}

/** One chunk of a stream, as an event. */
export function chunk(request: JsonObject, delta: JsonObject, finish: string | null = null) {
  return event({ ...head(request), choices: [{ index: 0, delta, finish_reason: finish }] });
}

export function event(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function head(request: JsonObject): JsonObject {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: request.model ?? "",
  };
}

function usageOf({ input, output }: { input: number; output: number }): JsonObject {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
