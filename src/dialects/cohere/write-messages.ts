/** Turns as messages. https://docs.cohere.com/reference/chat */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Part, ReasoningPart, TextPart, ToolResultPart, Turn } from "../../core/request.ts";
import { isFrom } from "../openai-chat/opaque.ts";
import { DIALECT, isPlan } from "./wire.ts";
import { writeDocument, writeImage } from "./write-media.ts";
import { notExpressible, type Writing } from "./writing.ts";

/** `instructions` are added to the system message: what is emulated. */
export function writeMessages(writing: Writing, instructions: readonly string[]): JsonObject[] {
  const system: string[] = [];
  const messages: JsonObject[] = [];
  for (const [index, turn] of writing.request.turns.entries()) {
    const path = `messages[${index}]`;
    warnOfTurn(turn, path, writing);
    if (turn.role === "tool") messages.push(...writeResults(turn, path, writing));
    else if (turn.role === "assistant") messages.push(...writeAssistant(turn, path, writing));
    else if (turn.role === "user" || writing.own) messages.push(...writeUser(turn, path, writing));
    else if (messages.length === 0) system.push(...textsOf(turn, path));
    else {
      writing.warn(
        "content_moved",
        path,
        "A system message within the conversation was sent as the user's text.",
      );
      messages.push(...writeUser({ ...turn, role: "user" }, path, writing));
    }
  }
  system.push(...instructions);
  if (system.length > 0) {
    messages.unshift({
      role: "system",
      content: system.length === 1 ? (system[0] ?? "") : system.map(textItem),
    });
  }
  return messages;
}

function textItem(text: string): JsonObject {
  return { type: "text", text };
}

function warnOfTurn(turn: Turn, path: string, writing: Writing): void {
  if (turn.name !== undefined) {
    writing.warn("parameter_not_carried", `${path}.name`, "Cohere has no participant's name.");
  }
  if (turn.extra === undefined || turn.extra.dialect === DIALECT) return;
  for (const name of Object.keys(turn.extra.fields)) {
    writing.warn("parameter_not_carried", `${path}.${name}`, `\`${name}\` has no form here.`);
  }
}

function ownFields(turn: Turn): JsonObject {
  return turn.extra?.dialect === DIALECT ? turn.extra.fields : {};
}

/** Text of a system turn. Throws `request.not_expressible` where it holds anything else. */
function textsOf(turn: Turn, path: string): string[] {
  return turn.parts.flatMap((part, index) => {
    if (part.type !== "text") {
      throw notExpressible(`${path}.content[${index}]`, "Cohere's system messages hold text only.");
    }
    return part.text === "" ? [] : [part.text];
  });
}

function writeUser(turn: Turn, path: string, writing: Writing): JsonObject[] {
  const content = turn.parts.flatMap((part, index) =>
    writeItem(part, `${path}.content[${index}]`, writing),
  );
  // A document alone leaves nothing said here.
  if (content.length === 0 && !writing.own) return [];
  return [{ ...ownFields(turn), role: turn.role, content: contentOf(content) }];
}

/** One text alone is said as such. */
function contentOf(items: JsonObject[]): JsonObject[] | string {
  const [only] = items;
  if (items.length === 0) return "";
  const plain = items.length === 1 && only?.type === "text" && Object.keys(only).length === 2;
  return plain && typeof only?.text === "string" ? only.text : items;
}

function writeItem(part: Part, path: string, writing: Writing): JsonObject[] {
  if ("cache" in part && part.cache !== undefined) {
    writing.warn("parameter_not_carried", path, "Cohere caches by itself and takes no marks.");
  }
  switch (part.type) {
    case "text":
      if (part.signature !== undefined) dropped(path, writing);
      return part.text === "" ? [] : [textItem(part.text)];
    case "refusal":
      return part.text === "" ? [] : [textItem(part.text)];
    case "image":
      return [writeImage(part, path)];
    case "file":
      writing.documents.push(writeDocument(part, path));
      return [];
    case "audio":
      if (part.transcript === undefined || part.transcript === "") {
        throw notExpressible(path, "Cohere does not take audio.");
      }
      writing.warn("content_moved", path, "Audio was sent as its transcript.");
      return [textItem(part.transcript)];
    case "native":
      if (part.dialect === DIALECT) return [part.value];
      writing.warn(
        "state_dropped",
        path,
        "A block that only its own provider can read was left out.",
      );
      return [];
    case "reasoning":
      return writeThought(part, path, writing);
    default:
      throw notExpressible(path, `A ${part.type} cannot stand here.`);
  }
}

function dropped(path: string, writing: Writing): void {
  writing.warn("state_dropped", path, "State that another provider attached was left out.");
}

/** Cohere's thoughts carry no signature; another maker's stay with it. */
function writeThought(part: ReasoningPart, path: string, writing: Writing): JsonObject[] {
  const { signature } = part;
  if (
    part.redacted === true ||
    (signature !== undefined && !isFrom(signature, writing.context.origin))
  ) {
    writing.warn(
      "state_dropped",
      path,
      "Reasoning made by another provider cannot be sent to Cohere and was left out.",
    );
    return [];
  }
  return part.text === "" && !writing.own ? [] : [{ type: "thinking", thinking: part.text }];
}

function writeAssistant(turn: Turn, path: string, writing: Writing): JsonObject[] {
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const citations: JsonObject[] = [];
  let plan = "";
  for (const [index, part] of turn.parts.entries()) {
    const at = `${path}.content[${index}]`;
    if (part.type === "tool-call") {
      if (part.kind === "custom") {
        throw notExpressible(at, "Cohere's tools take an object, not free text.");
      }
      if (part.signature !== undefined) dropped(at, writing);
      calls.push({
        id: part.id,
        type: "function",
        function: { name: part.name, arguments: part.arguments },
      });
    } else if (part.type === "reasoning" && isPlan(part.signature)) {
      plan += part.text;
    } else {
      if (part.type === "image" || part.type === "file") {
        throw notExpressible(at, "Cohere takes media from the user only.");
      }
      if (part.type === "text") citations.push(...citationsOf(part, at, writing));
      content.push(...writeItem(part, at, writing));
    }
  }
  const message: JsonObject = { ...ownFields(turn), role: "assistant" };
  if (content.length > 0) message.content = contentOf(content);
  if (plan !== "") message.tool_plan = plan;
  if (calls.length > 0) message.tool_calls = calls;
  if (citations.length > 0) message.citations = citations;
  const empty = content.length === 0 && calls.length === 0 && plan === "";
  return empty && !writing.own ? [] : [message];
}

function citationsOf(part: TextPart, path: string, writing: Writing): JsonObject[] {
  return (part.citations ?? []).flatMap(({ dialect, reported }) => {
    if (dialect === DIALECT && isObject(reported)) return [reported];
    writing.warn(
      "state_dropped",
      `${path}.citations`,
      "Citations of another provider are not sent.",
    );
    return [];
  });
}

/** One message a result. */
function writeResults(turn: Turn, path: string, writing: Writing): JsonObject[] {
  return turn.parts.map((part, index) => {
    const at = `${path}.content[${index}]`;
    if (part.type !== "tool-result") throw notExpressible(at, "A tool's turn holds results only.");
    return {
      ...ownFields(turn),
      role: "tool",
      tool_call_id: part.callId,
      content: contentOf(resultItems(part, at, writing)),
    };
  });
}

function resultItems(part: ToolResultPart, path: string, writing: Writing): JsonObject[] {
  if (part.isError === true) {
    writing.warn("parameter_not_carried", path, "Cohere has no mark for a tool that failed.");
  }
  return part.content.flatMap((inner, index) => {
    const at = `${path}.content[${index}]`;
    if (inner.type === "file") return [{ type: "document", document: writeDocument(inner, at) }];
    if (inner.type === "image" || inner.type === "audio") {
      throw notExpressible(at, "Cohere takes text and documents as a tool's result.");
    }
    return writeItem(inner, at, writing);
  });
}
