/** What each of the sandbox's models says to a request: the same every time. */
import { hash } from "node:crypto";
import type { ChatRequest, Part, Tool } from "../../core/request.ts";
import type { SandboxParameters } from "./parameters.ts";
import { sampleOf } from "./sample.ts";

/** One piece of an answer, whole. */
export type Line =
  | { type: "reasoning"; text: string }
  | { type: "text"; text: string }
  | { type: "tool-call"; name: string; arguments: string };

/** Words to say where a number of tokens is asked for. */
const filler = "the quick brown fox jumps over the lazy dog and runs on".split(" ");

export function scriptFor(request: ChatRequest, parameters: SandboxParameters): Line[] {
  const { model, tokens } = parameters;
  if (tokens !== undefined && model !== "tools") return [{ type: "text", text: words(tokens) }];
  switch (model) {
    case "reason":
      return [
        { type: "reasoning", text: "The user wrote something. A short and friendly answer fits." },
        { type: "text", text: greeting(request) },
      ];
    case "tools":
      return toolScript(request);
    case "adversary":
      return adversaryScript(request);
    case "json":
      return [{ type: "text", text: jsonAnswer(request) }];
    case "vision":
      return [{ type: "text", text: imageAnswer(request) }];
    default:
      return [
        {
          type: "text",
          text:
            request.output === undefined || request.output.type === "text"
              ? greeting(request)
              : jsonAnswer(request),
        },
      ];
  }
}

function words(count: number): string {
  return Array.from({ length: count }, (_, index) => filler[index % filler.length]).join(" ");
}

function greeting(request: ChatRequest): string {
  const said = lastText(request);
  return said === ""
    ? "Hello from Parley's sandbox."
    : `Hello from Parley's sandbox. You said: ${said}`;
}

/** The last user turn's text, cut to what is worth repeating. */
function lastText(request: ChatRequest): string {
  const turn = request.turns.findLast(({ role }) => role === "user");
  const text = (turn?.parts ?? [])
    .map((part) => (part.type === "text" ? part.text : ""))
    .join(" ")
    .trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function jsonAnswer(request: ChatRequest): string {
  const { output } = request;
  if (output?.type === "json-schema") return JSON.stringify(sampleOf(output.schema));
  return JSON.stringify({ answer: greeting(request) });
}

function imageAnswer(request: ChatRequest): string {
  const images = request.turns
    .flatMap(({ parts }) => parts)
    .filter((part) => part.type === "image");
  if (images.length === 0) return "There is no image in this conversation.";
  return `I see ${images.length} ${images.length === 1 ? "image" : "images"}: ${images.map(describe).join("; ")}.`;
}

function describe(part: Part): string {
  if (part.type !== "image") return "";
  const { source } = part;
  if (source.kind === "bytes")
    return `${source.mediaType}, ${Math.floor((source.data.length * 3) / 4)} bytes`;
  return source.kind === "url" ? "one by its address" : "one by its id";
}

/** Calls a tool once, then speaks of its result. */
function toolScript(request: ChatRequest): Line[] {
  const last = request.turns.at(-1);
  if (last?.role === "tool") {
    const results = last.parts.flatMap((part) =>
      part.type === "tool-result" ? [resultText(part.content)] : [],
    );
    return [{ type: "text", text: `The tool says: ${results.join(" ")}` }];
  }
  const tool = chosenTool(request);
  if (tool === undefined) return [{ type: "text", text: greeting(request) }];
  return [callOf(tool)];
}

function callOf(tool: Tool): Line {
  const text =
    tool.kind === "custom"
      ? "sample"
      : JSON.stringify(sampleOf(tool.parameters ?? { type: "object" }));
  return { type: "tool-call", name: tool.name, arguments: text };
}

function resultText(content: readonly Part[]): string {
  return content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join(" ");
}

/** The tool that the request forces, one that the user names, or the first. */
function chosenTool(request: ChatRequest): Tool | undefined {
  const { toolChoice, tools = [] } = request;
  if (toolChoice?.type === "none") return undefined;
  if (toolChoice?.type === "tool") return tools.find(({ name }) => name === toolChoice.name);
  const said = lastText(request);
  return tools.find(({ name }) => said.includes(name)) ?? tools[0];
}

/** Ways in which a model's tool call goes wrong. */
const mischief: readonly ((tool: Tool) => Line)[] = [
  (tool) => ({ type: "tool-call", name: tool.name, arguments: "{}" }),
  (tool) => ({ type: "tool-call", name: tool.name, arguments: '{"unexpected":true}' }),
  (tool) => ({ type: "tool-call", name: tool.name, arguments: '{"cut":"in the mid' }),
  (tool) => ({ type: "tool-call", name: tool.name, arguments: "[1,2,3]" }),
  (tool) => ({ type: "tool-call", name: tool.name, arguments: '{"number":1e999}' }),
  (tool) => ({ type: "tool-call", name: `${tool.name}_that_nobody_declared`, arguments: "{}" }),
  (tool) => ({
    type: "tool-call",
    name: tool.name,
    arguments: `{"deep":${"[".repeat(500)}${"]".repeat(500)}}`,
  }),
];

/** Does with a tool what a model should not; which way depends on the conversation alone. */
function adversaryScript(request: ChatRequest): Line[] {
  const tool = chosenTool(request);
  if (tool === undefined) return [{ type: "text", text: greeting(request) }];
  const digest = hash("sha256", JSON.stringify(request.turns), "buffer");
  const way = mischief[digest.readUInt32BE(0) % mischief.length];
  return way === undefined ? [] : [way(tool)];
}
