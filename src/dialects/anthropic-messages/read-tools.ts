/** Tools and tool choice. https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools */
import { isObject, type Json } from "../../core/json.ts";
import type { ChatRequest, Tool, ToolChoice } from "../../core/request.ts";
import { flag, list, needed, notAllowed, object, text } from "./fields.ts";
import { cacheMark, DIALECT, restOf } from "./wire.ts";

const toolFields = new Set([
  "type",
  "name",
  "description",
  "input_schema",
  "strict",
  "cache_control",
]);

export function readTools(tools: Json | undefined): Tool[] | undefined {
  return list(tools, "tools")?.map((tool, index) => readTool(tool, `tools[${index}]`));
}

function readTool(tool: Json, path: string): Tool {
  if (!isObject(tool)) throw notAllowed(path, `\`${path}\` must be an object.`);
  const type = text(tool.type, `${path}.type`);
  if (type !== undefined && type !== "custom") {
    // A versioned type: a tool that Anthropic runs, or one whose schema it knows.
    return { kind: "hosted", name: type, dialect: DIALECT, native: tool };
  }
  const read: Tool = {
    kind: "function",
    name: needed(text(tool.name, `${path}.name`), `${path}.name`),
    parameters: needed(object(tool.input_schema, `${path}.input_schema`), `${path}.input_schema`),
  };
  const description = text(tool.description, `${path}.description`);
  if (description !== undefined) read.description = description;
  const strict = flag(tool.strict, `${path}.strict`);
  if (strict !== undefined) read.strict = strict;
  const cache = cacheMark(tool.cache_control);
  if (cache !== undefined) read.cache = cache;
  let rest = restOf(tool, toolFields);
  if (cache === undefined && isObject(tool.cache_control)) {
    rest = { ...rest, cache_control: tool.cache_control };
  }
  if (rest !== undefined) {
    read.dialect = DIALECT;
    read.native = rest;
  }
  return read;
}

type ReadChoice = Pick<ChatRequest, "toolChoice" | "parallelToolCalls">;

const modes: Readonly<Record<string, "auto" | "none" | "required">> = {
  auto: "auto",
  none: "none",
  any: "required",
};
const choiceFields = new Set(["type", "name", "disable_parallel_tool_use"]);

export function readToolChoice(value: Json | undefined): ReadChoice {
  const choice = object(value, "tool_choice");
  if (choice === undefined) return {};
  const type = needed(text(choice.type, "tool_choice.type"), "tool_choice.type");
  const disabled = flag(choice.disable_parallel_tool_use, "tool_choice.disable_parallel_tool_use");
  const parallel = disabled === undefined ? {} : { parallelToolCalls: !disabled };
  const mode = Object.hasOwn(modes, type) ? modes[type] : undefined;
  if (restOf(choice, choiceFields) !== undefined || (mode === undefined && type !== "tool")) {
    return { toolChoice: { type: "native", dialect: DIALECT, value: choice } };
  }
  const toolChoice: ToolChoice =
    mode === undefined
      ? { type: "tool", name: needed(text(choice.name, "tool_choice.name"), "tool_choice.name") }
      : { type: mode };
  return { toolChoice, ...parallel };
}
