/** A client's Responses request in canonical form. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, OutputFormat, Tool, ToolChoice, Turn } from "../../core/request.ts";
import type { RequestContext } from "../dialect.ts";
import { readInput } from "./read-input.ts";
import { isStrict } from "./strict-schema.ts";
import {
  dialectName,
  object,
  restOf,
  validateRequest,
  type WireRequest,
  type WireTool,
  type WireToolChoice,
} from "./wire.ts";

/** The entries of `include` that have a canonical form. */
export const logprobsInclude = "message.output_text.logprobs";
export const reasoningInclude = "reasoning.encrypted_content";

/** Fields that have a canonical form; all others are kept as they are, for this dialect to write back. */
const canonical: ReadonlySet<string> = new Set([
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "max_output_tokens",
  "temperature",
  "top_p",
  "store",
  "metadata",
  "service_tier",
  "prompt_cache_key",
  "safety_identifier",
  "user",
  "stream",
  // Kept in part:
  "text",
  "reasoning",
  "include",
  "top_logprobs",
]);

/**
 * Throws `request.field_missing`, `request.field_type` or `request.field_value` with the field's path.
 * `extra` is always there, if empty: it says that the request came in this dialect, whose defaults
 * (`store`, `strict`) are not chat's.
 */
export function readRequest(body: JsonObject, context: RequestContext = {}): ChatRequest {
  const placed = context.model === undefined ? body : { ...body, model: context.model };
  const wire: unknown = placed;
  validateRequest(wire);
  const request: ChatRequest = {
    model: wire.model,
    turns: readTurns(wire),
    stream: wire.stream ?? context.stream ?? false,
  };
  const logprobs = wire.include?.includes(logprobsInclude);
  assign(request, {
    tools: wire.tools?.length ? wire.tools.map(readTool) : null,
    toolChoice: wire.tool_choice == null ? null : readChoice(wire.tool_choice),
    parallelToolCalls: wire.parallel_tool_calls,
    output: readOutput(wire),
    maxOutputTokens: wire.max_output_tokens,
    temperature: wire.temperature,
    topP: wire.top_p,
    logprobs: logprobs ? { top: wire.top_logprobs ?? 0 } : null,
    verbosity: wire.text?.verbosity,
    serviceTier: wire.service_tier,
    user: wire.user,
    safetyIdentifier: wire.safety_identifier,
    promptCacheKey: wire.prompt_cache_key,
    metadata: wire.metadata,
    store: wire.store,
    reasoningState: wire.include?.includes(reasoningInclude) || null,
  });
  const { effort, summary } = wire.reasoning ?? {};
  if (effort != null || summary != null) {
    request.reasoning = {};
    assign(request.reasoning, { effort, summary });
  }
  request.extra = { dialect: dialectName, fields: readExtra(placed, logprobs === true) };
  return request;
}

/** Sets what the client sent; a null is as good as nothing. */
function assign<T extends object>(target: T, values: { [K in keyof T]?: T[K] | null }): void {
  for (const key in values) {
    const value = values[key];
    if (value !== undefined && value !== null) target[key] = value;
  }
}

function readTurns({ instructions, input }: WireRequest): Turn[] {
  const turns: Turn[] = [];
  if (instructions != null && instructions !== "") {
    const parts: Turn["parts"] = [{ type: "text", text: instructions }];
    turns.push({ role: "system", parts, place: "instructions" });
  }
  if (typeof input === "string")
    turns.push({ role: "user", parts: [{ type: "text", text: input }] });
  else if (input != null) turns.push(...readInput(input));
  return turns;
}

const textFields: ReadonlySet<string> = new Set(["verbosity", "format"]);
const reasoningFields: ReadonlySet<string> = new Set(["effort", "summary"]);

function readExtra(body: JsonObject, logprobs: boolean): JsonObject {
  const fields: JsonObject = restOf(body, canonical) ?? {};
  const { text, reasoning, include, top_logprobs: top } = body;
  const keep = (key: string, value: Json | undefined) => {
    if (value !== undefined && value !== null) fields[key] = value;
  };
  if (isObject(text)) {
    const rest = restOf(text, textFields) ?? {};
    if (isObject(text.format) && !isCommonFormat(text.format.type)) rest.format = text.format;
    if (Object.keys(rest).length > 0) keep("text", rest);
  }
  if (isObject(reasoning)) keep("reasoning", restOf(reasoning, reasoningFields));
  if (Array.isArray(include)) {
    const others = include.filter(
      (entry) => entry !== logprobsInclude && entry !== reasoningInclude,
    );
    if (others.length > 0) keep("include", others);
  }
  if (!logprobs) keep("top_logprobs", top);
  return fields;
}

function isCommonFormat(type: Json | undefined): boolean {
  return type === "text" || type === "json_object" || type === "json_schema";
}

function readOutput(wire: WireRequest): OutputFormat | undefined {
  const format = wire.text?.format;
  if (format == null) return undefined;
  if (format.type === "text") return { type: "text" };
  if (format.type === "json_object") return { type: "json" };
  if (!("schema" in format)) return undefined;
  const { name, description, schema, strict } = format;
  const output: OutputFormat = { type: "json-schema", schema: object(schema) };
  if (name != null) output.name = name;
  if (description != null) output.description = description;
  if (strict != null) output.strict = strict;
  return output;
}

const functionFields: ReadonlySet<string> = new Set([
  "type",
  "name",
  "description",
  "parameters",
  "strict",
]);
const customFields: ReadonlySet<string> = new Set(["type", "name", "description", "format"]);

function readTool(wire: WireTool): Tool {
  const native = object(wire);
  if (isFunction(wire)) {
    const tool: Tool = { kind: "function", name: wire.name };
    if (wire.description != null) tool.description = wire.description;
    if (wire.parameters != null) tool.parameters = object(wire.parameters);
    // Functions are strict by default here, where their schema lets them be.
    // https://developers.openai.com/api/docs/guides/function-calling#strict-mode
    if (wire.strict != null) tool.strict = wire.strict;
    else if (tool.parameters !== undefined && isStrict(tool.parameters)) tool.strict = true;
    const rest = restOf(native, functionFields);
    if (rest !== undefined) {
      tool.dialect = dialectName;
      tool.native = rest;
    }
    return tool;
  }
  if (isCustom(wire) && restOf(native, customFields) === undefined) {
    const tool: Tool = { kind: "custom", name: wire.name };
    if (wire.description != null) tool.description = wire.description;
    if (wire.format != null) {
      tool.dialect = dialectName;
      tool.native = object(wire.format);
    }
    return tool;
  }
  // A custom tool of which more is said than its grammar can only be told here.
  const name = isCustom(wire) ? wire.name : wire.type;
  return { kind: "hosted", name, dialect: dialectName, native };
}

type FunctionTool = Extract<WireTool, { type: "function" }>;
type CustomTool = Extract<WireTool, { type: "custom" }>;

function isFunction(tool: WireTool): tool is FunctionTool {
  return tool.type === "function";
}

function isCustom(tool: WireTool): tool is CustomTool {
  return tool.type === "custom";
}

function readChoice(choice: WireToolChoice): ToolChoice {
  if (typeof choice === "string") return { type: choice };
  if ("name" in choice && choice.type === "function") return { type: "tool", name: choice.name };
  if ("name" in choice && choice.type === "custom") {
    return { type: "tool", name: choice.name, kind: "custom" };
  }
  const native: ToolChoice = { type: "native", dialect: dialectName, value: object(choice) };
  if (!("mode" in choice) || choice.type !== "allowed_tools") return native;
  const names = choice.tools.map(({ type, name }) =>
    (type === "function" || type === "custom") && typeof name === "string" ? name : undefined,
  );
  if (!names.every((name) => name !== undefined)) return native;
  return { type: "allowed", mode: choice.mode, names };
}
