/** Tools and tool choice. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, Tool, ToolChoice } from "../../core/request.ts";
import { flag, list, needed, notAllowed, object, text } from "../anthropic-messages/fields.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { readName } from "./names.ts";
import { cacheMark, DIALECT, kindOf } from "./wire.ts";

const configFields = new Set(["tools", "toolChoice"]);

/** Sets the request's tools and choice; returns the fields of the configuration beyond them. */
export function readToolConfig(
  value: Json | undefined,
  request: ChatRequest,
): JsonObject | undefined {
  const config = object(value, "toolConfig");
  if (config === undefined) return undefined;
  const entries = list(config.tools, "toolConfig.tools");
  if (entries !== undefined) {
    request.tools = [];
    for (const [index, entry] of entries.entries()) {
      readTool(entry, `toolConfig.tools[${index}]`, request.tools);
    }
  }
  const choice = object(config.toolChoice, "toolConfig.toolChoice");
  if (choice !== undefined) request.toolChoice = readChoice(choice);
  return restOf(config, configFields);
}

const specFields = new Set(["name", "description", "inputSchema", "strict"]);

function readTool(entry: Json, path: string, tools: Tool[]): void {
  const found = isObject(entry) ? kindOf(entry) : undefined;
  if (!isObject(entry) || found === undefined) {
    throw notAllowed(path, `\`${path}\` must be a tool.`);
  }
  const [kind, value] = found;
  const last = tools.at(-1);
  if (kind === "cachePoint" && last !== undefined && last.cache === undefined) {
    const mark = cacheMark(value);
    if (mark !== undefined) {
      last.cache = mark;
      return;
    }
  }
  if (kind !== "toolSpec") {
    const name = isObject(value) && typeof value.name === "string" ? value.name : kind;
    tools.push({ kind: "hosted", name, dialect: DIALECT, native: entry });
    return;
  }
  const at = `${path}.toolSpec`;
  const spec = needed(object(value, at), at);
  const schema = needed(object(spec.inputSchema, `${at}.inputSchema`), `${at}.inputSchema`);
  const tool: Tool = {
    kind: "function",
    name: readName(needed(text(spec.name, `${at}.name`), `${at}.name`)),
    parameters: needed(object(schema.json, `${at}.inputSchema.json`), `${at}.inputSchema.json`),
  };
  const description = text(spec.description, `${at}.description`);
  if (description !== undefined) tool.description = description;
  const strict = flag(spec.strict, `${at}.strict`);
  if (strict !== undefined) tool.strict = strict;
  const rest = restOf(spec, specFields);
  if (rest !== undefined) {
    tool.dialect = DIALECT;
    tool.native = rest;
  }
  tools.push(tool);
}

function readChoice(choice: JsonObject): ToolChoice {
  const [kind, value] = kindOf(choice) ?? [];
  if (kind === "auto") return { type: "auto" };
  if (kind === "any") return { type: "required" };
  if (kind === "tool" && isObject(value)) {
    const at = "toolConfig.toolChoice.tool.name";
    return { type: "tool", name: readName(needed(text(value.name, at), at)) };
  }
  return { type: "native", dialect: DIALECT, value: choice };
}
