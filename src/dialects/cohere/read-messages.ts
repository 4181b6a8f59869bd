/** A request's messages as turns. https://docs.cohere.com/reference/chat */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Part, ReasoningPart, Role, TextPart, Turn } from "../../core/request.ts";
import { list, needed, notAllowed, object, text } from "../anthropic-messages/fields.ts";
import { restOf } from "../anthropic-messages/wire.ts";
import { readExtraContent, readOrigin } from "../openai-chat/opaque.ts";
import { readCitation } from "./citations.ts";
import { COHERE, DIALECT, isPlan, planMark } from "./wire.ts";

const roles: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "developer",
  user: "user",
  assistant: "assistant",
  tool: "tool",
};

export function readMessages(value: Json | undefined): Turn[] {
  return needed(list(value, "messages"), "messages").map((message, index) => {
    const path = `messages[${index}]`;
    if (!isObject(message)) throw notAllowed(path, `\`${path}\` must be an object.`);
    const word = needed(text(message.role, `${path}.role`), `${path}.role`);
    const role = Object.hasOwn(roles, word) ? roles[word] : undefined;
    if (role === undefined) {
      throw notAllowed(`${path}.role`, `\`${path}.role\` is none of Cohere's roles.`);
    }
    return role === "tool" ? readTool(message, path) : readTurn(role, message, path);
  });
}

const turnFields = new Set(["role", "content", "tool_plan", "tool_calls", "citations"]);

function readTurn(role: Role, message: JsonObject, path: string): Turn {
  const parts: Part[] = [];
  const plan = text(message.tool_plan, `${path}.tool_plan`);
  if (plan !== undefined && plan !== "") {
    parts.push({ type: "reasoning", text: plan, signature: planMark(COHERE) });
  }
  parts.push(...readContent(message.content, `${path}.content`));
  const citations = list(message.citations, `${path}.citations`) ?? [];
  for (const citation of citations) if (isObject(citation)) cite(parts, citation);
  const calls = list(message.tool_calls, `${path}.tool_calls`) ?? [];
  for (const [index, call] of calls.entries()) {
    parts.push(readCall(call, `${path}.tool_calls[${index}]`));
  }
  return withExtra({ role, parts }, restOf(message, turnFields));
}

function withExtra(turn: Turn, fields: JsonObject | undefined): Turn {
  return fields === undefined ? turn : { ...turn, extra: { dialect: DIALECT, fields } };
}

/** A citation goes to the text that it speaks of: the content block of its index, else the first text. */
function cite(parts: readonly Part[], citation: JsonObject): void {
  const texts = parts.filter((part): part is TextPart => part.type === "text");
  const at = typeof citation.content_index === "number" ? citation.content_index : undefined;
  const content = parts.filter((part) => part.type !== "reasoning" || !isPlan(part.signature));
  const named = at === undefined ? undefined : content[at];
  const target = named?.type === "text" ? named : texts[0];
  if (target === undefined) return;
  target.citations ??= [];
  target.citations.push(readCitation(citation));
}

function readContent(content: Json | undefined, path: string): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return (list(content, path) ?? []).map((item, index) => readItem(item, `${path}[${index}]`));
}

function readItem(item: Json, path: string): Part {
  if (!isObject(item)) throw notAllowed(path, `\`${path}\` must be an object.`);
  const type = needed(text(item.type, `${path}.type`), `${path}.type`);
  switch (type) {
    case "text":
      return readText(item, path);
    case "thinking":
      return readThinking(item, path);
    case "image_url":
      return readImage(item, path);
    case "native":
      // A block of another dialect, in Parley's own extension.
      return readNative(item) ?? native(item);
    default:
      return native(item);
  }
}

function native(value: JsonObject): Part {
  return { type: "native", dialect: DIALECT, value };
}

function readText(item: JsonObject, path: string): TextPart {
  const part: TextPart = {
    type: "text",
    text: needed(text(item.text, `${path}.text`), `${path}.text`),
  };
  const signature = readExtraContent(item.extra_content);
  if (signature !== undefined) part.signature = signature;
  return part;
}

function readThinking(item: JsonObject, path: string): ReasoningPart {
  const part: ReasoningPart = {
    type: "reasoning",
    text: needed(text(item.thinking, `${path}.thinking`), `${path}.thinking`),
  };
  const signature = readExtraContent(item.extra_content);
  if (signature !== undefined) part.signature = signature;
  if (item.redacted === true) part.redacted = true;
  return part;
}

function readImage(item: JsonObject, path: string): Part {
  const at = `${path}.image_url`;
  const image = needed(object(item.image_url, at), at);
  const url = needed(text(image.url, `${at}.url`), `${at}.url`);
  const detail = text(image.detail, `${at}.detail`);
  return {
    type: "image",
    source: inlined(url) ?? { kind: "url", url },
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The bytes of a `data:` URL in base64. */
function inlined(url: string) {
  const found = /^data:([^;,]{1,200});base64,/.exec(url);
  const mediaType = found?.[1];
  if (found === null || mediaType === undefined) return undefined;
  return { kind: "bytes", mediaType, data: url.slice(found[0].length) } as const;
}

function readNative(item: JsonObject): Part | undefined {
  const { dialect, value } = item;
  if (typeof dialect !== "string" || !isObject(value)) return undefined;
  const origin = readOrigin(item.origin);
  return { type: "native", dialect, value, ...(origin === undefined ? {} : { origin }) };
}

function readCall(call: Json, path: string): Part {
  if (!isObject(call)) throw notAllowed(path, `\`${path}\` must be an object.`);
  const called = needed(object(call.function, `${path}.function`), `${path}.function`);
  const signature = readExtraContent(call.extra_content);
  return {
    type: "tool-call",
    id: needed(text(call.id, `${path}.id`), `${path}.id`),
    name: needed(text(called.name, `${path}.function.name`), `${path}.function.name`),
    arguments: text(called.arguments, `${path}.function.arguments`) ?? "",
    kind: "function",
    ...(signature === undefined ? {} : { signature }),
  };
}

const toolFields = new Set(["role", "content", "tool_call_id"]);

function readTool(message: JsonObject, path: string): Turn {
  const content: Part[] =
    typeof message.content === "string"
      ? readContent(message.content, `${path}.content`)
      : (list(message.content, `${path}.content`) ?? []).map((item, index) =>
          readItem(item, `${path}.content[${index}]`),
        );
  const turn: Turn = {
    role: "tool",
    parts: [
      {
        type: "tool-result",
        callId: needed(text(message.tool_call_id, `${path}.tool_call_id`), `${path}.tool_call_id`),
        content,
      },
    ],
  };
  return withExtra(turn, restOf(message, toolFields));
}
