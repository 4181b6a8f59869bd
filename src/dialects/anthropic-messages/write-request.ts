/** A canonical request as a Messages request. https://platform.claude.com/docs/en/api/messages/create */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { leaveOutRefused } from "../manners.ts";
import { adaptSchema } from "./json-schema.ts";
import { cacheControl, DIALECT } from "./wire.ts";
import { type Message, writeTurns } from "./write-messages.ts";
import { type WrittenReasoning, writeReasoning } from "./write-reasoning.ts";
import { writeTools } from "./write-tools.ts";
import { notExpressible, Writing } from "./writing.ts";

/**
 * Writes a request. A client that spoke this dialect has its words sent as they were; any other's are put
 * into what the model takes (`models.ts`), each change with a warning.
 * Throws `request.not_expressible`, `tool.arguments_unrepresentable`, `capability.hosted_tool` and
 * `capability.tool_choice_required` with the field's path.
 */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const writing = new Writing(request, context);
  refuse(request);
  const output = writeOutput(writing);
  const turns = writeTurns(writing, output.instructions);
  const maxTokens = writeMaxTokens(writing);
  const reasoning = writeReasoning(writing, turns.messages, maxTokens);

  const { betas, ...extra } = writeExtra(writing);
  const body: JsonObject = {
    ...extra,
    model: context.model,
    max_tokens: maxTokens,
    messages: turns.messages.map(writeMessage),
  };
  if (turns.system.length > 0) body.system = turns.system;
  Object.assign(body, writeTools(writing), writeSampling(writing, reasoning));
  if (request.stop !== undefined) writeStop(request.stop, body, writing);
  if (request.stream || writing.own) body.stream = request.stream;
  writeSettings(writing, body);
  merge(body, "thinking", reasoning.thinking);
  merge(
    body,
    "output_config",
    reasoning.effort === undefined ? undefined : { effort: reasoning.effort },
  );
  merge(body, "output_config", output.format === undefined ? undefined : { format: output.format });
  warnOfTheRest(writing);
  leaveOutRefused(body, context.manners, (name) => {
    writing.warn("parameter_not_carried", name, `The provider takes no \`${name}\`.`);
  });
  const headers = writeBetas(betas);
  return { body, warnings: writing.warnings, ...(headers === undefined ? {} : { headers }) };
}

/** What no warning could make good. */
function refuse(request: ChatRequest): void {
  if (request.choices !== undefined && request.choices > 1) {
    throw notExpressible("n", "Claude gives one answer a request.");
  }
  if (request.modalities?.some((modality) => modality !== "text")) {
    throw notExpressible("modalities", "Claude answers in text.");
  }
}

function writeMessage(message: Message): JsonObject {
  const { role, content, rest } = message;
  const only = content.length === 1 ? content[0] : undefined;
  const plain = only !== undefined && only.type === "text" && Object.keys(only).length === 2;
  const written: JsonObject = { role, content: plain ? (only.text ?? "") : content };
  return rest === undefined ? written : { ...written, ...rest };
}

/** The API needs a limit; the model's own is the one that cuts nothing short. */
function writeMaxTokens(writing: Writing): number {
  const { maxOutputTokens } = writing.request;
  if (maxOutputTokens !== undefined) return maxOutputTokens;
  const { maxOutput } = writing.rules;
  writing.warn(
    "parameter_changed",
    "max_tokens",
    `Messages needs a token limit and none was given; ${maxOutput} was sent.`,
  );
  return maxOutput;
}

interface WrittenOutput {
  format?: JsonObject;
  instructions: string[];
}

/** https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
function writeOutput(writing: Writing): WrittenOutput {
  const { output } = writing.request;
  if (output === undefined || output.type === "text") return { instructions: [] };
  if (output.type === "json") {
    writing.warn("emulated", "response_format", "JSON mode is asked for in the system prompt.");
    return {
      instructions: ["Answer with one JSON object and nothing else: no prose and no code fence."],
    };
  }
  if (writing.own) {
    return { format: { type: "json_schema", schema: output.schema }, instructions: [] };
  }
  if (!writing.rules.structuredOutput) {
    writing.warn(
      "emulated",
      "response_format",
      "The JSON Schema is asked for in the system prompt.",
    );
    const schema = JSON.stringify(output.schema);
    return {
      instructions: [
        `Answer with one JSON value that fits this JSON Schema and nothing else, no prose and no code fence: ${schema}`,
      ],
    };
  }
  const adapted = adaptSchema(output.schema);
  if (adapted.changed) {
    writing.warn(
      "parameter_changed",
      "response_format.json_schema.schema",
      "The schema was put into what structured outputs take: objects closed, bounds moved into descriptions.",
    );
  }
  const { schema } = adapted;
  if (output.description !== undefined) schema.description ??= output.description;
  return { format: { type: "json_schema", schema }, instructions: [] };
}

/**
 * `temperature` ends at 1 here, not at 2. Newer models take no sampling parameters, others not two of them,
 * and none takes them while it thinks.
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility
 */
function writeSampling(writing: Writing, reasoning: WrittenReasoning): JsonObject {
  const { request, rules, own } = writing;
  const sampling: JsonObject = {};
  if (request.temperature !== undefined) sampling.temperature = request.temperature;
  if (request.topP !== undefined) sampling.top_p = request.topP;
  if (request.topK !== undefined) sampling.top_k = request.topK;
  if (own) return sampling;

  const leave = (name: string, message: string) => {
    if (sampling[name] === undefined) return;
    delete sampling[name];
    writing.warn("parameter_not_carried", name, message);
  };
  const most = writing.context.manners?.maxTemperature ?? 1;
  if (typeof sampling.temperature === "number" && sampling.temperature > most) {
    sampling.temperature = most;
    writing.warn(
      "parameter_changed",
      "temperature",
      `The temperature was lowered to ${most}, the highest here.`,
    );
  }
  const thinks = rules.alwaysThinks === true || isOn(reasoning.thinking);
  for (const name of ["temperature", "top_p", "top_k"]) {
    if (rules.sampling === "none") leave(name, `The model takes no ${name}.`);
    else if (thinks) leave(name, `The model takes no ${name} while it thinks.`);
  }
  if (rules.sampling === "one" && sampling.temperature !== undefined) {
    leave("top_p", "The model does not take top_p together with temperature.");
  }
  return sampling;
}

function isOn(thinking: JsonObject | undefined): boolean {
  return thinking !== undefined && thinking.type !== "disabled";
}

/** The API refuses stop sequences of white space alone. */
function writeStop(stop: readonly string[], body: JsonObject, writing: Writing): void {
  const sequences = writing.own ? [...stop] : stop.filter((sequence) => sequence.trim() !== "");
  if (sequences.length < stop.length) {
    writing.warn(
      "parameter_not_carried",
      "stop",
      "Claude takes no stop sequence of white space alone.",
    );
  }
  if (sequences.length > 0 || writing.own) body.stop_sequences = sequences;
}

/** Tiers of OpenAI's format: https://platform.claude.com/docs/en/api/service-tiers knows two. */
const tiers: Readonly<Record<string, string>> = {
  auto: "auto",
  priority: "auto",
  default: "standard_only",
  standard_only: "standard_only",
};

function writeSettings(writing: Writing, body: JsonObject): void {
  const { request, own } = writing;
  const user = request.user ?? request.safetyIdentifier;
  merge(body, "metadata", user === undefined ? undefined : { user_id: user });
  if (request.cache !== undefined) body.cache_control = cacheControl(request.cache);
  const { serviceTier } = request;
  if (serviceTier === undefined) return;
  const tier = own ? serviceTier : tiers[serviceTier];
  if (tier !== undefined) body.service_tier = tier;
  if (tier === undefined || (!own && serviceTier === "priority")) {
    writing.warn(
      "parameter_changed",
      "service_tier",
      `Claude has no service tier "${serviceTier}".`,
    );
  }
}

/** Joins fields to an object of the body that may hold others already. */
function merge(body: JsonObject, key: string, fields: JsonObject | undefined): void {
  if (fields === undefined) return;
  const before = body[key];
  // What was kept beside the canonical fields is the client's own word (`thinking.type: "between_tools"`).
  body[key] = isObject(before) ? { ...fields, ...before } : fields;
}

function writeExtra(writing: Writing): JsonObject {
  const { extra } = writing.request;
  if (extra === undefined) return {};
  if (extra.dialect === DIALECT) return extra.fields;
  for (const name of Object.keys(extra.fields)) {
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Messages.`);
  }
  return {};
}

/** SDKs take `betas` in the request and send it as a header. https://platform.claude.com/docs/en/api/beta-headers */
function writeBetas(betas: Json | undefined): Record<string, string> | undefined {
  if (!Array.isArray(betas) || betas.length === 0) return undefined;
  return { "anthropic-beta": betas.filter((beta) => typeof beta === "string").join(",") };
}

/** Canonical fields that Messages does not have, with the name that clients know. */
const notCarried = [
  ["seed", "seed"],
  ["frequencyPenalty", "frequency_penalty"],
  ["presencePenalty", "presence_penalty"],
  ["logitBias", "logit_bias"],
  ["logprobs", "logprobs"],
  ["audio", "audio"],
  ["verbosity", "verbosity"],
  ["promptCacheKey", "prompt_cache_key"],
  ["metadata", "metadata"],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

function warnOfTheRest(writing: Writing): void {
  const { request } = writing;
  for (const [field, name] of notCarried) {
    if (request[field] === undefined) continue;
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Messages.`);
  }
  if (request.store === true) {
    writing.warn("parameter_not_carried", "store", "Anthropic does not keep answers for later.");
  }
}
