/** A `generateContent` request for Google. https://ai.google.dev/api/generate-content */
import type { Json, JsonObject } from "../../core/json.ts";
import type { ChatRequest, OutputFormat } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { traitsOf } from "./models.ts";
import { writeSchema } from "./schema.ts";
import { writeThinking } from "./thinking.ts";
import { cacheDropped, schemaDropped, writeToolChoice, writeTools } from "./tools.ts";
import { Warnings } from "./warnings.ts";
import { objectOf } from "./wire.ts";
import { writeTurns } from "./write-contents.ts";

/** https://ai.google.dev/api/generate-content#GenerationConfig, field stopSequences */
const MOST_STOPS = 5;

/**
 * Model and stream go into the path, by the provider. Throws `request.not_expressible`,
 * `capability.hosted_tool`, `tool.arguments_unrepresentable`, `tool.schema_invalid` or
 * `tool.call_id_mismatch` with the field's path.
 */
export function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const warnings = new Warnings();
  const traits = traitsOf(context.model);
  const { model, origin } = context;
  const turns = writeTurns(request.turns, { model, origin, traits, warnings });
  const own = request.extra?.dialect === "gemini" ? request.extra.fields : {};
  if (request.extra !== undefined && request.extra.dialect !== "gemini") {
    for (const field of Object.keys(request.extra.fields)) warnings.dropped(field);
  }
  const body: JsonObject = { ...own, ...turns };
  const tools = writeTools(request.tools ?? [], warnings);
  if (tools.length > 0) body.tools = tools;
  const toolConfig = writeToolConfig(request, objectOf(own.toolConfig), warnings);
  if (toolConfig !== undefined) body.toolConfig = toolConfig;
  const generation = {
    ...objectOf(own.generationConfig),
    ...writeGeneration(request, model, warnings),
  };
  if (Object.keys(generation).length > 0) body.generationConfig = generation;
  if (request.serviceTier !== undefined) writeTier(request.serviceTier, body, warnings);
  // Vertex has no such field: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
  if (request.store !== undefined && origin.provider !== "vertex") body.store = request.store;
  else if (request.store !== undefined) warnings.dropped("store");
  warnOfTheRest(request, warnings);
  return { body, warnings: warnings.list };
}

function writeToolConfig(
  request: ChatRequest,
  own: JsonObject,
  warnings: Warnings,
): JsonObject | undefined {
  const choice =
    request.toolChoice === undefined ? undefined : writeToolChoice(request.toolChoice, warnings);
  const config: JsonObject = { ...own };
  if (choice !== undefined)
    config.functionCallingConfig = { ...choice, ...objectOf(own.functionCallingConfig) };
  return Object.keys(config).length === 0 ? undefined : config;
}

function writeGeneration(request: ChatRequest, model: string, warnings: Warnings): JsonObject {
  const config: JsonObject = {};
  put(config, "maxOutputTokens", request.maxOutputTokens);
  put(config, "temperature", request.temperature);
  put(config, "topP", request.topP);
  put(config, "topK", request.topK);
  put(config, "seed", request.seed);
  put(config, "presencePenalty", request.presencePenalty);
  put(config, "frequencyPenalty", request.frequencyPenalty);
  put(config, "candidateCount", request.choices);
  if (request.stop !== undefined) config.stopSequences = stops(request.stop);
  if (request.logprobs !== undefined) {
    config.responseLogprobs = true;
    if (request.logprobs.top > 0) config.logprobs = request.logprobs.top;
  }
  if (request.modalities !== undefined)
    config.responseModalities = request.modalities.map((name) => name.toUpperCase());
  writeVoice(request, config, warnings);
  if (request.output !== undefined) writeOutput(request.output, config, warnings);
  if (request.reasoning !== undefined)
    put(config, "thinkingConfig", writeThinking(request.reasoning, model, warnings));
  return config;
}

function put(target: JsonObject, field: string, value: Json | undefined): void {
  if (value !== undefined) target[field] = value;
}

function stops(stop: string[]): string[] {
  if (stop.length <= MOST_STOPS) return stop;
  throw new Failure("request.not_expressible", {
    message: `Gemini takes at most ${MOST_STOPS} stop sequences.`,
    param: "stop",
  });
}

/** https://ai.google.dev/gemini-api/docs/speech-generation: the voice is chosen, the format is always PCM. */
function writeVoice(request: ChatRequest, config: JsonObject, warnings: Warnings): void {
  const audio = request.audio;
  if (audio === undefined) return;
  if (typeof audio.voice === "string")
    config.speechConfig = {
      voiceConfig: { prebuiltVoiceConfig: { voiceName: audio.voice } },
    };
  if (audio.format !== undefined) warnings.dropped("audio.format", "Gemini gives PCM");
}

function writeOutput(output: OutputFormat, config: JsonObject, warnings: Warnings): void {
  if (output.type === "text") {
    config.responseMimeType = "text/plain";
    return;
  }
  config.responseMimeType = "application/json";
  if (output.type === "json") return;
  const { schema, dropped } = writeSchema(output.schema);
  schemaDropped(dropped, "response_format.json_schema.schema", warnings);
  config.responseJsonSchema = schema;
}

/** OpenAI's `auto` and `default` are Google's standard. https://ai.google.dev/gemini-api/docs/flex-inference */
const tiers: Readonly<Record<string, string | undefined>> = {
  auto: undefined,
  default: "standard",
  standard: "standard",
  standard_only: "standard",
  flex: "flex",
  priority: "priority",
};

function writeTier(tier: string, body: JsonObject, warnings: Warnings): void {
  if (!(tier in tiers)) warnings.dropped("service_tier", `Gemini has no tier ${tier}`);
  put(body, "serviceTier", tiers[tier]);
}

/** What Gemini's format has no place for, by the name that OpenAI's clients know. */
function warnOfTheRest(request: ChatRequest, warnings: Warnings): void {
  const rest: readonly (readonly [field: string, value: unknown])[] = [
    ["logit_bias", request.logitBias],
    ["verbosity", request.verbosity],
    ["user", request.user],
    ["safety_identifier", request.safetyIdentifier],
    ["prompt_cache_key", request.promptCacheKey],
    ["metadata", request.metadata],
  ];
  for (const [field, value] of rest) if (value !== undefined) warnings.dropped(field);
  if (request.cache !== undefined) cacheDropped(warnings, "cache_control");
  if (request.parallelToolCalls === false)
    warnings.dropped("parallel_tool_calls", "Gemini cannot be kept to one call");
}
