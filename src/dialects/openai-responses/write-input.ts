/** Canonical turns as the items of `input`. */
import type { JsonObject } from "../../core/json.ts";
import type { Part, ToolResultPart, Turn } from "../../core/request.ts";
import { isContentBlock } from "./read-content.ts";
import { dialectName } from "./wire.ts";
import { writeAssistant } from "./write-assistant.ts";
import { writeContent, writeMark, writePart } from "./write-content.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenInput {
  instructions?: string;
  items: JsonObject[];
}

export function writeInput(turns: readonly Turn[], writing: Writing): WrittenInput {
  const written: WrittenInput = { items: [] };
  const { items } = written;
  const custom = customCalls(turns);
  for (const turn of turns) {
    const path = `input[${items.length}]`;
    if (turn.place === "instructions") {
      const text = turn.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
      written.instructions =
        written.instructions === undefined ? text : `${written.instructions}\n\n${text}`;
      continue;
    }
    if (turn.name !== undefined) {
      writing.warn("field_dropped", "A participant's name has no place in Responses.", path);
    }
    const extra = extraOf(turn, path, writing);
    if (turn.role === "assistant") items.push(...writeAssistant(turn.parts, path, writing));
    else if (turn.role === "tool") {
      for (const part of turn.parts) {
        if (part.type !== "tool-result") throw notExpressible(path, "A tool's turn holds results");
        items.push({ ...writeResult(part, custom, path, writing), ...extra });
      }
    } else items.push(...writeMessage(turn, extra, path, writing));
  }
  return written;
}

function customCalls(turns: readonly Turn[]): ReadonlySet<string> {
  const calls = turns.flatMap(({ parts }) => parts).filter((part) => part.type === "tool-call");
  return new Set(calls.filter(({ kind }) => kind === "custom").map(({ id }) => id));
}

function extraOf({ extra }: Turn, path: string, writing: Writing): JsonObject {
  if (extra === undefined) return {};
  if (extra.dialect === dialectName) return extra.fields;
  const names = Object.keys(extra.fields).join(", ");
  writing.warn("field_dropped", `Message fields without a place in Responses: ${names}.`, path);
  return {};
}

/** A message, and the items that the client put between the messages. */
function writeMessage(turn: Turn, extra: JsonObject, path: string, writing: Writing): JsonObject[] {
  const role =
    turn.role === "developer" ? (writing.context.manners?.developerRole ?? "developer") : turn.role;
  const items: JsonObject[] = [];
  let content: Part[] = [];
  const say = () => {
    if (content.length === 0) return;
    const message: JsonObject = {
      type: "message",
      role,
      content: writeContent(content, `${path}.content`, writing),
    };
    Object.assign(message, extra);
    if (!Array.isArray(message.content) || message.content.length > 0) items.push(message);
    content = [];
  };
  for (const part of turn.parts) {
    const isItem =
      part.type === "native" && part.dialect === dialectName && !isContentBlock(part.value.type);
    if (!isItem) {
      content.push(part);
      continue;
    }
    say();
    const item = writePart(part, path, writing);
    if (item !== undefined) items.push(item);
  }
  say();
  return items;
}

function writeResult(
  part: ToolResultPart,
  custom: ReadonlySet<string>,
  path: string,
  writing: Writing,
): JsonObject {
  if (part.isError) {
    writing.warn(
      "tool_error_flag_dropped",
      "Responses has no flag for a tool that failed; its text alone was sent.",
      path,
    );
  }
  writeMark(part.cache, writing);
  const type = custom.has(part.callId) ? "custom_tool_call_output" : "function_call_output";
  const output =
    part.content.length === 0 ? "" : writeContent(part.content, `${path}.output`, writing);
  return { type, call_id: writing.callId(part.callId), output };
}
