/** Tools and tool choice. https://ai.google.dev/api/caching#Tool, https://ai.google.dev/api/caching#ToolConfig */
import type { JsonObject } from "../../core/json.ts";
import type { Tool, ToolChoice } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { readName, writeName } from "./names.ts";
import { readSchema, writeSchema } from "./schema.ts";
import type { Warnings } from "./warnings.ts";
import { messagesAt, missing, objectAt, textAt, textsAt, without, wrongValue } from "./wire.ts";

/** Each function and each hosted tool as a tool of its own. */
export function readTools(list: JsonObject[]): Tool[] {
  return list.flatMap((wire, index) => {
    const param = `tools[${index}]`;
    const { functionDeclarations, ...hosted } = wire;
    const declared = messagesAt(functionDeclarations, `${param}.functionDeclarations`);
    return [
      ...declared.map((entry, at) =>
        readDeclaration(entry, `${param}.functionDeclarations[${at}]`),
      ),
      ...Object.entries(hosted).map(
        ([name, value]): Tool => ({
          kind: "hosted",
          name,
          dialect: "gemini",
          native: { [name]: value },
        }),
      ),
    ];
  });
}

/** The declaration is kept whole beside what it means: Google's own form says more than JSON Schema. */
function readDeclaration(wire: JsonObject, param: string): Tool {
  const name = textAt(wire.name, `${param}.name`);
  if (name === undefined) throw missing(`${param}.name`);
  const description = textAt(wire.description, `${param}.description`);
  const subset = objectAt(wire.parameters, `${param}.parameters`);
  const json = objectAt(wire.parametersJsonSchema, `${param}.parametersJsonSchema`);
  const parameters = json ?? (subset === undefined ? undefined : readSchema(subset));
  return {
    kind: "function",
    name: readName(name),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    dialect: "gemini",
    native: wire,
  };
}

/** Hosted tools of other vendors that Google has too, by the beginning of their name. */
const counterparts: readonly (readonly [prefix: string, tool: string])[] = [
  ["web_search", "googleSearch"],
  ["web_fetch", "urlContext"],
  ["code_execution", "codeExecution"],
  ["code_interpreter", "codeExecution"],
];

/** Throws `request.not_expressible`, `capability.hosted_tool` or `tool.schema_invalid` with the tool's path. */
export function writeTools(tools: readonly Tool[], warnings: Warnings): JsonObject[] {
  const written: JsonObject[] = [];
  let declarations: JsonObject[] | undefined;
  tools.forEach((tool, index) => {
    const param = `tools[${index}]`;
    if (tool.kind !== "function") {
      written.push(writeOther(tool, param, warnings));
      declarations = undefined;
      return;
    }
    // Neighbours share one entry, as Google's examples have it
    if (declarations === undefined) {
      declarations = [];
      written.push({ functionDeclarations: declarations });
    }
    declarations.push(writeDeclaration(tool, param, warnings));
  });
  return written;
}

function writeDeclaration(tool: Tool, param: string, warnings: Warnings): JsonObject {
  if (tool.cache !== undefined) cacheDropped(warnings, `${param}.cache_control`);
  if (tool.dialect === "gemini" && tool.native !== undefined) return tool.native;
  if (tool.strict === true)
    warnings.add("strict_dropped", "Gemini has no tools that are strict by themselves.", param);
  const declaration: JsonObject = { name: writeName(tool.name, `${param}.name`) };
  if (tool.description !== undefined) declaration.description = tool.description;
  if (tool.parameters !== undefined) {
    const { schema, dropped } = writeSchema(tool.parameters);
    schemaDropped(dropped, `${param}.parameters`, warnings);
    declaration.parametersJsonSchema = schema;
  }
  return declaration;
}

export function schemaDropped(dropped: string[], param: string, warnings: Warnings): void {
  if (dropped.length > 0)
    warnings.add(
      "schema_keyword_dropped",
      `Gemini does not read these keywords of the schema at \`${param}\`: ${dropped.join(", ")}.`,
      param,
    );
}

/** Gemini caches common beginnings by itself. https://ai.google.dev/gemini-api/docs/caching */
export function cacheDropped(warnings: Warnings, param: string): void {
  warnings.add("cache_mark_dropped", "Gemini caches by itself and takes no cache marks.", param);
}

function writeOther(tool: Tool, param: string, warnings: Warnings): JsonObject {
  if (tool.kind === "custom")
    throw new Failure("request.not_expressible", {
      message: `Gemini's functions take JSON: the custom tool ${tool.name} takes free text.`,
      param,
    });
  if (tool.dialect === "gemini" && tool.native !== undefined) return tool.native;
  const counterpart = counterparts.find(([prefix]) => tool.name.startsWith(prefix));
  if (counterpart === undefined)
    throw new Failure("capability.hosted_tool", {
      message: `Gemini has no hosted tool like ${tool.name}.`,
      param,
    });
  warnings.add(
    "hosted_tool_replaced",
    `The hosted tool ${tool.name} became Gemini's ${counterpart[1]}; its options were left out.`,
    param,
  );
  return { [counterpart[1]]: {} };
}

const choiceFields = new Set(["mode", "allowedFunctionNames"]);

/** The choice, and what of the configuration is no choice. */
export function readToolChoice(
  config: JsonObject | undefined,
  param: string,
): { choice?: ToolChoice; rest?: JsonObject } {
  if (config === undefined) return {};
  const mode = (textAt(config.mode, `${param}.mode`) ?? "MODE_UNSPECIFIED").toUpperCase();
  const names = textsAt(config.allowedFunctionNames, `${param}.allowedFunctionNames`) ?? [];
  const others = without(config, choiceFields);
  const choice = choiceOf(mode, names.map(readName), `${param}.mode`);
  // Only this mode says that calls be checked against their schemas; alone it means auto besides
  const rest = mode === "VALIDATED" && names.length === 0 ? { ...others, mode } : others;
  return {
    ...(choice === undefined ? {} : { choice }),
    ...(rest === undefined ? {} : { rest }),
  };
}

function choiceOf(mode: string, names: string[], param: string): ToolChoice | undefined {
  const [first] = names;
  switch (mode) {
    case "MODE_UNSPECIFIED":
      return undefined;
    case "NONE":
      return { type: "none" };
    case "AUTO":
    case "VALIDATED":
      return names.length === 0 ? { type: "auto" } : { type: "allowed", mode: "auto", names };
    case "ANY":
      if (first === undefined) return { type: "required" };
      if (names.length === 1) return { type: "tool", name: first };
      return { type: "allowed", mode: "required", names };
    default:
      throw wrongValue(param, "must be AUTO, ANY, NONE or VALIDATED.");
  }
}

const modes = { auto: "AUTO", none: "NONE", required: "ANY" } as const;

/** `functionCallingConfig`, or nothing where it says nothing. */
export function writeToolChoice(choice: ToolChoice, warnings: Warnings): JsonObject | undefined {
  const written = (name: string) => writeName(name, "tool_choice");
  switch (choice.type) {
    case "tool":
      return { mode: "ANY", allowedFunctionNames: [written(choice.name)] };
    case "allowed":
      return {
        mode: choice.mode === "required" ? "ANY" : "VALIDATED",
        allowedFunctionNames: choice.names.map(written),
      };
    case "native":
      warnings.dropped("tool_choice", `it is of the format ${choice.dialect}`);
      return undefined;
    default:
      return { mode: modes[choice.type] };
  }
}
