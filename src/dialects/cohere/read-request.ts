/** A chat request in canonical form. https://docs.cohere.com/reference/chat */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, ReasoningOptions, Tool } from "../../core/request.ts";
import {
  flag,
  integer,
  list,
  needed,
  notAllowed,
  number,
  object,
  text,
  texts,
} from "../anthropic-messages/fields.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import type { RequestContext } from "../dialect.ts";
import { readMessages } from "./read-messages.ts";
import { DIALECT } from "./wire.ts";

/** Fields that have a canonical form. What else a request holds is kept under `extra`. */
const known = new Set([
  "model",
  "messages",
  "stream",
  "tools",
  "strict_tools",
  "tool_choice",
  "response_format",
  "thinking",
  "max_tokens",
  "stop_sequences",
  "temperature",
  "seed",
  "frequency_penalty",
  "presence_penalty",
  "k",
  "p",
  "logprobs",
]);

/** `extra` is always set: it marks that the client spoke this dialect, so that its words are written back literally. */
export function readRequest(body: JsonObject, context?: RequestContext): ChatRequest {
  const stream = context?.stream ?? flag(body.stream, "stream") ?? false;
  const extra: JsonObject = restOf(body, known) ?? {};
  const request: ChatRequest = {
    model: context?.model ?? needed(text(body.model, "model"), "model"),
    turns: readMessages(body.messages),
    stream,
    extra: { dialect: DIALECT, fields: extra },
  };
  // Cohere's streams always tell their usage.
  if (stream) request.streamUsage = true;
  put(request, "maxOutputTokens", integer(body.max_tokens, "max_tokens"));
  put(request, "temperature", number(body.temperature, "temperature"));
  put(request, "topP", number(body.p, "p"));
  put(request, "topK", integer(body.k, "k"));
  put(request, "seed", integer(body.seed, "seed"));
  put(request, "stop", texts(body.stop_sequences, "stop_sequences"));
  put(request, "frequencyPenalty", number(body.frequency_penalty, "frequency_penalty"));
  put(request, "presencePenalty", number(body.presence_penalty, "presence_penalty"));
  if (flag(body.logprobs, "logprobs") === true) request.logprobs = { top: 0 };
  readTools(body, request, extra);
  readChoice(text(body.tool_choice, "tool_choice"), request);
  readFormat(object(body.response_format, "response_format"), request, extra);
  readThinking(object(body.thinking, "thinking"), request, extra);
  return request;
}

/** Sets a field that was sent. */
function put<K extends keyof ChatRequest>(
  request: ChatRequest,
  key: K,
  value: ChatRequest[K],
): void {
  if (value !== undefined) request[key] = value;
}

/** `strict_tools` speaks of all tools at once. */
function readTools(body: JsonObject, request: ChatRequest, extra: JsonObject): void {
  const strict = flag(body.strict_tools, "strict_tools");
  const tools = list(body.tools, "tools");
  if (tools === undefined) {
    if (strict !== undefined) extra.strict_tools = strict;
    return;
  }
  request.tools = tools.map((tool, index) => readTool(tool, `tools[${index}]`, strict));
  if (strict !== undefined && request.tools.length === 0) extra.strict_tools = strict;
}

const toolFields = new Set(["type", "function"]);
const functionFields = new Set(["name", "description", "parameters"]);

function readTool(tool: Json, path: string, strict: boolean | undefined): Tool {
  if (!isObject(tool)) throw notAllowed(path, `\`${path}\` must be an object.`);
  const type = text(tool.type, `${path}.type`) ?? "function";
  if (type !== "function") return { kind: "hosted", name: type, dialect: DIALECT, native: tool };
  const at = `${path}.function`;
  const offered = needed(object(tool.function, at), at);
  const read: Tool = {
    kind: "function",
    name: needed(text(offered.name, `${at}.name`), `${at}.name`),
  };
  const description = text(offered.description, `${at}.description`);
  if (description !== undefined) read.description = description;
  const parameters = object(offered.parameters, `${at}.parameters`);
  if (parameters !== undefined) read.parameters = parameters;
  if (strict !== undefined) read.strict = strict;
  const inner = restOf(offered, functionFields);
  const outer = restOf(tool, toolFields);
  if (inner !== undefined || outer !== undefined) {
    read.dialect = DIALECT;
    read.native = { ...outer, ...(inner === undefined ? {} : { function: inner }) };
  }
  return read;
}

function readChoice(choice: string | undefined, request: ChatRequest): void {
  if (choice === undefined) return;
  if (choice === "REQUIRED") request.toolChoice = { type: "required" };
  else if (choice === "NONE") request.toolChoice = { type: "none" };
  else throw notAllowed("tool_choice", '`tool_choice` must be "REQUIRED" or "NONE".');
}

const formatFields = new Set(["type", "json_schema"]);

function readFormat(format: JsonObject | undefined, request: ChatRequest, extra: JsonObject): void {
  if (format === undefined) return;
  const { type, json_schema: schema } = format;
  if (restOf(format, formatFields) !== undefined) extra.response_format = format;
  else if (type === "text") request.output = { type: "text" };
  else if (type !== "json_object") extra.response_format = format;
  else if (isObject(schema)) request.output = { type: "json-schema", schema };
  else request.output = { type: "json" };
}

const thinkingFields = new Set(["type", "token_budget"]);

function readThinking(
  thinking: JsonObject | undefined,
  request: ChatRequest,
  extra: JsonObject,
): void {
  if (thinking === undefined) return;
  const type = needed(text(thinking.type, "thinking.type"), "thinking.type");
  const budget = integer(thinking.token_budget, "thinking.token_budget");
  if ((type !== "enabled" && type !== "disabled") || restOf(thinking, thinkingFields)) {
    extra.thinking = thinking;
    return;
  }
  const reasoning: ReasoningOptions = { enabled: type === "enabled" };
  if (budget !== undefined) reasoning.budget = budget;
  request.reasoning = reasoning;
}
