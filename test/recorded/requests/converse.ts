/** Bedrock's Converse in chat's words: text, images, documents, tools and results, thinking, cache points. */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { at, defined, list, object, parsed, text } from "../walk.ts";
import { only, Unfit } from "./unfit.ts";

/** Claude's thinking goes to Bedrock in the fields of the model's own. */
const modelFields = ["thinking", "top_k"];
const fields = [
  "additionalModelRequestFields",
  "messages",
  "system",
  "inferenceConfig",
  "toolConfig",
  "outputConfig",
  "serviceTier",
];

export function converseToChat(request: JsonObject): JsonObject {
  only(request, fields, "the request");
  const inference = object(request, "inferenceConfig");
  const own = object(request, "additionalModelRequestFields");
  only(own, modelFields, "additionalModelRequestFields");
  const system = partsOf(list(request, "system"));
  return defined({
    messages: [
      ...(system.length > 0 ? [{ role: "system", content: system }] : []),
      ...list(request, "messages").flatMap(messageOf),
    ],
    tools: toolsOf(list(request, "toolConfig", "tools")),
    tool_choice: choiceOf(object(request, "toolConfig", "toolChoice")),
    thinking: own.thinking,
    top_k: own.top_k,
    max_tokens: inference.maxTokens,
    temperature: inference.temperature,
    top_p: inference.topP,
    stop: inference.stopSequences,
    response_format: formatOf(object(request, "outputConfig", "textFormat")),
    service_tier: at(request, "serviceTier", "type"),
  });
}

function messageOf(message: Json): JsonObject[] {
  const blocks = list(message, "content");
  return text(message, "role") === "assistant" ? [assistantOf(blocks)] : userOf(blocks);
}

function assistantOf(blocks: readonly Json[]): JsonObject {
  const calls = blocks.map((block) => at(block, "toolUse")).filter(isObject);
  const thoughts = blocks.map((block) => at(block, "reasoningContent")).filter(isObject);
  const rest = blocks.filter((block) => !at(block, "toolUse") && !at(block, "reasoningContent"));
  const content = partsOf(rest);
  for (const call of calls) only(call, ["toolUseId", "name", "input"], "a call");
  return defined({
    role: "assistant",
    content: content.length > 0 ? content : null,
    tool_calls:
      calls.length === 0
        ? undefined
        : calls.map((call) => ({
            id: text(call, "toolUseId"),
            type: "function",
            function: { name: text(call, "name"), arguments: JSON.stringify(call.input ?? {}) },
          })),
    reasoning_details:
      thoughts.length === 0
        ? undefined
        : thoughts.map((thought, index) => ({
            type: "reasoning.text",
            text: text(thought, "reasoningText", "text"),
            signature: text(thought, "reasoningText", "signature"),
            format: "bedrock",
            index,
          })),
  });
}

function userOf(blocks: readonly Json[]): JsonObject[] {
  const results = blocks.map((block) => at(block, "toolResult")).filter(isObject);
  const rest = blocks.filter((block) => !at(block, "toolResult"));
  const messages: JsonObject[] = results.map((result) => {
    if (text(result, "status") === "error")
      throw new Unfit("a tool's result says that it failed, for which chat has no word");
    const parts = list(result, "content");
    const json = at(parts[0], "json");
    const content = json === undefined ? partsOf(parts) : JSON.stringify(json);
    return { role: "tool", tool_call_id: text(result, "toolUseId"), content };
  });
  const content = partsOf(rest);
  return content.length > 0 ? [...messages, { role: "user", content }] : messages;
}

/** A cache point marks what stands before it. */
function partsOf(blocks: readonly Json[]): JsonObject[] {
  const parts: JsonObject[] = [];
  for (const block of blocks) {
    const point = at(block, "cachePoint");
    const last = parts.at(-1);
    if (!isObject(point)) parts.push(partOf(object(block)));
    else if (last === undefined) throw new Unfit("a cache point stands before everything");
    else last.cache_control = defined({ type: "ephemeral", ttl: point.ttl });
  }
  return parts;
}

function partOf(block: JsonObject): JsonObject {
  if (typeof block.text === "string") return { type: "text", text: block.text };
  const [kind = ""] = Object.keys(block);
  const held = object(block, kind);
  const bytes = text(held, "source", "bytes");
  if (bytes === "" || (kind !== "image" && kind !== "document"))
    throw new Unfit(`the conversation holds ${kind}${bytes === "" ? " by address" : ""}`);
  const format = text(held, "format");
  if (kind === "image")
    return { type: "image_url", image_url: { url: `data:image/${format};base64,${bytes}` } };
  const type = format === "txt" ? "text/plain" : `application/${format}`;
  const file_data = `data:${type};base64,${bytes}`;
  return { type: "file", file: { file_data, filename: text(held, "name") } };
}

function toolsOf(tools: readonly Json[]): Json[] | undefined {
  const written: JsonObject[] = [];
  for (const tool of tools) {
    const last = written.at(-1);
    if (isObject(at(tool, "cachePoint")) && last !== undefined) {
      last.cache_control = { type: "ephemeral" };
      continue;
    }
    only(object(tool), ["toolSpec"], "a tool");
    const { name, description, inputSchema, strict } = object(tool, "toolSpec");
    const parameters = at(inputSchema, "json");
    const named = defined({ name, description, parameters, strict });
    written.push({ type: "function", function: named });
  }
  return written.length > 0 ? written : undefined;
}

function choiceOf(choice: JsonObject): Json | undefined {
  if (choice.tool !== undefined)
    return { type: "function", function: { name: text(choice, "tool", "name") } };
  return choice.any !== undefined ? "required" : choice.auto !== undefined ? "auto" : undefined;
}

function formatOf(format: JsonObject): Json | undefined {
  const { schema, ...rest } = object(format, "structure", "jsonSchema");
  if (schema === undefined) return undefined;
  return { type: "json_schema", json_schema: { ...rest, schema: parsed(text(schema)) } };
}

/**
 * What means the same, said in one way: a choice of `auto`, a result's status `success`, `null` and empty
 * objects say nothing; neighbours of one role are one message; schemas are compared as JSON; names of
 * documents are made fit for Bedrock; the most tokens that the model has are the default.
 */
export function converseMeaning(request: JsonObject): JsonObject {
  const joined: JsonObject[] = [];
  for (const message of list(request, "messages")) {
    const { role = "", content } = object(message);
    const before = joined.at(-1);
    if (before?.role === role) before.content = [...list(before, "content"), ...list(content)];
    else joined.push({ role, content: list(content) });
  }
  return object(simple({ ...request, messages: joined }));
}

/** Of the models of Claude that were recorded thinking. */
const mostTokens = 64_000;

function simple(value: Json, key = ""): Json {
  if (typeof value === "string" && key === "schema") return parsed(value);
  if (Array.isArray(value)) return value.map((item) => simple(item));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    // What tools take and give is the client's own.
    const said = ["json", "input"].includes(name) ? item : simple(item, name);
    const nothing =
      said === null ||
      (name === "maxTokens" && said === mostTokens) ||
      (name === "status" && said === "success") ||
      (name === "toolChoice" && "auto" in object(said)) ||
      (name === "name" && "source" in value) ||
      (said instanceof Object && Object.keys(said).length === 0 && name !== "any");
    if (!nothing || name === "input" || name === "json") result[name] = said;
  }
  return result;
}
