/** A Converse request in canonical form. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Role, Turn } from "../../core/request.ts";
import {
  integer,
  list,
  needed,
  notAllowed,
  number,
  object,
  text,
  texts,
} from "../anthropic-messages/fields.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import type { RequestContext } from "../dialect.ts";
import { readModelFields } from "./model-fields.ts";
import { readBlock } from "./read-blocks.ts";
import { readToolConfig } from "./read-tools.ts";
import { cacheMark, DIALECT, kindOf } from "./wire.ts";

/** Fields that have a canonical form. What else a request holds is kept under `extra`. */
const known = new Set([
  "modelId",
  "messages",
  "system",
  "inferenceConfig",
  "toolConfig",
  "additionalModelRequestFields",
  "outputConfig",
  "serviceTier",
  "requestMetadata",
]);

/**
 * Reads a request, whose model and streaming stand in the path. `extra` is always set: it marks that the
 * client spoke this dialect, so that its words are written back literally.
 */
export function readRequest(body: JsonObject, context?: RequestContext): ChatRequest {
  const stream = context?.stream ?? false;
  const extra: JsonObject = restOf(body, known) ?? {};
  const request: ChatRequest = {
    model: context?.model ?? text(body.modelId, "modelId") ?? "",
    turns: [...readSystem(body.system), ...readMessages(body.messages)],
    stream,
    extra: { dialect: DIALECT, fields: extra },
  };
  // ConverseStream always tells its usage.
  if (stream) request.streamUsage = true;
  keep(extra, "inferenceConfig", readInference(body.inferenceConfig, request));
  keep(extra, "toolConfig", readToolConfig(body.toolConfig, request));
  keep(extra, "outputConfig", readOutput(body.outputConfig, request));
  const fields = object(body.additionalModelRequestFields, "additionalModelRequestFields");
  if (fields !== undefined) {
    keep(extra, "additionalModelRequestFields", readModelFields(fields, request));
  }
  readTier(body.serviceTier, request, extra);
  readMetadata(body.requestMetadata, request, extra);
  return request;
}

function keep(extra: JsonObject, key: string, rest: JsonObject | undefined): void {
  if (rest !== undefined) extra[key] = rest;
}

function readSystem(value: Json | undefined): Turn[] {
  const blocks = list(value, "system");
  if (blocks === undefined || blocks.length === 0) return [];
  return readTurns("system", blocks, "system", undefined);
}

const roles: Readonly<Record<string, Role>> = {
  user: "user",
  assistant: "assistant",
  system: "system",
};
const messageFields = new Set(["role", "content"]);

function readMessages(value: Json | undefined): Turn[] {
  return (list(value, "messages") ?? []).flatMap((message, index) => {
    const path = `messages[${index}]`;
    if (!isObject(message)) throw notAllowed(path, `\`${path}\` must be an object.`);
    const word = needed(text(message.role, `${path}.role`), `${path}.role`);
    const role = Object.hasOwn(roles, word) ? roles[word] : undefined;
    if (role === undefined) {
      throw notAllowed(`${path}.role`, `\`${path}.role\` must be "user" or "assistant".`);
    }
    const at = `${path}.content`;
    const content = needed(list(message.content, at), at);
    return readTurns(role, content, at, restOf(message, messageFields));
  });
}

/** One message's blocks: a turn, or several where it holds tool results, which stand in turns of their own. */
function readTurns(
  role: Role,
  blocks: readonly Json[],
  path: string,
  message: JsonObject | undefined,
): Turn[] {
  const turns: Turn[] = [];
  let turn: Turn | undefined;
  for (const [index, block] of blocks.entries()) {
    if (marks(block, turn?.parts.at(-1))) continue;
    const read = readBlock(block, `${path}[${index}]`);
    if ("stateOfPrevious" in read) {
      const previous = turn?.parts.at(-1);
      if (
        previous?.type === "text" ||
        previous?.type === "tool-call" ||
        previous?.type === "image"
      ) {
        previous.signature = read.stateOfPrevious;
      }
      continue;
    }
    const turnRole: Role = read.part.type === "tool-result" ? "tool" : role;
    if (turn?.role !== turnRole) {
      turn = { role: turnRole, parts: [] };
      turns.push(turn);
    }
    if (read.rest !== undefined) extraOf(turn)[String(turn.parts.length)] = read.rest;
    turn.parts.push(read.part);
  }
  if (turns.length === 0) turns.push({ role, parts: [] });
  const first = turns[0];
  if (message !== undefined && first !== undefined) Object.assign(extraOf(first), message);
  return turns;
}

/** Whether the block is a cache point that the part before it can carry, and now does. */
function marks(block: Json, previous: Part | undefined): boolean {
  if (!isObject(block) || kindOf(block)?.[0] !== "cachePoint") return false;
  const mark = cacheMark(block.cachePoint);
  if (mark === undefined || previous === undefined) return false;
  if (previous.type === "reasoning" || previous.type === "refusal") return false;
  if (previous.type === "audio" || previous.type === "native") return false;
  if (previous.cache !== undefined) return false;
  previous.cache = mark;
  return true;
}

/** A turn's fields without canonical form: the message's by name, its blocks' by the index of the part. */
function extraOf(turn: Turn): JsonObject {
  turn.extra ??= { dialect: DIALECT, fields: {} };
  return turn.extra.fields;
}

const inferenceFields = new Set(["maxTokens", "temperature", "topP", "stopSequences"]);

function readInference(value: Json | undefined, request: ChatRequest): JsonObject | undefined {
  const config = object(value, "inferenceConfig");
  if (config === undefined) return undefined;
  const at = (name: string) => `inferenceConfig.${name}`;
  const maxTokens = integer(config.maxTokens, at("maxTokens"));
  if (maxTokens !== undefined) request.maxOutputTokens = maxTokens;
  const temperature = number(config.temperature, at("temperature"));
  if (temperature !== undefined) request.temperature = temperature;
  const topP = number(config.topP, at("topP"));
  if (topP !== undefined) request.topP = topP;
  const stop = texts(config.stopSequences, at("stopSequences"));
  if (stop !== undefined) request.stop = stop;
  return restOf(config, inferenceFields);
}

const schemaFields = new Set(["schema", "name", "description"]);

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html */
function readOutput(value: Json | undefined, request: ChatRequest): JsonObject | undefined {
  const config = object(value, "outputConfig");
  if (config === undefined) return undefined;
  const effort = text(config.effort, "outputConfig.effort");
  // Kept as well: the effort may stand in two places, and goes back to where it stood.
  if (effort !== undefined) request.reasoning = { effort };
  const { textFormat, ...rest } = config;
  if (textFormat === undefined || textFormat === null) return restOf(config, new Set());
  if (!readTextFormat(textFormat, request)) return config;
  return restOf(rest, new Set());
}

/** Whether the format has a canonical form. */
function readTextFormat(value: Json, request: ChatRequest): boolean {
  if (!isObject(value) || value.type !== "json_schema" || !isObject(value.structure)) return false;
  const definition = value.structure.jsonSchema;
  if (!isObject(definition) || restOf(definition, schemaFields) !== undefined) return false;
  const schema = parsed(definition.schema);
  if (schema === undefined) return false;
  request.output = {
    type: "json-schema",
    schema,
    ...(typeof definition.name === "string" ? { name: definition.name } : {}),
    ...(typeof definition.description === "string" ? { description: definition.description } : {}),
  };
  return true;
}

function parsed(schema: Json | undefined): JsonObject | undefined {
  if (typeof schema !== "string") return undefined;
  try {
    const value: Json = JSON.parse(schema);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readTier(value: Json | undefined, request: ChatRequest, extra: JsonObject): void {
  const tier = object(value, "serviceTier");
  if (tier === undefined) return;
  const type = text(tier.type, "serviceTier.type");
  if (type === undefined || Object.keys(tier).length > 1) extra.serviceTier = tier;
  else request.serviceTier = type;
}

function readMetadata(value: Json | undefined, request: ChatRequest, extra: JsonObject): void {
  const metadata = object(value, "requestMetadata");
  if (metadata === undefined) return;
  // Never by assignment: a key may be `__proto__`.
  const read: Record<string, string> = Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
  if (Object.keys(read).length === Object.keys(metadata).length) request.metadata = read;
  else extra.requestMetadata = metadata;
}
