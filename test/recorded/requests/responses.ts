/** OpenAI's Responses in chat's words: items of the conversation, functions and custom tools, reasoning, text formats. */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { defined, list, object, text } from "../walk.ts";
import { only, Unfit } from "./unfit.ts";

/** Fields that chat has under the same name. */
const shared = [
  "parallel_tool_calls",
  "temperature",
  "top_p",
  "service_tier",
  "store",
  "metadata",
  "user",
  "prompt_cache_key",
  "prompt_cache_options",
  "moderation",
];
const translated = [
  "model",
  "input",
  "instructions",
  "stream",
  "tools",
  "tool_choice",
  "reasoning",
];
const fields = [...translated, ...shared, "max_output_tokens", "text", "include"];

export function responsesToChat(request: JsonObject): JsonObject {
  only(request, fields, "the request");
  const { instructions, input, max_output_tokens, tool_choice } = request;
  const system =
    typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  const items = typeof input === "string" ? [{ role: "user", content: input }] : list(input);
  return defined({
    messages: [...system, ...messagesOf(items)],
    tools: Array.isArray(request.tools) ? request.tools.map(toolOf) : undefined,
    tool_choice: choiceOf(tool_choice),
    max_completion_tokens: max_output_tokens,
    ...reasoningOf(object(request, "reasoning")),
    ...textOf(object(request, "text")),
    logprobs: list(request, "include").includes("message.output_text.logprobs") || undefined,
    ...Object.fromEntries(shared.map((name) => [name, request[name]])),
  });
}

/** Neighbouring items of the assistant are one message of chat. */
function messagesOf(items: readonly Json[]): JsonObject[] {
  const messages: JsonObject[] = [];
  let open: JsonObject | undefined;
  for (const item of items) {
    const type = text(item, "type") || "message";
    const role = text(item, "role");
    if (type === "message" && role !== "assistant") {
      open = undefined;
      messages.push({ role, content: contentOf(object(item).content ?? "") });
    } else if (type === "function_call_output" || type === "custom_tool_call_output") {
      open = undefined;
      const { call_id = "", output = "" } = object(item);
      messages.push({ role: "tool", tool_call_id: call_id, content: contentOf(output) });
    } else {
      if (open === undefined || (type === "message" && open.content !== undefined)) {
        open = { role: "assistant" };
        messages.push(open);
      }
      addItem(open, type, object(item));
    }
  }
  return messages;
}

function addItem(message: JsonObject, type: string, item: JsonObject): void {
  switch (type) {
    case "message":
      only(item, ["type", "role", "content", "id", "status"], "an answer's message");
      message.content = contentOf(item.content ?? "");
      return;
    case "reasoning": {
      const before = list(message, "reasoning_details");
      const from = before.length;
      const summary = list(item, "summary").map((each) => text(each, "text"));
      // The state belongs to the last of the summaries.
      const index = from + Math.max(0, summary.length - 1);
      message.reasoning_details = [
        ...before,
        ...summary.map((each, place) => ({
          type: "reasoning.summary",
          summary: each,
          index: from + place,
        })),
        defined({
          type: "reasoning.encrypted",
          data: text(item, "encrypted_content"),
          id: item.id,
          format: "openai",
          index,
        }),
      ];
      return;
    }
    case "function_call":
    case "custom_tool_call": {
      const named = { name: text(item, "name") };
      const body: JsonObject =
        type === "function_call"
          ? { type: "function", function: { ...named, arguments: text(item, "arguments") } }
          : { type: "custom", custom: { ...named, input: text(item, "input") } };
      const call = { id: text(item, "call_id"), ...body };
      message.tool_calls = [...list(message, "tool_calls"), call];
      return;
    }
    default:
      throw new Unfit(`the conversation holds ${type}, an item of OpenAI's own`);
  }
}

function contentOf(content: Json): Json {
  return typeof content === "string" ? content : list(content).map((part) => partOf(object(part)));
}

function partOf(part: JsonObject): JsonObject {
  const { prompt_cache_breakpoint } = part;
  switch (part.type) {
    case "input_text":
    case "output_text":
      if (list(part, "annotations").length > 0)
        throw new Unfit("the conversation holds annotations");
      return defined({ type: "text", text: text(part, "text"), prompt_cache_breakpoint });
    case "input_image":
      if (typeof part.image_url !== "string") break;
      return {
        type: "image_url",
        image_url: defined({ url: part.image_url, detail: part.detail }),
      };
    case "input_file": {
      const { file_data = part.file_url, file_id, filename } = part;
      return { type: "file", file: defined({ file_data, file_id, filename }) };
    }
  }
  throw new Unfit(`the conversation holds ${part.type} by id, for which chat has no word`);
}

function toolOf(tool: Json): JsonObject {
  const { type, name, description, parameters, strict, ...rest } = object(tool);
  // OpenAI's hosted tools stand among chat's as they are.
  if (type !== "function") return object(tool);
  only(rest, [], "a function");
  return {
    type,
    function: defined({ name, description: description ?? undefined, parameters, strict }),
  };
}

function choiceOf(choice: Json | undefined): Json | undefined {
  if (!isObject(choice)) return choice ?? undefined;
  const named = (each: Json) => ({ type: "function", function: { name: text(each, "name") } });
  if (choice.type === "function") return named(choice);
  if (choice.type !== "allowed_tools") throw new Unfit(`a tool choice of ${choice.type}`);
  const tools = list(choice, "tools").map(named);
  return { type: "allowed_tools", allowed_tools: { mode: choice.mode ?? "auto", tools } };
}

function reasoningOf(reasoning: JsonObject): JsonObject {
  only(reasoning, ["effort", "summary"], "reasoning");
  const { effort, summary } = reasoning;
  const said = defined({ effort: effort ?? undefined, summary: summary ?? undefined });
  return Object.keys(said).length > 0 ? { reasoning: said } : {};
}

function textOf({ format, verbosity }: JsonObject): JsonObject {
  if (!isObject(format)) return defined({ verbosity });
  const { type = "text", ...schema } = format;
  const response_format: JsonObject =
    type === "json_schema" ? { type, json_schema: schema } : { type };
  return defined({ response_format, verbosity });
}

/**
 * What means the same, said in one way: `instructions` are a system message before the input; content of
 * texts is their text; an item that needs no type or status has none; `null`, `stream: false`, an `auto`
 * choice, a plain text format, an empty message and empty lists say nothing. Parley never lets the answer be stored unless the
 * client asks, and then has reasoning come in the answer itself; ids of items are given only where their
 * neighbours' are known too, as the API wants it, and the model's name is that of the door.
 */
export function responsesMeaning(request: JsonObject): JsonObject {
  const { model: _, stream: __, include: ___, store: ____, instructions, input, ...rest } = request;
  const first = typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  const items = typeof input === "string" ? [{ role: "user", content: input }] : list(input);
  const said = [...first, ...items].filter(
    (item) => text(item, "role") === "" || object(item).content !== "",
  );
  const kept: JsonObject = { ...rest, input: said.map(itemMeaning) };
  if (kept.tool_choice === "auto") delete kept.tool_choice;
  if (text(kept, "text", "format", "type") === "text")
    kept.text = { ...object(kept, "text"), format: null };
  return object(withoutNothing(kept));
}

function itemMeaning(item: Json): Json {
  const { id: _, status: __, content, ...rest } = object(item);
  if (rest.type === "message") delete rest.type;
  if (rest.role === "developer") rest.role = "system";
  if (content === undefined) return rest;
  const parts = typeof content === "string" ? [{ text: content }] : list(content);
  return {
    ...rest,
    content: parts.map((part) => {
      const { type, annotations: _, ...other } = object(part);
      return "text" in other ? other : { type: type ?? null, ...other };
    }),
  };
}

function withoutNothing(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .map(([name, item]) => [name, withoutNothing(item)] as const)
    .filter(([name, item]) => {
      const empty = item instanceof Object && Object.keys(item).length === 0;
      // An empty object is a schema's whole meaning in some places.
      return item !== null && !(empty && ["tools", "reasoning", "text", "summary"].includes(name));
    });
  return Object.fromEntries(entries);
}
