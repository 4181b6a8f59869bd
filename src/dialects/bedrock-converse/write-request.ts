/** A canonical request as a Converse request. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { adaptSchema } from "../anthropic-messages/json-schema.ts";
import { rulesFor as claudeRules } from "../anthropic-messages/models.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { leaveOutRefused } from "../manners.ts";
import { DIALECT } from "./wire.ts";
import { type Message, writeTurns } from "./write-messages.ts";
import { writeModelFields } from "./write-model-fields.ts";
import { writeTools } from "./write-tools.ts";
import { notExpressible, Writing } from "./writing.ts";

/**
 * Writes a request; the model and whether to stream stand in the path. A client that spoke this dialect has
 * its words sent as they were; any other's are put into what the model takes, each change with a warning.
 * Throws `request.not_expressible`, `tool.arguments_unrepresentable`, `tool.schema_invalid`,
 * `capability.hosted_tool` and `capability.tool_choice_required` with the field's path.
 */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const writing = new Writing(request, context);
  refuse(request);
  const extra = writeExtra(writing);
  const output = writeOutput(writing);
  const tools = writeTools(writing);
  const turns = writeTurns(writing, [...output.instructions, ...tools.instructions]);
  const modelFields = writeModelFields(
    writing,
    turns.messages,
    objectOf(extra.additionalModelRequestFields),
  );
  const body: JsonObject = { ...extra, messages: turns.messages.map(writeMessage) };
  if (turns.system.length > 0) body.system = turns.system;
  merge(body, "inferenceConfig", writeInference(writing, modelFields));
  merge(body, "toolConfig", tools.config);
  merge(body, "outputConfig", output.config);
  if (Object.keys(modelFields).length > 0) body.additionalModelRequestFields = modelFields;
  writeSettings(writing, body);
  warnOfTheRest(writing);
  leaveOutRefused(body, context.manners, (name) => {
    writing.warn("parameter_not_carried", name, `The provider takes no \`${name}\`.`);
  });
  return { body, warnings: writing.warnings };
}

/** What no warning could make good. */
function refuse(request: ChatRequest): void {
  if (request.choices !== undefined && request.choices > 1) {
    throw notExpressible("n", "Bedrock gives one answer a request.");
  }
  if (request.modalities?.some((modality) => modality !== "text")) {
    throw notExpressible("modalities", "Converse answers in text.");
  }
}

function writeMessage({ role, content, rest }: Message): JsonObject {
  return { role, content, ...rest };
}

interface WrittenOutput {
  config?: JsonObject;
  instructions: string[];
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
function writeOutput(writing: Writing): WrittenOutput {
  const { output } = writing.request;
  if (output === undefined || output.type === "text") return { instructions: [] };
  if (output.type === "json") {
    writing.warn("emulated", "response_format", "JSON mode is asked for in the system prompt.");
    return {
      instructions: ["Answer with one JSON object and nothing else: no prose and no code fence."],
    };
  }
  if (!writing.own && !writing.rules.structuredOutput) {
    writing.warn(
      "emulated",
      "response_format",
      "The JSON Schema is asked for in the system prompt.",
    );
    return {
      instructions: [
        `Answer with one JSON value that fits this JSON Schema and nothing else, no prose and no code fence: ${JSON.stringify(output.schema)}`,
      ],
    };
  }
  const adapted = writing.own
    ? { schema: output.schema, changed: false }
    : adaptSchema(output.schema);
  if (adapted.changed) {
    writing.warn(
      "parameter_changed",
      "response_format.json_schema.schema",
      "The schema was put into what structured outputs take: objects closed, bounds moved into descriptions.",
    );
  }
  const jsonSchema: JsonObject = { schema: JSON.stringify(adapted.schema) };
  if (output.name !== undefined) jsonSchema.name = output.name;
  if (output.description !== undefined) jsonSchema.description = output.description;
  return {
    config: { textFormat: { type: "json_schema", structure: { jsonSchema } } },
    instructions: [],
  };
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html */
function writeInference(writing: Writing, modelFields: JsonObject): JsonObject | undefined {
  const { request, own, rules, context } = writing;
  const config: JsonObject = {};
  if (request.maxOutputTokens !== undefined) config.maxTokens = request.maxOutputTokens;
  if (request.temperature !== undefined) config.temperature = request.temperature;
  if (request.topP !== undefined) config.topP = request.topP;
  const stop = own ? request.stop : request.stop?.filter((sequence) => sequence.trim() !== "");
  if (stop !== undefined && (own || stop.length > 0)) config.stopSequences = stop;
  if (!own) {
    if (stop !== undefined && stop.length < (request.stop?.length ?? 0)) {
      writing.warn("parameter_not_carried", "stop", "A stop sequence of white space was left out.");
    }
    const most = context.manners?.maxTemperature ?? 1;
    if (request.temperature !== undefined && request.temperature > most) {
      config.temperature = most;
      writing.warn(
        "parameter_changed",
        "temperature",
        `The temperature was lowered to ${most}, the highest here.`,
      );
    }
    if (rules.reasoning === "thinking") forClaude(config, modelFields, writing);
    if (rules.reasoning === "reasoningConfig") forNova(config, modelFields, writing);
  }
  return Object.keys(config).length === 0 ? undefined : config;
}

/** Newer models take no sampling parameters, others not two of them, and none takes them while it thinks. */
function forClaude(config: JsonObject, modelFields: JsonObject, writing: Writing): void {
  const rules = claudeRules(writing.context.model);
  const { thinking } = modelFields;
  const on = isObject(thinking) && thinking.type !== "disabled";
  // A thinking budget must stay below the limit.
  if (isObject(thinking) && thinking.budget_tokens !== undefined) {
    config.maxTokens ??= rules.maxOutput;
  }
  const thinks = on || rules.alwaysThinks === true;
  const leave = (message: string, names: readonly string[]) => {
    for (const name of names) {
      const holder = name === "top_k" ? modelFields : config;
      const field = name === "top_p" ? "topP" : name;
      if (holder[field] === undefined) continue;
      delete holder[field];
      writing.warn("parameter_not_carried", name, message);
    }
  };
  if (rules.sampling === "none" || thinks) {
    const why = rules.sampling === "none" ? "" : " while it thinks";
    for (const name of ["temperature", "top_p", "top_k"]) {
      leave(`The model takes no ${name}${why}.`, [name]);
    }
  } else if (rules.sampling === "one" && config.temperature !== undefined) {
    leave("The model does not take top_p together with temperature.", ["top_p"]);
  }
}

/** At its highest effort Nova 2 takes neither a limit nor sampling parameters. */
function forNova(config: JsonObject, modelFields: JsonObject, writing: Writing): void {
  const { reasoningConfig } = modelFields;
  if (!isObject(reasoningConfig) || reasoningConfig.maxReasoningEffort !== "high") return;
  for (const [field, name] of [
    ["maxTokens", "max_tokens"],
    ["temperature", "temperature"],
    ["topP", "top_p"],
  ] as const) {
    if (config[field] === undefined) continue;
    delete config[field];
    writing.warn(
      "parameter_not_carried",
      name,
      `The model takes no ${name} at its highest effort.`,
    );
  }
}

/** Tiers of OpenAI's format, and Bedrock's own. https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html */
const tiers: ReadonlySet<string> = new Set(["default", "priority", "flex", "reserved"]);

function writeSettings(writing: Writing, body: JsonObject): void {
  const { serviceTier, metadata } = writing.request;
  if (metadata !== undefined) writeMetadata(metadata, body, writing);
  if (serviceTier === undefined || (serviceTier === "auto" && !writing.own)) return;
  if (writing.own || tiers.has(serviceTier)) body.serviceTier = { type: serviceTier };
  else {
    writing.warn(
      "parameter_not_carried",
      "service_tier",
      `Bedrock has no service tier "${serviceTier}".`,
    );
  }
}

/** Keys and values of 256 characters at most, of few kinds, and 16 of them; entries of another kind are left out. */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

function writeMetadata(metadata: Record<string, string>, body: JsonObject, writing: Writing): void {
  const entries = Object.entries(metadata);
  const fit = writing.own
    ? entries
    : entries
        .filter(([key, value]) => key !== "" && metadataText.test(key) && metadataText.test(value))
        .slice(0, 16);
  if (fit.length < entries.length) {
    writing.warn("parameter_not_carried", "metadata", "Some metadata has no form in Bedrock.");
  }
  if (fit.length > 0 || writing.own) body.requestMetadata = Object.fromEntries(fit);
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Joins fields to an object of the body that may hold others already. */
function merge(body: JsonObject, key: string, fields: JsonObject | undefined): void {
  if (fields === undefined) return;
  body[key] = { ...fields, ...objectOf(body[key]) };
}

function writeExtra(writing: Writing): JsonObject {
  const { extra } = writing.request;
  if (extra === undefined) return {};
  if (extra.dialect === DIALECT) return extra.fields;
  for (const name of Object.keys(extra.fields)) {
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Converse.`);
  }
  return {};
}

/** Canonical fields that Converse does not have, with the name that clients know. */
const notCarried = [
  ["seed", "seed"],
  ["frequencyPenalty", "frequency_penalty"],
  ["presencePenalty", "presence_penalty"],
  ["logitBias", "logit_bias"],
  ["logprobs", "logprobs"],
  ["audio", "audio"],
  ["verbosity", "verbosity"],
  ["promptCacheKey", "prompt_cache_key"],
  ["user", "user"],
  ["safetyIdentifier", "safety_identifier"],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

function warnOfTheRest(writing: Writing): void {
  const { request } = writing;
  for (const [field, name] of notCarried) {
    if (request[field] === undefined) continue;
    writing.warn("parameter_not_carried", name, `\`${name}\` has no form in Converse.`);
  }
  if (request.store === true) {
    writing.warn("parameter_not_carried", "store", "Bedrock does not keep answers for later.");
  }
}
