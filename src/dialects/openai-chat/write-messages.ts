/** Canonical turns as messages. */
import { createHash } from "node:crypto";
import type { JsonObject } from "../../core/json.ts";
import type {
  Part,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from "../../core/request.ts";
import { isFrom, writeDetails, writeGoogleContent } from "./opaque.ts";
import { dialectName } from "./wire.ts";
import {
  notExpressible,
  type Scope,
  warnForeignState,
  writeContent,
  writeMark,
} from "./write-parts.ts";

export function writeMessages(turns: readonly Turn[], scope: Scope): JsonObject[] {
  const messages: JsonObject[] = [];
  const id = idWriter(scope);
  /** Media of tool results: chat's tool messages hold text alone, so a user message after them shows it. */
  let media: Part[] = [];
  const showMedia = () => {
    if (media.length === 0) return;
    const content = writeContent(media, `messages[${messages.length}].content`, scope);
    messages.push({ role: "user", content });
    media = [];
  };
  for (const turn of turns) {
    if (turn.role !== "tool") showMedia();
    const path = `messages[${messages.length}]`;
    if (turn.role === "tool") {
      for (const part of turn.parts) {
        if (part.type !== "tool-result") throw notExpressible(path, "A tool's turn holds results");
        messages.push(complete(writeResult(part, media, path, id, scope), turn, scope));
      }
    } else if (turn.role === "assistant") {
      messages.push(complete(writeAssistant(turn.parts, path, id, scope), turn, scope));
    } else {
      const developer = scope.context.manners?.developerRole ?? "developer";
      const role = turn.role === "developer" ? developer : turn.role;
      const content = writeContent(turn.parts, `${path}.content`, scope);
      messages.push(complete({ role, content }, turn, scope));
    }
  }
  showMedia();
  return messages;
}

/** Adds the name and the fields kept from the client, and leaves out what the vendor refuses. */
function complete(message: JsonObject, turn: Turn, scope: Scope): JsonObject {
  if (turn.name !== undefined) message.name = turn.name;
  if (turn.extra?.dialect === dialectName) Object.assign(message, turn.extra.fields);
  else if (turn.extra !== undefined) {
    const names = Object.keys(turn.extra.fields).join(", ");
    scope.warnings.add("field_dropped", `Message fields without a place in chat: ${names}.`);
  }
  for (const field of scope.context.manners?.refusesInMessages ?? []) {
    if (!(field in message)) continue;
    delete message[field];
    scope.warnings.add("field_dropped", `This provider takes no ${field} in messages.`);
  }
  return message;
}

type IdWriter = (id: string) => string;

function writeAssistant(
  parts: readonly Part[],
  path: string,
  id: IdWriter,
  scope: Scope,
): JsonObject {
  const reasoning: ReasoningPart[] = [];
  const calls: JsonObject[] = [];
  const content: Part[] = [];
  const message: JsonObject = { role: "assistant", content: null };
  for (const part of parts) {
    if (part.type === "reasoning") reasoning.push(part);
    else if (part.type === "tool-call") calls.push(writeCall(part, path, id, scope));
    else if (part.type === "audio") writeAudio(part, message, content, path, scope);
    else content.push(part);
  }
  const thought = writeReasoning(reasoning, message, path, scope);
  if (content.length > 0 || thought.length > 0) {
    const written = writeContent(content, `${path}.content`, scope);
    message.content =
      thought.length === 0
        ? written
        : [
            ...thought,
            ...(typeof written === "string" ? [{ type: "text", text: written }] : asArray(written)),
          ];
  } else if (calls.length === 0 && message.audio === undefined) message.content = [];
  if (calls.length > 0) message.tool_calls = calls;
  return message;
}

function asArray(value: JsonObject[string]): JsonObject[string][] {
  return Array.isArray(value) ? value : [];
}

function writeCall(call: ToolCallPart, path: string, id: IdWriter, scope: Scope): JsonObject {
  const { name, arguments: text } = call;
  const body: JsonObject =
    call.kind === "custom"
      ? { id: id(call.id), type: "custom", custom: { name, input: text } }
      : { id: id(call.id), type: "function", function: { name, arguments: text } };
  Object.assign(body, writeMark(call.cache, scope));
  if (call.signature !== undefined) {
    if (isFrom(call.signature, scope.context.origin)) {
      body.extra_content = writeGoogleContent(call.signature);
    } else warnForeignState(scope, `${path}.tool_calls`);
  }
  return body;
}

/** An earlier spoken answer goes back by its id, or as what was said. */
function writeAudio(
  part: Extract<Part, { type: "audio" }>,
  message: JsonObject,
  content: Part[],
  path: string,
  scope: Scope,
): void {
  const { source, transcript } = part;
  const provider = source.kind === "provider-file" ? source.origin?.provider : undefined;
  const known = provider === undefined || provider === scope.context.origin.provider;
  if (source.kind === "provider-file" && known) message.audio = { id: source.id };
  else if (transcript !== undefined) {
    scope.warnings.add(
      "audio_as_transcript",
      "An earlier spoken answer was sent as its transcript.",
    );
    content.push({ type: "text", text: transcript });
  } else throw notExpressible(path, "A spoken answer without transcript cannot be sent back");
}

/** Writes the thoughts into the message's own fields, or returns those that stand in its content (Mistral). */
function writeReasoning(
  parts: readonly ReasoningPart[],
  message: JsonObject,
  path: string,
  scope: Scope,
): JsonObject[] {
  const { manners, origin } = scope.context;
  if (parts.length === 0) return [];
  const own = parts.map((part): ReasoningPart => {
    if (part.signature === undefined || isFrom(part.signature, origin)) return part;
    warnForeignState(scope, path);
    const { signature: _, redacted: __, ...rest } = part;
    return rest;
  });
  const shown = own.filter((part) => part.text !== "" || part.signature !== undefined);
  const signed = shown.some((part) => part.signature !== undefined);
  if (manners?.reasoningBack !== "drop" && signed) {
    // The vendor made these entries in this form, so it reads them.
    message.reasoning_details = shown.flatMap((part, index) => writeDetails(part, index));
    return [];
  }
  if (manners?.reasoningBack !== "field") {
    if (shown.length > 0) {
      scope.warnings.add(
        "reasoning_dropped",
        "This provider does not take the reasoning of earlier turns; it was left out.",
        path,
      );
    }
    return [];
  }
  if (manners.contentChunks) {
    return shown.map(({ text }) => ({ type: "thinking", thinking: [{ type: "text", text }] }));
  }
  // An empty thought is written too: DeepSeek wants the field beside tool calls.
  const hidden = own.every((part, index) => part.text === "" && parts[index]?.signature);
  if (!hidden) {
    message[manners.reasoningField ?? "reasoning_content"] = own.map(({ text }) => text).join("");
  }
  return [];
}

function writeResult(
  part: ToolResultPart,
  media: Part[],
  path: string,
  id: IdWriter,
  scope: Scope,
): JsonObject {
  const shown = part.content.filter(
    ({ type }) => type === "image" || type === "file" || type === "audio",
  );
  const rest = part.content.filter((each) => !shown.includes(each));
  if (shown.length > 0) {
    media.push({ type: "text", text: `Output of tool call ${id(part.callId)}:` }, ...shown);
    scope.warnings.add(
      "tool_media_moved",
      "Images and files of a tool's result were sent in a user message after it: chat's tool messages hold text alone.",
      path,
    );
  }
  if (part.isError) {
    scope.warnings.add(
      "tool_error_flag_dropped",
      "Chat has no flag for a tool that failed; its text alone was sent.",
      path,
    );
  }
  const content =
    rest.length === 0 && shown.length > 0
      ? "(see the next message)"
      : writeContent(rest, `${path}.content`, scope);
  return {
    role: "tool",
    tool_call_id: id(part.callId),
    content,
    ...writeMark(part.cache, scope),
  };
}

/** Ids as this vendor accepts them; one that it would refuse becomes another, the same wherever it stands. */
function idWriter(scope: Scope): IdWriter {
  const rule = scope.context.manners?.toolCallIds;
  if (rule === undefined) return (id) => id;
  const pattern = new RegExp(rule.pattern);
  return (id) =>
    pattern.test(id) ? id : createHash("sha256").update(id).digest("hex").slice(0, rule.length);
}
