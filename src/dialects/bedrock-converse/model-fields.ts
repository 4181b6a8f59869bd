/**
 * `additionalModelRequestFields`: what a model takes beyond Converse's own fields. Only what the model's
 * rules name has a canonical form; the rest is kept as it is.
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, ReasoningOptions } from "../../core/request.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { type ModelRules, rulesFor } from "./models.ts";

/** Moves what has a canonical form into the request; returns what is left. */
export function readModelFields(fields: JsonObject, request: ChatRequest): JsonObject | undefined {
  const rules = rulesFor(request.model);
  let left: JsonObject | undefined = fields;
  if (rules.topK !== undefined) left = readTopK(left, rules.topK, request);
  const reasoning: ReasoningOptions = { ...request.reasoning };
  left = left === undefined ? undefined : readers[rules.reasoning](left, reasoning);
  if (Object.keys(reasoning).length > 0) request.reasoning = reasoning;
  return left;
}

function readTopK(
  fields: JsonObject,
  path: readonly string[],
  request: ChatRequest,
): JsonObject | undefined {
  const [first, second] = path;
  if (first === undefined) return fields;
  const outer = fields[first];
  const value = second === undefined ? outer : isObject(outer) ? outer[second] : undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) return fields;
  request.topK = value;
  const rest = restOf(fields, new Set([first]));
  if (second === undefined || !isObject(outer)) return rest;
  const inner = restOf(outer, new Set([second]));
  return inner === undefined ? rest : { ...rest, [first]: inner };
}

type Reader = (fields: JsonObject, reasoning: ReasoningOptions) => JsonObject | undefined;

const readers: Readonly<Record<ModelRules["reasoning"], Reader>> = {
  thinking: readThinking,
  reasoningConfig: readNova,
  reasoning_config: (fields, reasoning) => readEffort(fields, "reasoning_config", reasoning),
  reasoning_effort: (fields, reasoning) => readEffort(fields, "reasoning_effort", reasoning),
  none: (fields) => restOf(fields, new Set()),
};

function readEffort(
  fields: JsonObject,
  name: string,
  reasoning: ReasoningOptions,
): JsonObject | undefined {
  const effort = fields[name];
  if (typeof effort !== "string") return fields;
  reasoning.effort = effort;
  return restOf(fields, new Set([name]));
}

const displays: Readonly<Record<string, string>> = { summarized: "auto", omitted: "none" };
const thinkingTypes: Readonly<Record<string, ReasoningOptions["enabled"]>> = {
  enabled: true,
  disabled: false,
  adaptive: "adaptive",
};

/** Claude's `thinking` and `output_config.effort`, as its own API has them. */
function readThinking(fields: JsonObject, reasoning: ReasoningOptions): JsonObject | undefined {
  let left: JsonObject = fields;
  const read = isObject(fields.thinking) ? thinking(fields.thinking) : undefined;
  if (read !== undefined) {
    Object.assign(reasoning, read);
    left = restOf(left, new Set(["thinking"])) ?? {};
  }
  const output = left.output_config;
  if (isObject(output) && typeof output.effort === "string") {
    reasoning.effort = output.effort;
    const inner = restOf(output, new Set(["effort"]));
    left = restOf(left, new Set(["output_config"])) ?? {};
    if (inner !== undefined) left = { ...left, output_config: inner };
  }
  return restOf(left, new Set());
}

/** Nothing where the object says more than the canonical form can. */
function thinking(value: JsonObject): ReasoningOptions | undefined {
  const { type, budget_tokens: budget, display } = value;
  if (typeof type !== "string" || !Object.hasOwn(thinkingTypes, type)) return undefined;
  if (restOf(value, new Set(["type", "budget_tokens", "display"])) !== undefined) return undefined;
  const read: ReasoningOptions = {};
  const enabled = thinkingTypes[type];
  if (enabled !== undefined) read.enabled = enabled;
  if (typeof budget === "number") read.budget = budget;
  const summary = summaryOf(display);
  if (summary === null) return undefined;
  if (summary !== undefined) read.summary = summary;
  return read;
}

/** Null for a word that is not known. */
function summaryOf(display: Json | undefined): string | null | undefined {
  if (display === undefined || display === null) return undefined;
  return typeof display === "string" && Object.hasOwn(displays, display)
    ? (displays[display] ?? null)
    : null;
}

function readNova(fields: JsonObject, reasoning: ReasoningOptions): JsonObject | undefined {
  const config = fields.reasoningConfig;
  if (!isObject(config)) return fields;
  const { type, maxReasoningEffort: effort } = config;
  if (type !== "enabled" && type !== "disabled") return fields;
  if (restOf(config, new Set(["type", "maxReasoningEffort"])) !== undefined) return fields;
  reasoning.enabled = type === "enabled";
  if (typeof effort === "string") reasoning.effort = effort;
  return restOf(fields, new Set(["reasoningConfig"]));
}
