/** A canonical request as Cohere's. https://docs.cohere.com/reference/chat */
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { leaveOutRefused } from "../manners.ts";
import { cannotThink } from "./models.ts";
import { DIALECT } from "./wire.ts";
import { writeMessages } from "./write-messages.ts";
import { writeTools } from "./write-tools.ts";
import { notExpressible, Writing } from "./writing.ts";

/**
 * Writes a request. A client that spoke this dialect has its words sent as they were; any other's are put
 * into what Cohere takes, each change with a warning.
 * Throws `request.not_expressible` and `capability.hosted_tool` with the field's path.
 */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const writing = new Writing(request, context);
  refuse(request);
  const extra = writeExtra(writing);
  const tools = writeTools(writing);
  const output = writeOutput(writing, tools.tools !== undefined);
  const messages = writeMessages(writing, [...tools.instructions, ...output.instructions]);
  const body: JsonObject = { ...extra, model: context.model, messages, stream: request.stream };
  if (tools.tools !== undefined) body.tools = tools.tools;
  if (tools.strict !== undefined) body.strict_tools = tools.strict;
  if (tools.choice !== undefined) body.tool_choice = tools.choice;
  if (output.format !== undefined) body.response_format = output.format;
  const thinking = writeThinking(writing);
  if (thinking !== undefined) body.thinking = thinking;
  writeSampling(writing, body);
  if (writing.documents.length > 0) {
    const before = Array.isArray(body.documents) ? body.documents : [];
    body.documents = [...before, ...writing.documents];
  }
  warnOfTheRest(writing);
  leaveOutRefused(body, context.manners, (name) => {
    writing.warn("parameter_not_carried", name, `The provider takes no \`${name}\`.`);
  });
  return { body, warnings: writing.warnings };
}

/** What no warning could make good. */
function refuse(request: ChatRequest): void {
  if (request.choices !== undefined && request.choices > 1) {
    throw notExpressible("n", "Cohere gives one answer a request.");
  }
  if (request.modalities?.some((modality) => modality !== "text")) {
    throw notExpressible("modalities", "Cohere answers in text.");
  }
}

interface WrittenOutput {
  format?: JsonObject;
  instructions: string[];
}

/** https://docs.cohere.com/docs/structured-outputs: not together with tools. */
function writeOutput(writing: Writing, withTools: boolean): WrittenOutput {
  const { output } = writing.request;
  if (output === undefined) return { instructions: [] };
  if (output.type === "text") {
    return writing.own ? { format: { type: "text" }, instructions: [] } : { instructions: [] };
  }
  const schema = output.type === "json-schema" ? output.schema : undefined;
  if (!writing.own && withTools) {
    writing.warn(
      "emulated",
      "response_format",
      "Cohere takes no output format together with tools; it is asked for in the system prompt.",
    );
    const fits = schema === undefined ? "object" : `value that fits ${JSON.stringify(schema)}`;
    return { instructions: [`Give your final answer as one JSON ${fits} and nothing else.`] };
  }
  if (schema === undefined) return { format: { type: "json_object" }, instructions: [] };
  return { format: { type: "json_object", json_schema: schema }, instructions: [] };
}

/** https://docs.cohere.com/docs/reasoning: on or off, and a budget; no effort. */
function writeThinking(writing: Writing): JsonObject | undefined {
  const { reasoning } = writing.request;
  if (reasoning === undefined) return undefined;
  const { enabled, effort, budget } = reasoning;
  if (writing.own) {
    const thinking: JsonObject = { type: enabled === false ? "disabled" : "enabled" };
    if (budget !== undefined) thinking.token_budget = budget;
    return thinking;
  }
  const off = enabled === false || effort === "none" || budget === 0;
  if (cannotThink(writing.context.model)) {
    if (!off)
      writing.warn("parameter_not_carried", "reasoning_effort", "The model does not think.");
    return undefined;
  }
  if (off) return { type: "disabled" };
  if (enabled === undefined && effort === undefined && budget === undefined) return undefined;
  if (effort !== undefined && budget === undefined) {
    writing.warn(
      "parameter_changed",
      "reasoning_effort",
      "Cohere has no effort: thinking was switched on without a budget.",
    );
  }
  return budget === undefined ? { type: "enabled" } : { type: "enabled", token_budget: budget };
}

function writeSampling(writing: Writing, body: JsonObject): void {
  const { request, own } = writing;
  const put = (name: string, value: number | string[] | undefined) => {
    if (value !== undefined) body[name] = value;
  };
  put("max_tokens", request.maxOutputTokens);
  put("seed", request.seed);
  put("k", request.topK);
  const bounded = (name: string, value: number | undefined, least: number, most: number) => {
    if (value === undefined) return;
    const sent = own ? value : Math.min(most, Math.max(least, value));
    body[name] = sent;
    if (sent === value) return;
    writing.warn("parameter_changed", name, `\`${name}\` was sent as ${sent}: Cohere's bound.`);
  };
  bounded("temperature", request.temperature, 0, writing.context.manners?.maxTemperature ?? 1);
  bounded("p", request.topP, 0.01, 0.99);
  bounded("frequency_penalty", request.frequencyPenalty, 0, 1);
  bounded("presence_penalty", request.presencePenalty, 0, 1);
  writeStop(writing, body);
  if (request.logprobs === undefined) return;
  body.logprobs = true;
  if (request.logprobs.top > 0) {
    writing.warn("parameter_not_carried", "top_logprobs", "Cohere gives no alternative tokens.");
  }
}

const MOST_STOPS = 5;

function writeStop(writing: Writing, body: JsonObject): void {
  const { stop } = writing.request;
  if (stop === undefined) return;
  const most = writing.context.manners?.maxStop ?? MOST_STOPS;
  if (writing.own || stop.length <= most) {
    body.stop_sequences = stop;
    return;
  }
  body.stop_sequences = stop.slice(0, most);
  writing.warn("parameter_changed", "stop", `Cohere takes ${most} stop sequences at most.`);
}

function writeExtra(writing: Writing): JsonObject {
  const { extra } = writing.request;
  if (extra === undefined) return {};
  if (extra.dialect === DIALECT) return extra.fields;
  for (const name of Object.keys(extra.fields)) {
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Cohere's API.`);
  }
  return {};
}

/** Canonical fields that Cohere does not have, with the name that clients know. */
const notCarried = [
  ["logitBias", "logit_bias"],
  ["audio", "audio"],
  ["verbosity", "verbosity"],
  ["serviceTier", "service_tier"],
  ["user", "user"],
  ["safetyIdentifier", "safety_identifier"],
  ["promptCacheKey", "prompt_cache_key"],
  ["metadata", "metadata"],
  ["cache", "cache_control"],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

function warnOfTheRest(writing: Writing): void {
  const { request } = writing;
  for (const [field, name] of notCarried) {
    const value = request[field];
    if (value === undefined || (field === "serviceTier" && value === "auto")) continue;
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Cohere's API.`);
  }
  if (request.store === true) {
    writing.warn("parameter_not_carried", "store", "Cohere does not keep answers for later.");
  }
  if (request.parallelToolCalls === false) {
    writing.warn(
      "parameter_not_carried",
      "parallel_tool_calls",
      "Cohere cannot forbid parallel tool calls.",
    );
  }
}
