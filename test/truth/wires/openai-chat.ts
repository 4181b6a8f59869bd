import { isObject, type JsonObject } from "../../../src/core/json.ts";
import { native } from "../../../src/failures/contracts/native.ts";
import { openaiChatFaults } from "../faults/openai-chat.ts";
import { secrets } from "../faults/secrets.ts";
import {
  type Said,
  type SaidChoice,
  type SaidTool,
  type SseFrame,
  type StreamRead,
  say,
  type ToldError,
  type VendorError,
  type Wire,
} from "./wire.ts";

const created = 1_767_225_600;
const model = "truth-1";

function chunk(choices: unknown, more: JsonObject = {}): string {
  const body = { id: "chatcmpl-truth", object: "chat.completion.chunk", created, model, choices };
  return `data: ${JSON.stringify({ ...body, ...more })}\n\n`;
}

function delta(fields: JsonObject, choice = 0, finish: string | null = null): string {
  return chunk([{ index: choice, delta: fields, finish_reason: finish }]);
}

/** OpenAI's words: https://platform.openai.com/docs/guides/error-codes, secrets as its messages really carry them. */
const errors: Record<VendorError, [number, JsonObject]> = {
  server_error: [
    500,
    {
      message: `The server had an error while processing your request on ${secrets.host} (${secrets.address})`,
      type: "server_error",
      param: null,
      code: null,
    },
  ],
  overloaded: [
    503,
    {
      message: `That model is currently overloaded at deployment ${secrets.deployment}`,
      type: "server_error",
      param: null,
      code: "server_overloaded",
    },
  ],
  rate_limited: [
    429,
    {
      message: `Rate limit reached for truth-1 in organization ${secrets.organisation} on tokens per min (TPM): Limit 30000, Used 29999. Please try again in 38s.`,
      type: "tokens",
      param: null,
      code: "rate_limit_exceeded",
    },
  ],
  account_exhausted: [
    429,
    {
      message: `You exceeded your current quota, please check your plan and billing details. Account ${secrets.account}, balance $${secrets.balance}.`,
      type: "insufficient_quota",
      param: null,
      code: "insufficient_quota",
    },
  ],
  credential_rejected: [
    401,
    {
      message: `Incorrect API key provided: ${secrets.maskedKey}. Organization ${secrets.organisation}.`,
      type: "invalid_request_error",
      param: null,
      code: "invalid_api_key",
    },
  ],
  context_too_long: [
    400,
    {
      message: `This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. (deployment ${secrets.deployment})`,
      type: "invalid_request_error",
      param: "messages",
      code: "context_length_exceeded",
    },
  ],
  content_filtered: [
    400,
    {
      message: `The response was filtered due to the prompt triggering the content management policy. (deployment ${secrets.deployment})`,
      type: null,
      param: "prompt",
      code: "content_filter",
    },
  ],
  model_unknown: [
    404,
    {
      message: `The model \`truth-1\` does not exist or you do not have access to it. (${secrets.project})`,
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    },
  ],
  parameter_rejected: [
    400,
    {
      message: `Invalid 'temperature': must be between 0 and 2. (${secrets.host})`,
      type: "invalid_request_error",
      param: "temperature",
      code: "invalid_value",
    },
  ],
  request_rejected: [
    400,
    {
      message: `The request body could not be used by ${secrets.host}.`,
      type: "invalid_request_error",
      param: null,
      code: null,
    },
  ],
};

/** OpenAI's Chat Completions: https://platform.openai.com/docs/api-reference/chat. */
export const openaiChat: Wire = {
  name: "openai-chat",
  contract: native,
  finishes: { stop: "stop", length: "length", filter: "content_filter", tools: "tool_calls" },
  rejectedParameter: "temperature",

  path: () => "/chat/completions",
  request: (name, mode, ask) => ({
    model: name,
    messages: [{ role: "user", content: "Say something true." }],
    ...(mode === "streamed" ? { stream: true } : {}),
    ...(mode === "streamed" && ask.usage ? { stream_options: { include_usage: true } } : {}),
    ...(ask.choices === undefined ? {} : { n: ask.choices }),
    ...(ask.tools ? { tools: [weather] } : {}),
  }),

  answer: (said) => ({
    id: "chatcmpl-truth",
    object: "chat.completion",
    created,
    model,
    choices: said.choices.map((choice, index) => ({
      index,
      message: messageOf(choice),
      logprobs: null,
      finish_reason: choice.finish,
    })),
    usage: usageOf(said.usage ?? { input: 11, output: 7 }),
  }),
  opening: () => delta({ role: "assistant", content: "" }),
  text: (text, choice) => delta({ content: text }, choice),
  reasoning: (text) => delta({ reasoning_content: text }),
  refusal: (text) => delta({ refusal: text }),
  toolStart: ({ id, name }) =>
    delta({ tool_calls: [{ index: 0, id, type: "function", function: { name, arguments: "" } }] }),
  toolArguments: (text) => delta({ tool_calls: [{ index: 0, function: { arguments: text } }] }),
  finish: (reason, choice) => delta({}, choice, reason),
  usage: (figures) => chunk([], { usage: usageOf(figures) }),
  end: () => "data: [DONE]\n\n",
  error: (kind) => {
    const [status, error] = errors[kind];
    return { status, body: { error } };
  },
  streamError: (body) => `data: ${JSON.stringify(body)}\n\n`,
  asksUsage: (body) => {
    const options = body.stream_options;
    return typeof options === "object" && options !== null && "include_usage" in options;
  },
  ownFaults: () => openaiChatFaults(openaiChat),

  readAnswer,
  readStream,
  readError,
};

const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: {} } },
};

function usageOf({ input, output }: { input: number; output: number }): JsonObject {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function messageOf(choice: SaidChoice): JsonObject {
  const tools = choice.tools.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  const silent = tools.length > 0 || choice.refusal !== "";
  return {
    role: "assistant",
    content: choice.text === "" && silent ? null : choice.text,
    refusal: choice.refusal === "" ? null : choice.refusal,
    ...(choice.reasoning === "" ? {} : { reasoning_content: choice.reasoning }),
    ...(tools.length === 0 ? {} : { tool_calls: tools }),
  };
}

function readAnswer(body: unknown): Said {
  if (!isObject(body) || !Array.isArray(body.choices)) throw new Error("no choices");
  const said = say();
  for (const choice of body.choices) {
    if (!isObject(choice) || !isObject(choice.message)) throw new Error("a choice says nothing");
    const into = choiceAt(said, choice.index);
    addTo(into, choice.message);
    into.finish = string(choice.finish_reason) ?? null;
  }
  readUsage(said, body.usage);
  return said;
}

function readStream(frames: readonly SseFrame[]): StreamRead {
  const read: StreamRead = { said: say(), errors: [], ended: false, problems: [] };
  for (const { data } of frames) {
    if (read.ended) read.problems.push("something follows [DONE]");
    if (data === "[DONE]") {
      read.ended = true;
      continue;
    }
    const body = parse(data);
    if (!isObject(body)) {
      read.problems.push(`an event that no client can read: ${data.slice(0, 40)}`);
      continue;
    }
    const error = readError(body);
    if (error !== undefined) read.errors.push(error);
    else if (read.errors.length > 0) read.problems.push("content follows the error");
    readUsage(read.said, body.usage);
    if (!Array.isArray(body.choices)) {
      if (error === undefined) read.problems.push("an event without choices");
      continue;
    }
    for (const choice of body.choices) {
      if (!isObject(choice)) continue;
      const into = choiceAt(read.said, choice.index);
      if (isObject(choice.delta)) addTo(into, choice.delta);
      into.finish = string(choice.finish_reason) ?? into.finish;
    }
  }
  return read;
}

function readError(body: unknown): ToldError | undefined {
  if (!isObject(body)) return undefined;
  const error = body.error;
  if (error === undefined || error === null) return undefined;
  if (!isObject(error))
    return {
      message: error,
      code: undefined,
      type: undefined,
      param: undefined,
      requestId: undefined,
    };
  const { message, code, type, param, request_id: requestId } = error;
  return { message, code, type, param, requestId };
}

function choiceAt(said: Said, index: unknown): SaidChoice {
  const at = typeof index === "number" ? index : 0;
  while (said.choices.length <= at) said.choices.push(...say({}).choices);
  const choice = said.choices[at];
  if (choice === undefined) throw new Error(`no choice ${at}`);
  return choice;
}

/** Adds a message or a delta to what was said. */
function addTo(choice: SaidChoice, part: JsonObject): void {
  choice.text += string(part.content) ?? "";
  choice.reasoning += string(part.reasoning_content) ?? string(part.reasoning) ?? "";
  choice.refusal += string(part.refusal) ?? "";
  const calls = part.tool_calls;
  if (!Array.isArray(calls)) return;
  calls.forEach((call, position) => {
    if (!isObject(call)) return;
    const tool = toolAt(choice, typeof call.index === "number" ? call.index : position);
    tool.id += string(call.id) ?? "";
    if (!isObject(call.function)) return;
    tool.name += string(call.function.name) ?? "";
    tool.arguments += string(call.function.arguments) ?? "";
  });
}

function toolAt(choice: SaidChoice, index: number): SaidTool {
  while (choice.tools.length <= index) choice.tools.push({ id: "", name: "", arguments: "" });
  const tool = choice.tools[index];
  if (tool === undefined) throw new Error(`no tool call ${index}`);
  return tool;
}

function readUsage(said: Said, usage: unknown): void {
  if (!isObject(usage)) return;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  if (typeof input === "number" && typeof output === "number") said.usage = { input, output };
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
