/** Tools and tool choice. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html */
import type { JsonObject } from "../../core/json.ts";
import type { Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { adaptSchema } from "../anthropic-messages/json-schema.ts";
import { rulesFor as claudeRules } from "../anthropic-messages/models.ts";
import { forcesTool } from "../anthropic-messages/write-tools.ts";
import { writeName } from "./names.ts";
import { cachePoint, DIALECT } from "./wire.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenTools {
  config?: JsonObject;
  /** What is asked for in the system prompt instead. */
  instructions: string[];
}

/**
 * Throws `capability.hosted_tool`, `capability.tool_choice_required`, `tool.schema_invalid` and
 * `request.not_expressible`.
 */
export function writeTools(writing: Writing): WrittenTools {
  const { request, own } = writing;
  const { toolChoice } = request;
  if (own) return { ...ownConfig(writing), instructions: [] };
  if (request.parallelToolCalls === false) {
    writing.warn(
      "parameter_not_carried",
      "parallel_tool_calls",
      "Converse cannot forbid parallel tool calls.",
    );
  }
  const allowed = toolChoice?.type === "allowed" ? new Set(toolChoice.names) : undefined;
  const tools = (request.tools ?? []).flatMap((tool, index) =>
    allowed === undefined || allowed.has(tool.name)
      ? writeTool(tool, `tools[${index}]`, writing)
      : [],
  );
  const called = namesCalled(writing);
  if (toolChoice?.type === "none" || tools.length === 0) return without(tools, called, writing);
  if (forcesTool(toolChoice) && claudeRules(writing.context.model).refusesForcedTools === true) {
    throw new Failure("capability.tool_choice_required", { param: "tool_choice" });
  }
  const config: JsonObject = { tools };
  if (toolChoice !== undefined) config.toolChoice = writeChoice(toolChoice);
  return { config, instructions: [] };
}

function ownConfig(writing: Writing): { config?: JsonObject } {
  const { tools, toolChoice } = writing.request;
  if (tools === undefined) return {};
  const config: JsonObject = {
    tools: tools.flatMap((tool, index) => writeTool(tool, `tools[${index}]`, writing)),
  };
  if (toolChoice !== undefined) config.toolChoice = writeChoice(toolChoice);
  return { config };
}

/**
 * A request without tools to call. Converse refuses a history with calls where no tools are configured:
 * they are, and the model is told not to call them.
 */
function without(
  tools: readonly JsonObject[],
  called: ReadonlySet<string>,
  writing: Writing,
): WrittenTools {
  if (called.size === 0) return { instructions: [] };
  writing.warn(
    "emulated",
    "tool_choice",
    "Bedrock needs the tools that the conversation shows; the model was told not to call them.",
  );
  const shown =
    tools.length > 0
      ? [...tools]
      : [...called].map((name) => ({
          toolSpec: {
            name: writeName(name, "messages"),
            inputSchema: { json: { type: "object", properties: {} } },
          },
        }));
  return { config: { tools: shown }, instructions: ["Do not call any tool. Answer in text."] };
}

function namesCalled(writing: Writing): Set<string> {
  const names = new Set<string>();
  for (const { parts } of writing.request.turns) {
    for (const part of parts) if (part.type === "tool-call") names.add(part.name);
  }
  return names;
}

function writeTool(tool: Tool, path: string, writing: Writing): JsonObject[] {
  if (tool.kind !== "function") {
    if (tool.kind !== "hosted" || tool.dialect !== DIALECT || tool.native === undefined) {
      throw new Failure("capability.hosted_tool", {
        param: path,
        message: `Bedrock does not have the ${tool.kind} tool "${tool.name}".`,
      });
    }
    return marked(tool, tool.native, path, writing);
  }
  const spec: JsonObject = { name: writeName(tool.name, `${path}.name`) };
  // An empty description is refused.
  if (tool.description !== undefined && (writing.own || tool.description !== ""))
    spec.description = tool.description;
  spec.inputSchema = { json: inputSchema(tool.parameters) };
  if (tool.strict !== undefined) writeStrict(tool, spec, path, writing);
  if (tool.dialect === DIALECT) Object.assign(spec, tool.native);
  return marked(tool, { toolSpec: spec }, path, writing);
}

function marked(tool: Tool, written: JsonObject, path: string, writing: Writing): JsonObject[] {
  if (tool.cache === undefined) return [written];
  if (!writing.own && writing.rules.reasoning !== "thinking") {
    writing.warn("parameter_not_carried", path, "The model takes no cache marks on tools.");
    return [written];
  }
  return [written, cachePoint(tool.cache)];
}

function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: "object", properties: {} };
  return parameters.type === undefined ? { type: "object", ...parameters } : parameters;
}

function writeStrict(tool: Tool, spec: JsonObject, path: string, writing: Writing): void {
  if (writing.own) {
    spec.strict = tool.strict === true;
    return;
  }
  if (tool.strict !== true) return;
  if (!writing.rules.structuredOutput) {
    writing.warn("parameter_not_carried", `${path}.strict`, "The model has no strict tools.");
    return;
  }
  spec.strict = true;
  const adapted = adaptSchema(inputSchema(tool.parameters));
  spec.inputSchema = { json: adapted.schema };
  if (adapted.changed) {
    writing.warn(
      "parameter_changed",
      `${path}.parameters`,
      "The schema was put into what strict tools take: objects closed, bounds moved into descriptions.",
    );
  }
}

function writeChoice(choice: ToolChoice): JsonObject {
  switch (choice.type) {
    case "native":
      if (choice.dialect === DIALECT) return choice.value;
      throw notExpressible("tool_choice", "The tool choice is one that Bedrock does not have.");
    case "tool":
      return { tool: { name: writeName(choice.name, "tool_choice") } };
    case "allowed":
      return choice.mode === "required" ? { any: {} } : { auto: {} };
    case "required":
      return { any: {} };
    default:
      return { auto: {} };
  }
}
