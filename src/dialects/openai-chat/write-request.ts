/** A canonical request as a vendor of OpenAI's chat format is to receive it. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { ChatRequest, OutputFormat, Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { Warnings } from "./warnings.ts";
import { dialectName } from "./wire.ts";
import { writeMessages } from "./write-messages.ts";
import { notExpressible, type Scope, writeMark } from "./write-parts.ts";
import { writeReasoningOptions } from "./write-reasoning.ts";

/** Throws `request.not_expressible` with the path of what this vendor cannot be told. */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const scope: Scope = { context, warnings: new Warnings() };
  const body: JsonObject = { model: context.model, messages: writeMessages(request.turns, scope) };
  const set = (key: string, value: Json | undefined) => {
    if (value !== undefined) body[key] = value;
  };
  set("max_completion_tokens", request.maxOutputTokens);
  set("temperature", limitTemperature(request.temperature, scope));
  set("top_p", request.topP);
  set("top_k", request.topK);
  set("frequency_penalty", request.frequencyPenalty);
  set("presence_penalty", request.presencePenalty);
  set("n", request.choices);
  set("seed", request.seed);
  set("stop", checkStop(request.stop, context));
  set("logit_bias", request.logitBias);
  if (request.logprobs !== undefined) {
    body.logprobs = true;
    if (request.logprobs.top > 0) body.top_logprobs = request.logprobs.top;
  }
  set(
    "tools",
    request.tools?.map((tool, index) => writeTool(tool, `tools[${index}]`, scope)),
  );
  set("tool_choice", request.toolChoice && writeChoice(request.toolChoice, request, scope));
  set("parallel_tool_calls", request.parallelToolCalls);
  if (request.output !== undefined) writeOutput(request.output, body, scope);
  if (request.reasoning !== undefined) writeReasoningOptions(request.reasoning, body, scope);
  set("verbosity", request.verbosity);
  set("modalities", request.modalities);
  set("audio", request.audio);
  set("service_tier", request.serviceTier);
  set("store", request.store);
  set("metadata", request.metadata);
  set("user", request.user);
  set("safety_identifier", request.safetyIdentifier);
  set("prompt_cache_key", request.promptCacheKey);
  Object.assign(body, writeMark(request.cache, scope));
  writeExtra(request, body, scope);
  writeStream(request, body, scope);
  applyNames(body, scope);
  return { body, warnings: scope.warnings.list };
}

/** Usage is asked for whenever the vendor can be asked: the ledger needs it, whatever the client wants to see. */
function writeStream(request: ChatRequest, body: JsonObject, scope: Scope): void {
  const kept = body.stream_options;
  delete body.stream_options;
  body.stream = request.stream;
  if (!request.stream) return;
  const options: JsonObject = kept instanceof Object && !Array.isArray(kept) ? kept : {};
  if ((scope.context.manners?.streamUsage ?? "option") === "option") {
    body.stream_options = { ...options, include_usage: true };
  } else if (Object.keys(options).length > 0) body.stream_options = options;
}

function writeExtra(request: ChatRequest, body: JsonObject, scope: Scope): void {
  if (request.extra === undefined) return;
  const { dialect, fields } = request.extra;
  for (const [key, value] of Object.entries(fields)) {
    if (dialect === dialectName) body[key] = value;
    else scope.warnings.add("field_dropped", `${key} has no place in chat and was left out.`, key);
  }
}

/** The vendor's names for fields, and what it refuses. */
function applyNames(body: JsonObject, scope: Scope): void {
  const { rename = {}, refuses = [] } = scope.context.manners ?? {};
  for (const [from, to] of Object.entries(rename)) {
    const value = body[from];
    if (value === undefined) continue;
    delete body[from];
    body[to] ??= value;
  }
  for (const field of refuses) {
    if (body[field] === undefined) continue;
    delete body[field];
    scope.warnings.add("field_dropped", `This provider takes no ${field}; it was left out.`, field);
  }
}

function limitTemperature(temperature: number | undefined, scope: Scope): number | undefined {
  const highest = scope.context.manners?.maxTemperature;
  if (temperature === undefined || highest === undefined || temperature <= highest) {
    return temperature;
  }
  scope.warnings.add(
    "temperature_limited",
    `This provider takes temperatures up to ${highest}; ${temperature} was sent as ${highest}.`,
    "temperature",
  );
  return highest;
}

/** A stop sequence left out would change the answer, so too many are refused. */
function checkStop(stop: string[] | undefined, { manners }: WriteContext): string[] | undefined {
  const most = manners?.maxStop;
  if (stop !== undefined && most !== undefined && stop.length > most) {
    throw notExpressible("stop", `This provider takes at most ${most} stop sequences`);
  }
  return stop;
}

function writeTool(tool: Tool, path: string, scope: Scope): JsonObject {
  if (tool.kind === "hosted") {
    if (tool.dialect === dialectName && tool.native !== undefined) return tool.native;
    throw new Failure("capability.hosted_tool", {
      message: `The hosted tool ${tool.name} is not known to this provider (${path}).`,
      param: path,
    });
  }
  const definition: JsonObject = { name: tool.name };
  if (tool.description !== undefined) definition.description = tool.description;
  const mark = writeMark(tool.cache, scope);
  if (tool.kind === "custom") {
    if (tool.native !== undefined) definition.format = customFormat(tool.native);
    return { type: "custom", custom: definition, ...mark };
  }
  if (tool.parameters !== undefined) definition.parameters = tool.parameters;
  if (tool.strict !== undefined) definition.strict = tool.strict;
  return { type: "function", function: definition, ...mark };
}

/** The Responses API has the grammar's fields beside its type; chat has them one level down. */
function customFormat(native: JsonObject): JsonObject {
  const { type, syntax, definition } = native;
  if (type !== "grammar" || syntax === undefined || definition === undefined) return native;
  return { type, grammar: { syntax, definition } };
}

function writeChoice(choice: ToolChoice, request: ChatRequest, scope: Scope): Json {
  switch (choice.type) {
    case "required":
      return scope.context.manners?.requiredToolChoice ?? "required";
    case "tool":
      return named(choice.name, choice.kind ?? kindOf(choice.name, request));
    case "allowed": {
      const tools = choice.names.map((name) => named(name, kindOf(name, request)));
      return { type: "allowed_tools", allowed_tools: { mode: choice.mode, tools } };
    }
    case "native":
      if (choice.dialect === dialectName) return choice.value;
      throw notExpressible("tool_choice", `Only ${choice.dialect} can express this tool choice`);
    default:
      return choice.type;
  }
}

function kindOf(name: string, request: ChatRequest): "function" | "custom" {
  const tool = request.tools?.find((each) => each.name === name);
  return tool?.kind === "custom" ? "custom" : "function";
}

function named(name: string, kind: "function" | "custom"): JsonObject {
  return kind === "custom"
    ? { type: "custom", custom: { name } }
    : { type: "function", function: { name } };
}

function writeOutput(output: OutputFormat, body: JsonObject, scope: Scope): void {
  if (output.type !== "json-schema") {
    body.response_format = { type: output.type === "json" ? "json_object" : "text" };
    return;
  }
  const form = scope.context.manners?.jsonSchema ?? "response_format";
  if (form === "response_format") {
    const schema: JsonObject = { name: output.name ?? "answer", schema: output.schema };
    if (output.description !== undefined) schema.description = output.description;
    if (output.strict !== undefined) schema.strict = output.strict;
    body.response_format = { type: "json_schema", json_schema: schema };
    return;
  }
  if (form === "json_object") body.response_format = { type: "json_object" };
  const instruction: JsonObject = {
    role: "system",
    content: `Answer with one JSON object and nothing else. It must fit this JSON Schema:\n${JSON.stringify(output.schema)}`,
  };
  if (Array.isArray(body.messages)) body.messages = [instruction, ...body.messages];
  scope.warnings.add(
    "json_schema_emulated",
    "This provider takes no JSON Schema; it was sent as an instruction and is not enforced.",
    "response_format",
  );
}
