/**
 * A provider on 127.0.0.1 that behaves as the path before `/v1` asks: a channel whose base URL is
 * `http://127.0.0.1:<port>/html/v1` reaches one that answers with a web page.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";

interface Call {
  request: JsonObject;
  response: ServerResponse;
  /** What follows the script's name: `-503` of `status-503`. */
  argument: string;
}

export class Upstream {
  readonly #server: Server;
  readonly #calls = new Map<string, number>();
  readonly #held = new Map<string, () => void>();
  readonly #waiting = new Map<string, () => void>();

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** The base URL of a provider that plays the script, as OpenAI's SDK has it. */
  url(script: string): string {
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}/${script}/v1`;
  }

  /** How often a script was asked. */
  calls(script: string): number {
    return this.#calls.get(script) ?? 0;
  }

  /** Resolves when a request for a script of the name `hold-…` has come and waits. */
  arrived(script: string): Promise<void> {
    if (this.#held.has(script)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(script, resolve));
  }

  /** Lets a held script answer, now and from now on. */
  release(script: string): void {
    this.#held.get(script)?.();
    this.#held.set(script, () => undefined);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const script = raw.url?.split("/")[1] ?? "";
    this.#calls.set(script, this.calls(script) + 1);
    const chunks: Buffer[] = [];
    for await (const chunk of raw) chunks.push(chunk);
    const body: Json = JSON.parse(Buffer.concat(chunks).toString());
    const dash = script.indexOf("-");
    const name = dash === -1 ? script : script.slice(0, dash);
    const argument = dash === -1 ? "" : script.slice(dash + 1);
    if (name === "hold" && !this.#held.has(script)) {
      await new Promise<void>((resolve) => {
        this.#held.set(script, resolve);
        this.#waiting.get(script)?.();
      });
    }
    const play = scripts[name];
    if (play === undefined) throw new Error(`there is no script ${name}`);
    await play({ request: isObject(body) ? body : {}, response, argument });
  }
}

const scripts: Readonly<Record<string, (call: Call) => void | Promise<void>>> = {
  ok: answerWell,
  hold: answerWell,
  vectors: ({ request, response }) =>
    sendJson(response, 200, {
      object: "list",
      data: [{ object: "embedding", index: 0, embedding: [0.6, 0.8] }],
      model: request.model ?? "",
      usage: { prompt_tokens: 4, total_tokens: 4 },
    }),
  /** The status of its argument, with an error that says no more. */
  responses: ({ request, response }) =>
    sendJson(response, 200, {
      id: "resp_1",
      object: "response",
      created_at: 1_700_000_000,
      status: "completed",
      model: request.model ?? "",
      output: [
        {
          id: "msg_1",
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: "Hello.", annotations: [] }],
        },
      ],
      usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    }),
  status: ({ response, argument }) =>
    fail(response, Number.parseInt(argument, 10), "It did not work."),
  limited: ({ response }) => {
    response.setHeader("retry-after", "7");
    fail(response, 429, "Slow down.", { code: "rate_limit_exceeded" });
  },
  // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/concepts/content-filter
  filtered: ({ response }) =>
    fail(response, 400, "The prompt triggered the content management policy.", {
      code: "content_filter",
      param: "prompt",
    }),
  // https://platform.openai.com/docs/guides/error-codes
  long: ({ response }) =>
    fail(response, 400, "The maximum context length is 8192 tokens, and there are 9000.", {
      code: "context_length_exceeded",
      param: "messages",
    }),
  keyless: ({ response }) =>
    fail(response, 401, "Incorrect API key provided: sk-wrong.", { code: "invalid_api_key" }),
  html: ({ response }) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><body>It works!</body></html>");
  },
  empty: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 0 });
    response.end();
  },
  /** Less than was announced. */
  cut: async ({ request, response }) => {
    const text = JSON.stringify(completion(request));
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": text.length,
    });
    response.write(text.slice(0, text.length / 2));
    await pause(50);
    response.destroy();
  },
  /** Never answers, until the other side gives up. */
  silent: async ({ response }) => {
    await once(response, "close");
  },
  /** Three seconds of a stream, or less where the reader goes. */
  drip: async ({ request, response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let i = 0; i < 60 && !response.destroyed; i++) {
      response.write(event(request, { content: `word ${i} ` }, null));
      await pause(50);
    }
    response.end(`${event(request, {}, "stop")}data: [DONE]\n\n`);
  },
  /** Anthropic's Messages API. https://platform.claude.com/docs/en/api/messages */
  messages: ({ request, response }) =>
    sendJson(response, 200, {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: request.model ?? "",
      content: [{ type: "text", text: "Hello." }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 2 },
    }),
};

function answerWell({ request, response }: Call): void {
  if (request.stream !== true) {
    sendJson(response, 200, completion(request));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event(request, { role: "assistant", content: "" }, null));
  response.write(event(request, { content: "Hello." }, null));
  response.write(event(request, {}, "stop"));
  response.end("data: [DONE]\n\n");
}

const common = { id: "chatcmpl-1", created: 1_700_000_000 };

function completion(request: JsonObject): JsonObject {
  return {
    ...common,
    object: "chat.completion",
    model: request.model ?? "",
    choices: [
      { index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  };
}

function event(request: JsonObject, delta: JsonObject, finish: string | null): string {
  const chunk = {
    ...common,
    object: "chat.completion.chunk",
    model: request.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function fail(
  response: ServerResponse,
  status: number,
  message: string,
  more: { code?: string; param?: string } = {},
): void {
  const { code = null, param = null } = more;
  sendJson(response, status, { error: { message, type: null, param, code } });
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
