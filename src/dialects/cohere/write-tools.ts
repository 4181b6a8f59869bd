/** Tools and tool choice. https://docs.cohere.com/docs/tool-use-overview */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { DIALECT } from "./wire.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenTools {
  tools?: JsonObject[];
  strict?: boolean;
  choice?: string;
  instructions: string[];
}

/** Throws `capability.hosted_tool` and `request.not_expressible`. */
export function writeTools(writing: Writing): WrittenTools {
  const { request, own } = writing;
  const { toolChoice } = request;
  const chosen = namesChosen(toolChoice);
  const offered = (request.tools ?? []).map((tool, index) => ({ tool, path: `tools[${index}]` }));
  const used = offered.filter(({ tool }) => chosen === undefined || chosen.has(tool.name));
  const choice = own || used.length > 0 ? writeChoice(toolChoice) : undefined;
  const written: WrittenTools = { instructions: [] };
  if (choice !== undefined) written.choice = choice;
  if (request.tools === undefined || (used.length === 0 && !own)) return written;
  written.tools = used.map(({ tool, path }) => writeTool(tool, path));
  if (toolChoice?.type === "tool") {
    writing.warn(
      "emulated",
      "tool_choice",
      "Cohere can force a call of any tool only: the one that was chosen was offered alone.",
    );
  }
  const strict = strictOf(used, writing);
  if (strict !== undefined) written.strict = strict;
  return written;
}

/** The tools that may be called; undefined where all may. */
function namesChosen(choice: ToolChoice | undefined): Set<string> | undefined {
  if (choice?.type === "tool") return new Set([choice.name]);
  return choice?.type === "allowed" ? new Set(choice.names) : undefined;
}

function writeTool(tool: Tool, path: string): JsonObject {
  if (tool.kind !== "function") {
    if (tool.kind === "hosted" && tool.dialect === DIALECT && tool.native !== undefined) {
      return tool.native;
    }
    throw new Failure("capability.hosted_tool", {
      param: path,
      message: `Cohere does not have the ${tool.kind} tool "${tool.name}".`,
    });
  }
  const rest = tool.dialect === DIALECT ? (tool.native ?? {}) : {};
  const called: JsonObject = { name: tool.name };
  if (tool.description !== undefined) called.description = tool.description;
  if (tool.parameters !== undefined) called.parameters = tool.parameters;
  const inner = isObject(rest.function) ? rest.function : {};
  return { ...rest, type: "function", function: { ...called, ...inner } };
}

/** `strict_tools` speaks of all tools at once: of some alone it cannot. */
function strictOf(
  tools: readonly { tool: Tool; path: string }[],
  writing: Writing,
): boolean | undefined {
  const said = tools.filter(({ tool }) => tool.strict !== undefined);
  if (said.length === 0) return undefined;
  if (tools.every(({ tool }) => tool.strict === true)) return true;
  const [strict] = said.filter(({ tool }) => tool.strict === true);
  if (strict === undefined) return writing.own ? false : undefined;
  writing.warn(
    "parameter_not_carried",
    `${strict.path}.strict`,
    "Cohere's tools are strict all or none; they were sent as not strict.",
  );
  return undefined;
}

function writeChoice(choice: ToolChoice | undefined): string | undefined {
  switch (choice?.type) {
    case "required":
    case "tool":
      return "REQUIRED";
    case "none":
      return "NONE";
    case "allowed":
      return choice.mode === "required" ? "REQUIRED" : undefined;
    case "native":
      throw notExpressible("tool_choice", "The tool choice is one that Cohere does not have.");
    default:
      return undefined;
  }
}
