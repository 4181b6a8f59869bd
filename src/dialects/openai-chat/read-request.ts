/** A client's chat request in canonical form. */
import type { Json, JsonObject } from "../../core/json.ts";
import type {
  ChatRequest,
  OutputFormat,
  ReasoningOptions,
  Tool,
  ToolChoice,
} from "../../core/request.ts";
import type { RequestContext } from "../dialect.ts";
import { readMessages } from "./read-messages.ts";
import { object, readMark } from "./read-parts.ts";
import {
  dialectName,
  validateRequest,
  type WireRequest,
  type WireTool,
  type WireToolChoice,
} from "./wire.ts";

/** Fields that have a canonical form; all others are kept as they are, for this dialect to write back. */
const canonical: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_completion_tokens",
  "max_tokens",
  "temperature",
  "top_p",
  "top_k",
  "frequency_penalty",
  "presence_penalty",
  "n",
  "seed",
  "stop",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "functions",
  "function_call",
  "response_format",
  "reasoning_effort",
  "reasoning",
  "thinking",
  "enable_thinking",
  "thinking_budget",
  "verbosity",
  "modalities",
  "audio",
  "service_tier",
  "store",
  "metadata",
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "cache_control",
]);

/** Throws `request.field_missing`, `request.field_type` or `request.field_value` with the field's path. */
export function readRequest(body: JsonObject, context: RequestContext = {}): ChatRequest {
  // Some surfaces name the model in the path (Azure's deployments).
  const placed = context.model === undefined ? body : { ...body, model: context.model };
  const wire: unknown = placed;
  validateRequest(wire);
  const request: ChatRequest = {
    model: wire.model,
    turns: readMessages(wire.messages),
    stream: wire.stream ?? context.stream ?? false,
  };
  assign(request, {
    tools: readTools(wire),
    toolChoice: readToolChoice(wire),
    parallelToolCalls: wire.parallel_tool_calls,
    output: readOutput(wire),
    reasoning: readReasoning(wire),
    maxOutputTokens: wire.max_completion_tokens ?? wire.max_tokens,
    temperature: wire.temperature,
    topP: wire.top_p,
    topK: wire.top_k,
    stop: typeof wire.stop === "string" ? [wire.stop] : wire.stop?.length ? wire.stop : null,
    seed: wire.seed,
    frequencyPenalty: wire.frequency_penalty,
    presencePenalty: wire.presence_penalty,
    logitBias: wire.logit_bias,
    logprobs: readLogprobs(wire),
    choices: wire.n === 1 ? null : wire.n,
    modalities: wire.modalities,
    audio: wire.audio && object(wire.audio),
    verbosity: wire.verbosity,
    serviceTier: wire.service_tier,
    streamUsage: wire.stream_options?.include_usage,
    user: wire.user,
    safetyIdentifier: wire.safety_identifier,
    promptCacheKey: wire.prompt_cache_key,
    metadata: wire.metadata,
    store: wire.store,
    cache: readMark(wire),
  });
  const fields = readExtra(placed);
  if (fields !== undefined) request.extra = { dialect: dialectName, fields };
  return request;
}

/** Sets what the client sent; a null is as good as nothing. */
function assign<T extends object>(target: T, values: { [K in keyof T]?: T[K] | null }): void {
  for (const key in values) {
    const value = values[key];
    if (value !== undefined && value !== null) target[key] = value;
  }
}

function readExtra(body: JsonObject): JsonObject | undefined {
  let fields: JsonObject | undefined;
  const keep = (key: string, value: Json) => {
    fields ??= {};
    fields[key] = value;
  };
  for (const key in body) {
    const value = body[key];
    if (value !== undefined && !canonical.has(key)) keep(key, value);
  }
  const { stream_options: options, response_format: format } = body;
  if (options instanceof Object && !Array.isArray(options)) {
    const { include_usage: _, ...rest } = options;
    if (Object.keys(rest).length > 0) keep("stream_options", rest);
  }
  if (format instanceof Object && !Array.isArray(format) && !isCommonFormat(format.type)) {
    keep("response_format", format);
  }
  return fields;
}

function isCommonFormat(type: Json | undefined): boolean {
  return type === "text" || type === "json_object" || type === "json_schema";
}

function readOutput({ response_format: format }: WireRequest): OutputFormat | undefined {
  if (format == null) return undefined;
  if (format.type === "text") return { type: "text" };
  if (format.type === "json_object") return { type: "json" };
  if (format.type !== "json_schema") return undefined;
  const { name, description, schema, strict } = format.json_schema;
  const output: OutputFormat = { type: "json-schema", schema: object(schema ?? {}) };
  if (name != null) output.name = name;
  if (description != null) output.description = description;
  if (strict != null) output.strict = strict;
  return output;
}

/** OpenAI's one field, and what other vendors' clients send; the more specific one wins. */
function readReasoning(wire: WireRequest): ReasoningOptions | undefined {
  const { reasoning, thinking } = wire;
  const options: ReasoningOptions = {};
  assign(options, {
    effort: wire.reasoning_effort ?? reasoning?.effort,
    budget: reasoning?.max_tokens ?? thinking?.budget_tokens ?? wire.thinking_budget,
    enabled: reasoning?.enabled ?? wire.enable_thinking,
    summary: reasoning?.exclude === true ? "none" : reasoning?.summary,
  });
  if (thinking != null) {
    options.enabled ??=
      thinking.type === "enabled" ? true : thinking.type === "disabled" ? false : "adaptive";
  }
  return Object.keys(options).length > 0 ? options : undefined;
}

function readLogprobs(wire: WireRequest): { top: number } | undefined {
  const { logprobs, top_logprobs: top } = wire;
  return logprobs === true || (logprobs == null && top) ? { top: top ?? 0 } : undefined;
}

function readTools(wire: WireRequest): Tool[] | undefined {
  const functions = (wire.functions ?? []).map(readFunction);
  const tools = [...(wire.tools ?? []).map(readTool), ...functions];
  return tools.length > 0 ? tools : undefined;
}

function readTool(wire: WireTool): Tool {
  const tool = isFunction(wire)
    ? readFunction(wire.function)
    : isCustom(wire)
      ? readCustom(wire.custom)
      : hosted(wire);
  const cache = "cache_control" in wire ? readMark(wire) : undefined;
  if (cache !== undefined) tool.cache = cache;
  return tool;
}

type FunctionTool = Extract<WireTool, { function: unknown }>;
type CustomTool = Extract<WireTool, { custom: unknown }>;

function isFunction(tool: WireTool): tool is FunctionTool {
  return tool.type === "function" || tool.type === undefined;
}

function isCustom(tool: WireTool): tool is CustomTool {
  return tool.type === "custom";
}

function hosted(wire: Exclude<WireTool, FunctionTool | CustomTool>): Tool {
  return { kind: "hosted", name: wire.type, dialect: dialectName, native: object(wire) };
}

function readFunction(wire: FunctionTool["function"]): Tool {
  const tool: Tool = { kind: "function", name: wire.name };
  if (wire.description != null) tool.description = wire.description;
  if (wire.parameters != null) tool.parameters = object(wire.parameters);
  if (wire.strict != null) tool.strict = wire.strict;
  return tool;
}

function readCustom(wire: CustomTool["custom"]): Tool {
  const tool: Tool = { kind: "custom", name: wire.name };
  if (wire.description != null) tool.description = wire.description;
  if (wire.format != null) {
    tool.dialect = dialectName;
    tool.native = object(wire.format);
  }
  return tool;
}

function readToolChoice(wire: WireRequest): ToolChoice | undefined {
  if (wire.tool_choice != null) return readChoice(wire.tool_choice);
  const legacy = wire.function_call;
  if (legacy == null) return undefined;
  return typeof legacy === "string" ? { type: legacy } : { type: "tool", name: legacy.name };
}

function readChoice(choice: WireToolChoice): ToolChoice {
  // `any` is Mistral's word for `required`.
  if (typeof choice === "string") return { type: choice === "any" ? "required" : choice };
  if ("function" in choice) return { type: "tool", name: choice.function.name };
  if ("custom" in choice) return { type: "tool", name: choice.custom.name, kind: "custom" };
  const native: ToolChoice = { type: "native", dialect: dialectName, value: object(choice) };
  if (!("allowed_tools" in choice)) return native;
  const names = choice.allowed_tools.tools.map(allowedName);
  if (!names.every((name) => name !== undefined)) return native;
  return { type: "allowed", mode: choice.allowed_tools.mode, names };
}

/** The name of a function or custom tool; undefined for a hosted tool, which has none. */
function allowedName(entry: Record<string, unknown>): string | undefined {
  const { type } = entry;
  if (type !== "function" && type !== "custom") return undefined;
  const named = type === "function" ? entry.function : entry.custom;
  if (named instanceof Object && "name" in named && typeof named.name === "string") {
    return named.name;
  }
  return typeof entry.name === "string" ? entry.name : undefined;
}
