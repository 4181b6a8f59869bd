/** A canonical request as a provider of the Responses API is to receive it. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, ReasoningOptions } from "../../core/request.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { leaveOutRefused } from "../manners.ts";
import { logprobsInclude, reasoningInclude } from "./read-request.ts";
import { writeInput } from "./write-input.ts";
import { writeChoice, writeTools } from "./write-tools.ts";
import { onlyInChat, Writing } from "./writing.ts";

/**
 * Throws `request.not_expressible`, `capability.hosted_tool`, and `model.responses_only` for what chat has,
 * this API lacks and nobody may drop (`stop`, `prediction`, `n`, spoken answers), with the field's path.
 */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const writing = new Writing(request, context);
  refuse(request);
  const { instructions, items } = writeInput(request.turns, writing);
  const body: JsonObject = { model: context.model };
  const set = (key: string, value: Json | undefined) => {
    if (value !== undefined) body[key] = value;
  };
  set("instructions", instructions);
  // A stored prompt or conversation may be all the input there is.
  if (items.length > 0 || !writing.own) body.input = items;
  const extra = writeExtra(writing);
  const tools = [...(writeTools(writing) ?? []), ...webSearch(request)];
  if (tools.length > 0) body.tools = tools;
  set("tool_choice", request.toolChoice && writeChoice(request.toolChoice, writing));
  set("parallel_tool_calls", request.parallelToolCalls);
  set("max_output_tokens", writeLimit(writing));
  set("temperature", request.temperature);
  set("top_p", request.topP);
  if (request.logprobs && request.logprobs.top > 0) body.top_logprobs = request.logprobs.top;
  set("service_tier", request.serviceTier);
  // Kept by the provider unless told otherwise; chat's clients expect the opposite.
  set("store", request.store ?? (writing.own ? undefined : false));
  set("metadata", request.metadata);
  set("user", request.user);
  set("safety_identifier", request.safetyIdentifier);
  set("prompt_cache_key", request.promptCacheKey);
  Object.assign(body, extra);
  merge(body, "text", writeText(request));
  merge(body, "reasoning", request.reasoning && writeReasoning(request.reasoning, writing));
  const include = writeInclude(writing, extra.include, body.store);
  if (include.length > 0) body.include = include;
  body.stream = request.stream;
  warnOfTheRest(writing);
  leaveOutRefused(body, context.manners, (name) => {
    writing.warn("field_dropped", `This provider takes no ${name}; it was left out.`, name);
  });
  return { body, warnings: writing.warnings };
}

/** What no warning could make good. https://developers.openai.com/api/docs/guides/migrate-to-responses */
function refuse(request: ChatRequest): void {
  const { choices, stop, modalities, extra } = request;
  if (choices !== undefined && choices > 1) {
    throw onlyInChat(
      "n",
      "The model is served by the Responses API, which gives one answer a request.",
    );
  }
  if (stop !== undefined && stop.length > 0) {
    throw onlyInChat(
      "stop",
      "The model is served by the Responses API, which has no stop sequences.",
    );
  }
  if (modalities?.some((modality) => modality !== "text")) {
    throw onlyInChat(
      "modalities",
      "The model is served by the Responses API, which answers in text.",
    );
  }
  if (extra?.dialect === "openai-chat" && extra.fields.prediction !== undefined) {
    throw onlyInChat(
      "prediction",
      "The model is served by the Responses API, which takes no prediction.",
    );
  }
}

/** Fields that chat and Responses share, and have no canonical form. */
const sharedWithChat: ReadonlySet<string> = new Set([
  "prompt_cache_retention",
  "prompt_cache_options",
  "moderation",
]);
const written: ReadonlySet<string> = new Set(["web_search_options", "stream_options"]);

function writeExtra(writing: Writing): JsonObject {
  const { extra } = writing.request;
  if (extra === undefined) return {};
  if (writing.own) return { ...extra.fields };
  const fields: JsonObject = {};
  const chat = extra.dialect === "openai-chat";
  for (const [key, value] of Object.entries(extra.fields)) {
    if (chat && sharedWithChat.has(key)) fields[key] = value;
    else if (!chat || !written.has(key)) {
      writing.warn("field_dropped", `${key} has no place in Responses and was left out.`, key);
    }
  }
  const options = chat ? extra.fields.stream_options : undefined;
  if (writing.request.stream && isObject(options)) fields.stream_options = options;
  return fields;
}

/** Chat's way of asking for web search. https://developers.openai.com/api/docs/guides/tools-web-search */
function webSearch({ extra }: ChatRequest): JsonObject[] {
  const options = extra?.dialect === "openai-chat" ? extra.fields.web_search_options : undefined;
  if (!isObject(options)) return [];
  const { user_location: location, ...rest } = options;
  const tool: JsonObject = { type: "web_search", ...rest };
  if (isObject(location)) {
    const { approximate, ...place } = location;
    tool.user_location = isObject(approximate) ? { ...place, ...approximate } : place;
  }
  return [tool];
}

const leastOutput = 16;

/** The API refuses a limit below 16, which chat takes. */
function writeLimit(writing: Writing): number | undefined {
  const { maxOutputTokens: limit } = writing.request;
  if (limit === undefined || limit >= leastOutput || writing.own) return limit;
  writing.warn(
    "max_output_tokens_raised",
    `The provider takes no limit below ${leastOutput} output tokens; ${limit} was sent as ${leastOutput}.`,
    "max_completion_tokens",
  );
  return leastOutput;
}

function writeText({ output, verbosity }: ChatRequest): JsonObject | undefined {
  const text: JsonObject = {};
  if (output?.type === "text") text.format = { type: "text" };
  else if (output?.type === "json") text.format = { type: "json_object" };
  else if (output !== undefined) {
    const { name = "answer", description, schema, strict } = output;
    const format: JsonObject = { type: "json_schema", name, schema };
    if (description !== undefined) format.description = description;
    if (strict !== undefined) format.strict = strict;
    text.format = format;
  }
  if (verbosity !== undefined) text.verbosity = verbosity;
  return Object.keys(text).length > 0 ? text : undefined;
}

function writeReasoning(options: ReasoningOptions, writing: Writing): JsonObject | undefined {
  const { budget, enabled } = options;
  const reasoning: JsonObject = {};
  const effort = effortOf(options);
  if (effort !== undefined) reasoning.effort = effort;
  if (budget) {
    const became = options.effort === undefined ? `was sent as effort "${effort}"` : "was left out";
    writing.warn("reasoning_approximated", `A budget of ${budget} tokens ${became}.`, "reasoning");
  }
  // Who switches thinking on in another format is shown the thought.
  const shown = enabled === true || enabled === "adaptive" || Boolean(budget);
  const summary = options.summary ?? (shown ? "auto" : undefined);
  if (summary !== undefined && summary !== "none") reasoning.summary = summary;
  return Object.keys(reasoning).length > 0 ? reasoning : undefined;
}

/** A budget as the nearest effort: the steps are those at which vendors of both kinds place theirs. */
function effortOf({ effort, budget, enabled }: ReasoningOptions): string | undefined {
  if (effort !== undefined) return effort;
  if (enabled === false || budget === 0) return "none";
  if (budget !== undefined) return budget <= 2048 ? "low" : budget <= 8192 ? "medium" : "high";
  return enabled === true ? "medium" : undefined;
}

/** OpenAI's models that do not reason refuse to be asked for encrypted reasoning. */
const withoutReasoning = /^(gpt-[34]|chatgpt-|gpt-5(\.\d+)?-chat|gpt-audio|gpt-realtime)/;

/** Unless the provider keeps the answer, its reasoning comes back only where it is in the answer itself. */
function writeInclude(writing: Writing, kept: Json | undefined, store: Json | undefined): Json[] {
  const include = Array.isArray(kept) ? [...kept] : [];
  if (writing.request.logprobs !== undefined) include.push(logprobsInclude);
  const model = writing.context.model.replace(/^.*\//, "");
  const unasked = !writing.own && store === false && !withoutReasoning.test(model);
  if (writing.request.reasoningState || unasked) include.push(reasoningInclude);
  return include;
}

/** Canonical fields that Responses does not have, with the name that clients know. */
const notCarried = [
  ["topK", "top_k"],
  ["seed", "seed"],
  ["frequencyPenalty", "frequency_penalty"],
  ["presencePenalty", "presence_penalty"],
  ["logitBias", "logit_bias"],
  ["audio", "audio"],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

function warnOfTheRest(writing: Writing): void {
  const { request } = writing;
  for (const [field, name] of notCarried) {
    if (request[field] === undefined) continue;
    writing.warn("field_dropped", `${name} has no place in Responses and was left out.`, name);
  }
  if (request.cache !== undefined) {
    writing.warn(
      "cache_marks_dropped",
      "This provider caches prompts by itself; the marks were left out.",
    );
  }
}

/** Joins fields to an object of the body that may hold others already. */
function merge(body: JsonObject, key: string, fields: JsonObject | undefined): void {
  if (fields === undefined) return;
  const before = body[key];
  body[key] = isObject(before) ? { ...before, ...fields } : fields;
}
