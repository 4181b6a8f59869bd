/** A provider on 127.0.0.1 that speaks OpenAI's chat, Anthropic's and Google's format, and says the same in each. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";

/** What the model says in one turn. */
export interface Said {
  text?: string;
  calls?: { id: string; name: string; input: JsonObject }[];
  /** Told instead, with its status; `midway`: after the text of a stream. */
  error?: { status: number; kind: "rate_limit" | "invalid" | "overloaded"; midway?: boolean };
}

/** What a request holds, whatever its format. */
export interface Asked {
  body: JsonObject;
  path: string;
  /** Results of tools, as texts, in order. */
  results: string[];
}

export const wires = ["openai", "anthropic", "gemini"] as const;
export type WireName = (typeof wires)[number];

export class ThreeWires {
  readonly #server: Server;
  readonly #scripts = new Map<string, (asked: Asked) => Said>();
  readonly asked: Asked[] = [];

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body: Json = JSON.parse(Buffer.concat(chunks).toString());
      this.#answer(request.url ?? "", isObject(body) ? body : {}, response);
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** What a model says, by its name in every format. */
  on(model: string, script: (asked: Asked) => Said): void {
    this.#scripts.set(model, script);
  }

  /** A channel for each format, named by it. */
  channels(): JsonObject[] {
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const root = `http://127.0.0.1:${port}`;
    return wires.map((wire) => ({
      name: wire,
      provider: wire,
      base_url: wire === "openai" ? `${root}/v1` : root,
      credential: `secret-of-${wire}`,
    }));
  }

  #answer(path: string, body: JsonObject, response: ServerResponse): void {
    const google = /\/models\/([^:]+):(\w+)/.exec(path);
    const wire: WireName = google ? "gemini" : path.endsWith("/messages") ? "anthropic" : "openai";
    const model = google?.[1] ?? String(body.model);
    const asked = { body, path, results: resultsIn(wire, body) };
    this.asked.push(asked);
    // As the vendors do: a result answers a call that the conversation holds.
    const holdsCalls = asked.results.length <= callsIn(wire, body);
    const said: Said = holdsCalls
      ? (this.#scripts.get(model)?.(asked) ?? { text: "Hello from the other side." })
      : { error: { status: 400, kind: "invalid" } };
    const streams = body.stream === true || google?.[2] === "streamGenerateContent";
    const { error } = said;
    if (error !== undefined && error.midway !== true) {
      send(response, error.status, errorBody(wire, error));
      return;
    }
    if (!streams) {
      send(response, 200, wholes[wire](said, model));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const chunk of streamed[wire](said, model)) response.write(chunk);
    if (error !== undefined) response.write(lineOf(wire, errorBody(wire, error), "error"));
    else for (const chunk of endings[wire](said)) response.write(chunk);
    response.end();
  }
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function lineOf(wire: WireName, data: JsonObject, event = String(data.type)): string {
  return `${wire === "anthropic" ? `event: ${event}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
}

function words(text = ""): string[] {
  return text === "" ? [] : text.split(/(?= )/);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function resultsIn(wire: WireName, body: JsonObject): string[] {
  if (wire === "openai") {
    return objects(body.messages)
      .filter(({ role }) => role === "tool")
      .map(({ content }) => JSON.stringify(content));
  }
  if (wire === "anthropic") {
    return objects(body.messages)
      .flatMap(({ content }) => objects(content))
      .filter(({ type }) => type === "tool_result")
      .map(({ content }) => JSON.stringify(content));
  }
  return objects(body.contents)
    .flatMap(({ parts }) => objects(parts))
    .filter(({ functionResponse }) => functionResponse !== undefined)
    .map(({ functionResponse }) => JSON.stringify(functionResponse));
}

function callsIn(wire: WireName, body: JsonObject): number {
  if (wire === "openai") {
    return objects(body.messages).flatMap(({ tool_calls: calls }) => objects(calls)).length;
  }
  if (wire === "anthropic") {
    const blocks = objects(body.messages).flatMap(({ content }) => objects(content));
    return blocks.filter(({ type }) => type === "tool_use").length;
  }
  const parts = objects(body.contents).flatMap(({ parts }) => objects(parts));
  return parts.filter(({ functionCall }) => functionCall !== undefined).length;
}

function errorBody(wire: WireName, { status, kind }: NonNullable<Said["error"]>): JsonObject {
  const message = "It did not work.";
  if (wire === "anthropic") {
    const type = {
      rate_limit: "rate_limit_error",
      invalid: "invalid_request_error",
      overloaded: "overloaded_error",
    }[kind];
    return { type: "error", error: { type, message } };
  }
  if (wire === "gemini") {
    const word = {
      rate_limit: "RESOURCE_EXHAUSTED",
      invalid: "INVALID_ARGUMENT",
      overloaded: "UNAVAILABLE",
    }[kind];
    return { error: { code: status, message, status: word } };
  }
  const code = {
    rate_limit: "rate_limit_exceeded",
    invalid: "invalid_value",
    overloaded: "server_overloaded",
  }[kind];
  return {
    error: {
      message,
      type: kind === "invalid" ? "invalid_request_error" : "server_error",
      param: null,
      code,
    },
  };
}

const chatHead = { id: "chatcmpl-1", created: 1_700_000_000 };
const chatUsage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

function chatChunk(model: string, delta: JsonObject, finish: string | null = null): string {
  return lineOf("openai", {
    ...chatHead,
    object: "chat.completion.chunk",
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
}

function chatCalls({ calls = [] }: Said): JsonObject[] {
  return calls.map(({ id, name, input }, index) => ({
    index,
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
}

function blocks({ text, calls = [] }: Said): JsonObject[] {
  const uses = calls.map(
    ({ id, name, input }): JsonObject => ({ type: "tool_use", id, name, input }),
  );
  return text === undefined ? uses : [{ type: "text", text }, ...uses];
}

function parts({ text, calls = [] }: Said): JsonObject[] {
  return [
    ...words(text).map((piece) => ({ text: piece })),
    ...calls.map(({ name, input }) => ({ functionCall: { name, args: input } })),
  ];
}

function stopReason({ calls = [] }: Said): string {
  return calls.length > 0 ? "tool_use" : "end_turn";
}

function candidate(content: JsonObject[], finishReason?: string): JsonObject {
  return {
    candidates: [
      {
        index: 0,
        content: { role: "model", parts: content },
        ...(finishReason && { finishReason }),
      },
    ],
    modelVersion: "served",
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4, totalTokenCount: 13 },
  };
}

const wholes: Record<WireName, (said: Said, model: string) => JsonObject> = {
  openai: (said, model) => {
    const calls = chatCalls(said).map(({ index: _, ...call }) => call);
    const message = {
      role: "assistant",
      content: said.text ?? null,
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
    return {
      ...chatHead,
      object: "chat.completion",
      model,
      choices: [{ index: 0, message, finish_reason }],
      usage: chatUsage,
    };
  },
  anthropic: (said, model) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: blocks(said),
    stop_reason: stopReason(said),
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 4 },
  }),
  gemini: ({ text, calls = [] }) =>
    candidate([...(text === undefined ? [] : [{ text }]), ...parts({ calls })], "STOP"),
};

const streamed: Record<WireName, (said: Said, model: string) => string[]> = {
  openai: (said, model) => [
    chatChunk(model, { role: "assistant", content: "" }),
    ...words(said.text).map((content) => chatChunk(model, { content })),
    ...chatCalls(said).map((call) => chatChunk(model, { tool_calls: [call] })),
  ],
  anthropic: (said, model) => [
    lineOf("anthropic", {
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    }),
    ...blocks(said).flatMap((block, index) => {
      const head: JsonObject =
        block.type === "text" ? { type: "text", text: "" } : { ...block, input: {} };
      const deltas =
        block.type === "text"
          ? words(said.text).map((text) => ({ type: "text_delta", text }))
          : [{ type: "input_json_delta", partial_json: JSON.stringify(block.input) }];
      return [
        lineOf("anthropic", { type: "content_block_start", index, content_block: head }),
        ...deltas.map((delta) =>
          lineOf("anthropic", { type: "content_block_delta", index, delta }),
        ),
        ...(said.error === undefined
          ? [lineOf("anthropic", { type: "content_block_stop", index })]
          : []),
      ];
    }),
  ],
  gemini: (said) => parts(said).map((part) => lineOf("gemini", candidate([part]))),
};

const endings: Record<WireName, (said: Said) => string[]> = {
  openai: ({ calls = [] }) => [
    chatChunk("served", {}, calls.length > 0 ? "tool_calls" : "stop"),
    lineOf("openai", {
      ...chatHead,
      object: "chat.completion.chunk",
      model: "served",
      choices: [],
      usage: chatUsage,
    }),
    "data: [DONE]\n\n",
  ],
  anthropic: (said) => [
    lineOf("anthropic", {
      type: "message_delta",
      delta: { stop_reason: stopReason(said), stop_sequence: null },
      usage: { output_tokens: 4 },
    }),
    lineOf("anthropic", { type: "message_stop" }),
  ],
  gemini: () => [lineOf("gemini", candidate([{ text: "" }], "STOP"))],
};
