/** What a response repeats from its request: for the answer's context, where a client spoke this dialect. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";

const repeated = [
  "background",
  "frequency_penalty",
  "instructions",
  "max_output_tokens",
  "max_tool_calls",
  "metadata",
  "parallel_tool_calls",
  "presence_penalty",
  "previous_response_id",
  "prompt",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
  "store",
  "temperature",
  "tool_choice",
  "top_logprobs",
  "top_p",
  "truncation",
  "user",
] as const;

/** `AnswerContext.echo` of a request's body; what the client left out is left to the defaults. */
export function echoOf(body: JsonObject): JsonObject {
  const echo: JsonObject = {};
  for (const field of repeated) {
    const value = body[field];
    if (value !== undefined && value !== null) echo[field] = value;
  }
  const { tools, text, reasoning, conversation } = body;
  if (Array.isArray(tools)) echo.tools = tools.map(completeTool);
  if (isObject(text)) {
    const { format, ...rest } = text;
    echo.text = { ...rest, format: completeFormat(format) };
  }
  if (isObject(reasoning)) echo.reasoning = { effort: null, summary: null, ...reasoning };
  if (typeof conversation === "string") echo.conversation = { id: conversation };
  else if (isObject(conversation)) echo.conversation = conversation;
  return echo;
}

/** Clients' types require these fields of a function, and say null where there is nothing. */
function completeTool(tool: Json): Json {
  if (!isObject(tool) || tool.type !== "function") return tool;
  return { description: null, parameters: null, ...tool, strict: tool.strict ?? true };
}

function completeFormat(format: Json | undefined): JsonObject {
  if (!isObject(format)) return { type: "text" };
  if (format.type !== "json_schema") return format;
  return { description: null, ...format, strict: format.strict ?? false };
}
