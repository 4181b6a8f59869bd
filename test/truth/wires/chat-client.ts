/** The client: it speaks OpenAI's chat to the gateway, whatever the gateway speaks upstream. */
import { isObject, type JsonObject } from "../../../src/core/json.ts";
import { native } from "../../../src/failures/contracts/native.ts";
import type { Ask } from "../faults/fault.ts";
import {
  type Mode,
  type Said,
  type SaidChoice,
  type SaidTool,
  type SseFrame,
  type StreamRead,
  say,
  type ToldError,
} from "./wire.ts";

const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};

export const chatClient = {
  contract: native,
  /** Below the base URL. */
  path: "/chat/completions",
  request: (name: string, mode: Mode, ask: Ask): JsonObject => ({
    model: name,
    messages: [{ role: "user", content: "Say something true." }],
    ...(mode === "streamed" ? { stream: true } : {}),
    ...(mode === "streamed" && ask.usage ? { stream_options: { include_usage: true } } : {}),
    ...(ask.choices === undefined ? {} : { n: ask.choices }),
    ...(ask.tools ? { tools: [weather] } : {}),
  }),
  /** Throws where the body is no answer. */
  readAnswer,
  readStream,
  readError,
};

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
  const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = usage;
  if (typeof input !== "number" || typeof output !== "number") return;
  const cached = isObject(details) ? details.cached_tokens : undefined;
  said.usage = { input, output };
  if (typeof cached === "number" && cached > 0) said.usage.cached = cached;
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
