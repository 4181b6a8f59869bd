/** Tools and the choice among them. https://developers.openai.com/api/docs/guides/tools */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { dialectName } from "./wire.ts";
import { writeMark } from "./write-content.ts";
import { notExpressible, type Writing } from "./writing.ts";

export function writeTools(writing: Writing): JsonObject[] | undefined {
  return writing.request.tools?.map((tool, index) => writeTool(tool, `tools[${index}]`, writing));
}

/** Tools of other vendors that do the same, by their types there. */
const alike: readonly { name: RegExp; tool: JsonObject }[] = [
  { name: /^(web_search(_\d+)?|googleSearch|google_search)$/, tool: { type: "web_search" } },
  {
    name: /^(code_execution(_\d+)?|codeExecution)$/,
    tool: { type: "code_interpreter", container: { type: "auto" } },
  },
];

function writeTool(tool: Tool, path: string, writing: Writing): JsonObject {
  writeMark(tool.cache, writing);
  if (tool.kind === "hosted") {
    if (tool.dialect?.startsWith("openai-") && tool.native !== undefined) return tool.native;
    const known = alike.find(({ name }) => name.test(tool.name));
    if (known !== undefined) {
      writing.warn(
        "hosted_tool_replaced",
        `The hosted tool ${tool.name} became ${known.tool.type}; its options were left out.`,
        path,
      );
      return known.tool;
    }
    throw new Failure("capability.hosted_tool", {
      message: `The hosted tool ${tool.name} is not known to this provider (${path}).`,
      param: path,
    });
  }
  const written: JsonObject = { type: tool.kind, name: tool.name };
  if (tool.description !== undefined) written.description = tool.description;
  if (tool.kind === "custom") {
    if (tool.native !== undefined) written.format = customFormat(tool.native);
    return written;
  }
  written.parameters = tool.parameters ?? emptySchema(writing);
  // Absent means strict here, and not strict in other formats.
  const strict = tool.strict ?? (writing.own ? undefined : false);
  if (strict !== undefined) written.strict = strict;
  return tool.dialect === dialectName ? { ...written, ...tool.native } : written;
}

/** The API requires the field; null is a function without parameters. */
function emptySchema(writing: Writing): Json {
  return writing.own ? null : { type: "object", properties: {} };
}

/** Chat has the grammar's fields one level below its type; here they stand beside it. */
function customFormat(native: JsonObject): JsonObject {
  const { type, grammar } = native;
  return type === "grammar" && isObject(grammar) ? { type, ...grammar } : native;
}

export function writeChoice(choice: ToolChoice, writing: Writing): Json {
  switch (choice.type) {
    case "tool":
      return { type: choice.kind ?? kindOf(choice.name, writing), name: choice.name };
    case "allowed":
      return {
        type: "allowed_tools",
        mode: choice.mode,
        tools: choice.names.map((name) => ({ type: kindOf(name, writing), name })),
      };
    case "native":
      if (choice.dialect === dialectName) return choice.value;
      if (choice.dialect === "openai-chat") return fromChat(choice.value);
      throw notExpressible("tool_choice", `Only ${choice.dialect} can express this tool choice`);
    default:
      return choice.type;
  }
}

/** Chat's allowed tools stand one level down, as its functions do. */
function fromChat(value: JsonObject): JsonObject {
  if (value.type !== "allowed_tools" || !isObject(value.allowed_tools)) return value;
  const { mode = "auto", tools } = value.allowed_tools;
  const flat = (Array.isArray(tools) ? tools : []).map((tool) => {
    if (!isObject(tool)) return tool;
    const { function: named, custom, ...rest } = tool;
    return { ...rest, ...(isObject(named) ? named : {}), ...(isObject(custom) ? custom : {}) };
  });
  return { type: "allowed_tools", mode, tools: flat };
}

function kindOf(name: string, writing: Writing): "function" | "custom" {
  const tool = writing.request.tools?.find((each) => each.name === name);
  return tool?.kind === "custom" ? "custom" : "function";
}
