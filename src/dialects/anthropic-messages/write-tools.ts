/** Tools and tool choice. https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools */
import type { JsonObject } from "../../core/json.ts";
import type { Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { adaptSchema } from "./json-schema.ts";
import { cacheControl, DIALECT } from "./wire.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenTools {
  tools?: JsonObject[];
  tool_choice?: JsonObject;
}

/** Whether the request makes the model call a tool. */
export function forcesTool(choice: ToolChoice | undefined): boolean {
  if (choice === undefined) return false;
  return (
    choice.type === "required" ||
    choice.type === "tool" ||
    (choice.type === "allowed" && choice.mode === "required")
  );
}

/** Throws `capability.hosted_tool`, `capability.tool_choice_required` and `request.not_expressible`. */
export function writeTools(writing: Writing): WrittenTools {
  const { request, rules, own } = writing;
  const { toolChoice } = request;
  const offered = (request.tools ?? []).map((tool, index) => ({ tool, path: `tools[${index}]` }));
  const allowed = toolChoice?.type === "allowed" ? new Set(toolChoice.names) : undefined;
  const tools = offered
    .filter(({ tool }) => allowed === undefined || allowed.has(tool.name))
    .map(({ tool, path }) => writeTool(tool, path, writing));
  if (tools.length === 0) {
    if (own && toolChoice !== undefined) return { tool_choice: writeChoice(toolChoice, writing) };
    return request.tools !== undefined && own ? { tools } : {};
  }
  if (!own && rules.refusesForcedTools === true && forcesTool(toolChoice)) {
    throw new Failure("capability.tool_choice_required", { param: "tool_choice" });
  }
  const choice = toolChoice ?? (request.parallelToolCalls === false ? auto : undefined);
  return choice === undefined ? { tools } : { tools, tool_choice: writeChoice(choice, writing) };
}

const auto: ToolChoice = { type: "auto" };

function writeTool(tool: Tool, path: string, writing: Writing): JsonObject {
  if (tool.kind !== "function") {
    if (tool.kind === "hosted" && tool.dialect === DIALECT && tool.native !== undefined) {
      return tool.native;
    }
    throw new Failure("capability.hosted_tool", {
      param: path,
      message: `Claude does not have the ${tool.kind} tool "${tool.name}".`,
    });
  }
  const written: JsonObject = { name: tool.name };
  if (tool.description !== undefined) written.description = tool.description;
  written.input_schema = inputSchema(tool.parameters);
  if (tool.strict !== undefined) writeStrict(tool, written, path, writing);
  if (tool.cache !== undefined) written.cache_control = cacheControl(tool.cache);
  if (tool.dialect === DIALECT) Object.assign(written, tool.native);
  return written;
}

/** The API needs an object at the root; a tool without parameters is one without properties. */
function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: "object", properties: {} };
  return parameters.type === undefined ? { type: "object", ...parameters } : parameters;
}

function writeStrict(tool: Tool, written: JsonObject, path: string, writing: Writing): void {
  if (writing.own) {
    written.strict = tool.strict === true;
    return;
  }
  if (tool.strict !== true) return;
  if (!writing.rules.structuredOutput) {
    writing.warn("parameter_not_carried", `${path}.strict`, "The model has no strict tools.");
    return;
  }
  written.strict = true;
  const adapted = adaptSchema(inputSchema(tool.parameters));
  written.input_schema = adapted.schema;
  if (adapted.changed) {
    writing.warn(
      "parameter_changed",
      `${path}.parameters`,
      "The schema was put into what strict tools take: objects closed, bounds moved into descriptions.",
    );
  }
}

const modes = { auto: "auto", none: "none", required: "any" } as const;

function writeChoice(choice: ToolChoice, writing: Writing): JsonObject {
  if (choice.type === "native") {
    if (choice.dialect === DIALECT) return choice.value;
    throw notExpressible("tool_choice", "The tool choice is one that Claude does not have.");
  }
  const written: JsonObject =
    choice.type === "tool"
      ? { type: "tool", name: choice.name }
      : { type: modes[choice.type === "allowed" ? choice.mode : choice.type] };
  const parallel = writing.request.parallelToolCalls;
  if (written.type !== "none" && (parallel === false || (parallel === true && writing.own))) {
    written.disable_parallel_tool_use = !parallel;
  }
  return written;
}
