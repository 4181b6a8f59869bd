/** A Messages request in canonical form. https://platform.claude.com/docs/en/api/messages/create */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, ReasoningOptions, Role, Turn } from "../../core/request.ts";
import type { RequestContext } from "../dialect.ts";
import { flag, integer, list, needed, notAllowed, number, object, text, texts } from "./fields.ts";
import { readBlock } from "./read-blocks.ts";
import { readToolChoice, readTools } from "./read-tools.ts";
import { cacheMark, DIALECT, restOf } from "./wire.ts";

/** Fields that have a canonical form. What else a request holds is kept under `extra`. */
const known = new Set([
  "model",
  "messages",
  "system",
  "max_tokens",
  "stream",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "output_format",
  "metadata",
  "service_tier",
  "cache_control",
]);

/**
 * Reads a request; `max_tokens` may be absent, because a request to count tokens has none. `extra` is
 * always set: it marks that the client spoke this dialect, so that its words are written back literally.
 */
export function readRequest(body: JsonObject, context?: RequestContext): ChatRequest {
  const stream = context?.stream ?? flag(body.stream, "stream") ?? false;
  const extra: JsonObject = restOf(body, known) ?? {};
  const request: ChatRequest = {
    model: context?.model ?? needed(text(body.model, "model"), "model"),
    turns: [...readSystem(body.system), ...readMessages(body.messages)],
    stream,
    extra: { dialect: DIALECT, fields: extra },
  };
  // Messages streams always tell their usage.
  if (stream) request.streamUsage = true;
  put(request, "maxOutputTokens", integer(body.max_tokens, "max_tokens"));
  put(request, "temperature", number(body.temperature, "temperature"));
  put(request, "topP", number(body.top_p, "top_p"));
  put(request, "topK", integer(body.top_k, "top_k"));
  put(request, "stop", texts(body.stop_sequences, "stop_sequences"));
  put(request, "serviceTier", text(body.service_tier, "service_tier"));
  put(request, "tools", readTools(body.tools));
  const choice = readToolChoice(body.tool_choice);
  put(request, "toolChoice", choice.toolChoice);
  put(request, "parallelToolCalls", choice.parallelToolCalls);
  readCache(body, request, extra);
  readOutput(body, request, extra);
  readMetadata(body, request, extra);
  return request;
}

/** Sets a field that was sent. */
function put<K extends keyof ChatRequest>(
  request: ChatRequest,
  key: K,
  value: ChatRequest[K],
): void {
  if (value !== undefined) request[key] = value;
}

function readSystem(system: Json | undefined): Turn[] {
  if (typeof system === "string") {
    return system === "" ? [] : [{ role: "system", parts: [{ type: "text", text: system }] }];
  }
  const blocks = list(system, "system");
  if (blocks === undefined || blocks.length === 0) return [];
  return readTurns("system", blocks, "system", undefined);
}

const roles: Readonly<Record<string, Role>> = {
  user: "user",
  assistant: "assistant",
  system: "system",
};
const messageFields = new Set(["role", "content"]);

function readMessages(messages: Json | undefined): Turn[] {
  return needed(list(messages, "messages"), "messages").flatMap((message, index) => {
    const path = `messages[${index}]`;
    if (!isObject(message)) throw notAllowed(path, `\`${path}\` must be an object.`);
    const word = needed(text(message.role, `${path}.role`), `${path}.role`);
    const role = Object.hasOwn(roles, word) ? roles[word] : undefined;
    if (role === undefined) {
      throw notAllowed(`${path}.role`, `\`${path}.role\` must be "user", "assistant" or "system".`);
    }
    const rest = restOf(message, messageFields);
    const at = `${path}.content`;
    if (typeof message.content === "string") {
      return readTurns(role, [{ type: "text", text: message.content }], at, rest);
    }
    // A system message may change settings and say nothing.
    const content = list(message.content, at) ?? (role === "system" ? [] : undefined);
    return readTurns(role, needed(content, at), at, rest);
  });
}

/** One message's blocks: a turn, or several where it holds tool results, which stand in turns of their own. */
function readTurns(
  role: Role,
  blocks: Json[],
  path: string,
  message: JsonObject | undefined,
): Turn[] {
  const turns: Turn[] = [];
  let turn: Turn | undefined;
  for (const [index, block] of blocks.entries()) {
    const read = readBlock(block, `${path}[${index}]`);
    if ("stateOfPrevious" in read) {
      const previous = turn?.parts.at(-1);
      if (
        previous?.type === "text" ||
        previous?.type === "tool-call" ||
        previous?.type === "image"
      ) {
        previous.signature = read.stateOfPrevious;
      }
      continue;
    }
    const turnRole: Role = read.part.type === "tool-result" ? "tool" : role;
    if (turn?.role !== turnRole) {
      turn = { role: turnRole, parts: [] };
      turns.push(turn);
    }
    if (read.rest !== undefined) extraOf(turn)[String(turn.parts.length)] = read.rest;
    turn.parts.push(read.part);
  }
  if (turns.length === 0) turns.push({ role, parts: [] });
  const first = turns[0];
  if (message !== undefined && first !== undefined) Object.assign(extraOf(first), message);
  return turns;
}

/** A turn's fields without canonical form: the message's by name, its blocks' by the index of the part. */
function extraOf(turn: Turn): JsonObject {
  turn.extra ??= { dialect: DIALECT, fields: {} };
  return turn.extra.fields;
}

function readCache(body: JsonObject, request: ChatRequest, extra: JsonObject): void {
  const control = object(body.cache_control, "cache_control");
  if (control === undefined) return;
  const mark = cacheMark(control);
  if (mark === undefined) extra.cache_control = control;
  else request.cache = mark;
}

const outputFields = new Set(["effort", "format"]);
const thinkingFields = new Set(["type", "budget_tokens", "display"]);
const displays: Readonly<Record<string, string>> = { summarized: "auto", omitted: "none" };

/** `thinking` and `output_config`, and `output_format`, the earlier place of `output_config.format`. */
function readOutput(body: JsonObject, request: ChatRequest, extra: JsonObject): void {
  const reasoning: ReasoningOptions = {};
  const output = object(body.output_config, "output_config");
  if (output !== undefined) {
    const effort = text(output.effort, "output_config.effort");
    if (effort !== undefined) reasoning.effort = effort;
    const rest = restOf(output, outputFields);
    if (rest !== undefined) extra.output_config = rest;
  }
  const thinking = object(body.thinking, "thinking");
  if (thinking !== undefined) readThinking(thinking, reasoning, extra);
  if (Object.keys(reasoning).length > 0) request.reasoning = reasoning;

  const path = isObject(output?.format) ? "output_config.format" : "output_format";
  const format = object(output?.format ?? body.output_format, path);
  if (format === undefined) return;
  if (format.type === "json_schema" && isObject(format.schema)) {
    request.output = { type: "json-schema", schema: format.schema };
    return;
  }
  const rest = isObject(extra.output_config) ? extra.output_config : {};
  extra.output_config = { ...rest, format };
}

function readThinking(thinking: JsonObject, reasoning: ReasoningOptions, extra: JsonObject): void {
  const type = needed(text(thinking.type, "thinking.type"), "thinking.type");
  const budget = integer(thinking.budget_tokens, "thinking.budget_tokens");
  if (budget !== undefined) reasoning.budget = budget;
  reasoning.enabled = type === "adaptive" ? "adaptive" : type !== "disabled";
  const display = text(thinking.display, "thinking.display");
  let rest = restOf(thinking, thinkingFields);
  if (display !== undefined && Object.hasOwn(displays, display))
    reasoning.summary = displays[display];
  else if (display !== undefined) rest = { ...rest, display };
  if (type !== "enabled" && type !== "disabled" && type !== "adaptive") rest = { ...rest, type };
  if (rest !== undefined) extra.thinking = rest;
}

const metadataFields = new Set(["user_id"]);

function readMetadata(body: JsonObject, request: ChatRequest, extra: JsonObject): void {
  const metadata = object(body.metadata, "metadata");
  if (metadata === undefined) return;
  put(request, "user", text(metadata.user_id, "metadata.user_id"));
  const rest = restOf(metadata, metadataFields);
  if (rest !== undefined) extra.metadata = rest;
}
