/** A `generateContent` request in canonical form. https://ai.google.dev/api/generate-content */
import type { Json, JsonObject } from "../../core/json.ts";
import type { ChatRequest, OutputFormat } from "../../core/request.ts";
import type { RequestContext } from "../dialect.ts";
import { readContents, readInstruction } from "./read-contents.ts";
import { readSchema } from "./schema.ts";
import { readThinking } from "./thinking.ts";
import { readToolChoice, readTools } from "./tools.ts";
import {
  booleanAt,
  camel,
  messageAt,
  messagesAt,
  missing,
  numberAt,
  objectAt,
  textAt,
  textsAt,
  without,
} from "./wire.ts";

/** Fields with a canonical form of their own; the rest is kept for Google alone. */
const read = new Set([
  "model",
  "contents",
  "systemInstruction",
  "tools",
  "toolConfig",
  "generationConfig",
  "serviceTier",
  "store",
]);

/**
 * Model and stream come from the path. Never changes `body`.
 * Throws `request.field_missing`, `request.field_type`, `request.field_value` with the field's path.
 */
export function readRequest(body: JsonObject, context: RequestContext = {}): ChatRequest {
  const source = camel(body);
  const model = context.model ?? textAt(source.model, "model");
  if (model === undefined) throw missing("model");
  if (source.contents === undefined || source.contents === null) throw missing("contents");
  const request: ChatRequest = {
    model: model.startsWith("models/") ? model.slice("models/".length) : model,
    turns: [...readInstruction(source.systemInstruction), ...readContents(source.contents)],
    stream: context.stream ?? false,
  };
  const tools = messagesAt(source.tools, "tools");
  if (tools.length > 0) request.tools = readTools(tools);
  const tier = textAt(source.serviceTier, "serviceTier");
  if (tier !== undefined) request.serviceTier = tier;
  const store = booleanAt(source.store, "store");
  if (store !== undefined) request.store = store;
  if (request.stream) request.streamUsage = true;

  const fields: JsonObject = without(source, read) ?? {};
  const toolConfig = readToolConfig(request, source.toolConfig);
  if (toolConfig !== undefined) fields.toolConfig = toolConfig;
  const generation = messageAt(source.generationConfig, "generationConfig");
  const rest = generation === undefined ? undefined : readGeneration(request, generation);
  if (rest !== undefined) fields.generationConfig = rest;
  if (Object.keys(fields).length > 0) request.extra = { dialect: "gemini", fields };
  return request;
}

const callingField = new Set(["functionCallingConfig"]);

/** Sets the choice; gives back what else the configuration says. */
function readToolConfig(request: ChatRequest, value: Json | undefined): JsonObject | undefined {
  const config = messageAt(value, "toolConfig");
  if (config === undefined) return undefined;
  const param = "toolConfig.functionCallingConfig";
  const { choice, rest } = readToolChoice(messageAt(config.functionCallingConfig, param), param);
  if (choice !== undefined) request.toolChoice = choice;
  const others = without(config, callingField);
  return rest === undefined ? others : { ...others, functionCallingConfig: rest };
}

const generationFields = new Set([
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "stopSequences",
  "seed",
  "candidateCount",
  "presencePenalty",
  "frequencyPenalty",
  "responseLogprobs",
  "logprobs",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "responseFormat",
  "responseModalities",
  "thinkingConfig",
]);

type NumberField =
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "seed"
  | "presencePenalty"
  | "frequencyPenalty";

const numberFields: readonly NumberField[] = [
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
];

/** Sets what `generationConfig` says; gives back what has no canonical form. */
function readGeneration(request: ChatRequest, config: JsonObject): JsonObject | undefined {
  const at = (field: string) => `generationConfig.${field}`;
  for (const field of numberFields) {
    const value = numberAt(config[field], at(field));
    if (value !== undefined) request[field] = value;
  }
  const choices = numberAt(config.candidateCount, at("candidateCount"));
  if (choices !== undefined) request.choices = choices;
  const stop = textsAt(config.stopSequences, at("stopSequences"));
  if (stop !== undefined) request.stop = stop;
  if (booleanAt(config.responseLogprobs, at("responseLogprobs")) === true)
    request.logprobs = { top: numberAt(config.logprobs, at("logprobs")) ?? 0 };
  const thinking = messageAt(config.thinkingConfig, at("thinkingConfig"));
  if (thinking !== undefined && Object.keys(thinking).length > 0)
    request.reasoning = readThinking(thinking, at("thinkingConfig"));
  const output = readOutput(config);
  if (output !== undefined) request.output = output;

  const rest = without(config, generationFields) ?? {};
  keepModalities(request, config, rest);
  // What asks for other media, or for an encoding that is neither text nor JSON, only Google understands
  if (output === undefined && config.responseFormat !== undefined)
    rest.responseFormat = config.responseFormat;
  const mime = config.responseMimeType;
  if (typeof mime === "string" && mime !== JSON_TYPE && mime !== "text/plain") {
    rest.responseMimeType = mime;
    if (config.responseSchema !== undefined) rest.responseSchema = config.responseSchema;
  }
  return Object.keys(rest).length === 0 ? undefined : rest;
}

const modalityNames = { TEXT: "text", IMAGE: "image", AUDIO: "audio" } as const;

function keepModalities(request: ChatRequest, config: JsonObject, rest: JsonObject): void {
  const names = textsAt(config.responseModalities, "generationConfig.responseModalities");
  if (names === undefined) return;
  const known = names.flatMap((name) => {
    const upper = name.toUpperCase();
    return upper === "TEXT" || upper === "IMAGE" || upper === "AUDIO" ? [modalityNames[upper]] : [];
  });
  if (known.length === names.length) request.modalities = known;
  else rest.responseModalities = names;
}

const JSON_TYPE = "application/json";

function readOutput(config: JsonObject): OutputFormat | undefined {
  const formats = messagesAt(config.responseFormat, "generationConfig.responseFormat");
  const [format] = formats;
  if (formats.length === 1 && format !== undefined) {
    const text = messageAt(format.text, "generationConfig.responseFormat[0].text");
    if (text !== undefined) return outputOf(text.mimeType, text.schema, undefined);
  }
  return outputOf(config.responseMimeType, config.responseJsonSchema, config.responseSchema);
}

function outputOf(
  type: Json | undefined,
  jsonSchema: Json | undefined,
  subset: Json | undefined,
): OutputFormat | undefined {
  if (type === "text/plain") return { type: "text" };
  if (type !== JSON_TYPE && type !== "APPLICATION_JSON") return undefined;
  const schema = objectAt(jsonSchema, "generationConfig.responseJsonSchema");
  if (schema !== undefined) return { type: "json-schema", schema };
  const own = objectAt(subset, "generationConfig.responseSchema");
  return own === undefined ? { type: "json" } : { type: "json-schema", schema: readSchema(own) };
}
