/** Anthropic's Messages in chat's words: text, system, images, documents, tools, results, thinking, cache marks. */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { defined, list, object, text } from "../walk.ts";
import { only, Unfit } from "./unfit.ts";

const fields = [
  "model",
  "messages",
  "system",
  "max_tokens",
  "stream",
  "tools",
  "tool_choice",
  "thinking",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "output_config",
  "metadata",
  "cache_control",
];

export function messagesToChat(request: JsonObject): JsonObject {
  only(request, fields, "the request");
  const { max_tokens, temperature, top_p, top_k, stop_sequences: stop, cache_control } = request;
  return defined({
    messages: [...systemOf(request.system), ...list(request, "messages").flatMap(messageOf)],
    tools: Array.isArray(request.tools) ? request.tools.map(toolOf) : undefined,
    ...choiceOf(request),
    ...reasoningOf(request),
    ...outputOf(object(request, "output_config")),
    user: object(request, "metadata").user_id,
    max_tokens,
    temperature,
    top_p,
    top_k,
    stop,
    cache_control,
  });
}

function systemOf(system: Json | undefined): JsonObject[] {
  if (system === undefined) return [];
  return [
    { role: "system", content: typeof system === "string" ? system : list(system).map(textOf) },
  ];
}

function textOf(block: Json): JsonObject {
  only(object(block), ["type", "text", "cache_control"], "a text");
  return { ...object(block) };
}

function messageOf(message: Json): JsonObject[] {
  const { role, content } = object(message);
  if (typeof content === "string") return [{ role: role ?? "user", content }];
  if (role === "system") return systemOf(content);
  return role === "assistant" ? [assistantOf(list(content))] : userOf(list(content));
}

function assistantOf(blocks: readonly Json[]): JsonObject {
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const thoughts: JsonObject[] = [];
  for (const block of blocks) {
    switch (text(block, "type")) {
      case "text":
        content.push(textOf(block));
        break;
      case "thinking":
        thoughts.push({
          type: "reasoning.text",
          text: text(block, "thinking"),
          signature: text(block, "signature"),
          format: "anthropic",
          index: thoughts.length,
        });
        break;
      case "redacted_thinking":
        thoughts.push({
          type: "reasoning.encrypted",
          kind: "redacted",
          data: text(block, "data"),
          format: "anthropic",
          index: thoughts.length,
        });
        break;
      case "tool_use":
        calls.push(callOf(object(block)));
        break;
      default:
        throw new Unfit(
          `the conversation holds ${text(block, "type")}, a block of Anthropic's own`,
        );
    }
  }
  return defined({
    role: "assistant",
    content: content.length > 0 ? content : null,
    tool_calls: calls.length > 0 ? calls : undefined,
    reasoning_details: thoughts.length > 0 ? thoughts : undefined,
  });
}

function callOf(block: JsonObject): JsonObject {
  if (text(block, "caller", "type") !== "" && text(block, "caller", "type") !== "direct")
    throw new Unfit("the conversation holds a call made by a program of Anthropic's");
  const call = { name: text(block, "name"), arguments: JSON.stringify(block.input ?? {}) };
  const { cache_control } = block;
  return defined({ id: text(block, "id"), type: "function", function: call, cache_control });
}

function userOf(blocks: readonly Json[]): JsonObject[] {
  const messages: JsonObject[] = [];
  let content: JsonObject[] = [];
  for (const block of blocks) {
    if (text(block, "type") !== "tool_result") {
      content.push(partOf(object(block)));
      continue;
    }
    if (content.length > 0) messages.push({ role: "user", content });
    content = [];
    const { content: result = "", is_error, cache_control } = object(block);
    if (is_error === true)
      throw new Unfit("a tool's result says that it failed, for which chat has no word");
    messages.push(
      defined({
        role: "tool",
        tool_call_id: text(block, "tool_use_id"),
        content:
          typeof result === "string" ? result : list(result).map((part) => partOf(object(part))),
        cache_control,
      }),
    );
  }
  return content.length > 0 ? [...messages, { role: "user", content }] : messages;
}

function partOf(block: JsonObject): JsonObject {
  const source = object(block, "source");
  const { cache_control } = block;
  const url =
    source.type === "url"
      ? text(source, "url")
      : `data:${text(source, "media_type")};base64,${text(source, "data")}`;
  switch (block.type) {
    case "text":
      return textOf(block);
    case "image":
      if (source.type === "file") break;
      return defined({ type: "image_url", image_url: { url }, cache_control });
    case "document":
      only(block, ["type", "source", "cache_control"], "a document");
      if (source.type === "text") return fileOf(text(source, "data"), cache_control);
      if (source.type !== "base64") break;
      return defined({ type: "file", file: { file_data: url }, cache_control });
  }
  const kind = [text(block, "type"), text(source, "type")].filter(Boolean).join(" by ");
  throw new Unfit(`the conversation holds ${kind}, for which chat has no word`);
}

function fileOf(plain: string, cache_control: Json | undefined): JsonObject {
  const file_data = `data:text/plain;base64,${Buffer.from(plain).toString("base64")}`;
  return defined({ type: "file", file: { file_data }, cache_control });
}

function toolOf(tool: Json): JsonObject {
  const { type, name, description, input_schema, strict, cache_control, ...rest } = object(tool);
  if (type !== undefined && type !== "custom")
    throw new Unfit(`asks for ${type}, a tool that Anthropic runs`);
  only(rest, [], "a tool");
  const parameters = input_schema;
  return defined({
    type: "function",
    function: defined({ name, description, parameters, strict }),
    cache_control,
  });
}

function choiceOf({ tool_choice }: JsonObject): JsonObject {
  const { type, name, disable_parallel_tool_use: single } = object(tool_choice);
  const words: JsonObject = { auto: "auto", any: "required", none: "none" };
  const choice =
    type === "tool" ? { type: "function", function: { name: name ?? "" } } : words[text(type)];
  return defined({ tool_choice: choice, parallel_tool_calls: single === true ? false : undefined });
}

function reasoningOf({ thinking, output_config }: JsonObject): JsonObject {
  only(object(output_config), ["effort", "format"], "output_config");
  const { effort } = object(output_config);
  if (!isObject(thinking)) return defined({ reasoning_effort: effort });
  return defined({ thinking, reasoning_effort: effort });
}

function outputOf({ format }: JsonObject): JsonObject {
  if (!isObject(format)) return {};
  const json_schema = { name: "answer", schema: format.schema ?? {} };
  return { response_format: { type: "json_schema", json_schema } };
}

/**
 * What means the same, said in one way: the documented shorthands (a string is one text block) written out;
 * neighbours of one role are one message (the API joins them); `stream: false`, `null`, an empty or false
 * field and a tool choice of `auto` say nothing; Parley asks for a summary of the thoughts where the client did
 * not forbid it, which is the default of the models that were recorded; a mark's default lifetime is five minutes; the model stands
 * under the channel's name.
 */
export function messagesMeaning(request: JsonObject): JsonObject {
  const { model: _, messages, system, tools, ...rest } = request;
  const joined: JsonObject[] = [];
  for (const message of list(messages)) {
    const { role = "user", content } = object(message);
    const blocks = blocksOf(content).map(blockMeaning);
    const before = joined.at(-1);
    if (before?.role === role) before.content = [...list(before, "content"), ...blocks];
    else joined.push({ role, content: blocks });
  }
  if (text(rest.thinking, "display") === "summarized") {
    const { display: _, ...thinking } = object(rest.thinking);
    rest.thinking = thinking;
  }
  const choice = object(rest, "tool_choice");
  if (choice.type === "auto" && choice.disable_parallel_tool_use !== true) delete rest.tool_choice;
  if (rest.stream === false) delete rest.stream;
  if (system !== undefined) rest.system = blocksOf(system);
  if (list(tools).length > 0) rest.tools = list(tools).map(toolMeaning);
  return { ...withoutNothing(rest), messages: joined.map(withoutNothing) };
}

function blocksOf(content: Json | undefined): Json[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : list(content);
}

function blockMeaning(block: Json): Json {
  const { is_error, caller: _, ...rest } = object(block);
  if (rest.type === "tool_result") {
    const inner = blocksOf(rest.content).filter(
      (each) => text(each, "text") !== "" || object(each).type !== "text",
    );
    if (inner.length > 0) rest.content = inner;
    else delete rest.content;
  }
  return is_error === true ? { ...rest, is_error } : rest;
}

function toolMeaning(tool: Json): Json {
  const { type, strict, ...rest } = object(tool);
  const own: JsonObject = type === "custom" || type === undefined ? {} : { type };
  return { ...rest, ...own, ...(strict === true ? { strict } : {}) };
}

function withoutNothing(value: JsonObject): JsonObject {
  const clean = (item: Json): Json => {
    if (Array.isArray(item)) return item.map(clean);
    if (!isObject(item)) return item;
    if (item.type === "ephemeral" && item.ttl === "5m") return { type: "ephemeral" };
    return Object.fromEntries(
      Object.entries(item)
        .filter(([, each]) => each !== null)
        .map(([name, each]) => [name, clean(each)]),
    );
  };
  return object(clean(value));
}
