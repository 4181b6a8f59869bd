/** Turns as `system` and `messages`. https://platform.claude.com/docs/en/build-with-claude/working-with-messages */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Turn } from "../../core/request.ts";
import { DIALECT } from "./wire.ts";
import { writeBlock } from "./write-blocks.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenTurns {
  /** Text blocks of the system prompt. */
  system: JsonObject[];
  messages: Message[];
}

export interface Message {
  role: "user" | "assistant" | "system";
  content: JsonObject[];
  /** The message's own further fields. */
  rest?: JsonObject;
}

/** `instructions` are added to the system prompt: what is emulated. */
export function writeTurns(writing: Writing, instructions: readonly string[]): WrittenTurns {
  const { turns } = writing.request;
  const system: JsonObject[] = [];
  const messages: Message[] = [];
  let started = false;
  for (const [index, turn] of turns.entries()) {
    const fromSystem = isSystem(turn);
    const blocks = writeTurn(turn, index, writing);
    if (fromSystem && !started && !onlyInMessages(turn, blocks)) {
      system.push(...blocks);
      continue;
    }
    started = true;
    const role = fromSystem
      ? laterSystemRole(turn, index, blocks, messages, writing)
      : roleOf(turn);
    append(messages, role, blocks, messageFields(turn));
  }
  for (const text of instructions) system.push({ type: "text", text });
  if (messages.length === 0) promote(system, messages, writing);
  for (const message of messages) resultsFirst(message);
  return { system, messages };
}

function roleOf(turn: Turn): "user" | "assistant" {
  return turn.role === "assistant" ? "assistant" : "user";
}

const fromUserOnly: ReadonlySet<string> = new Set(["image", "document"]);

function writeTurn(turn: Turn, index: number, writing: Writing): JsonObject[] {
  const path = `messages[${index}]`;
  const own = turn.extra?.dialect === DIALECT ? turn.extra.fields : undefined;
  if (turn.extra !== undefined && own === undefined) {
    for (const name of Object.keys(turn.extra.fields)) {
      writing.warn(
        "parameter_not_carried",
        `${path}.${name}`,
        `\`${name}\` has no form in Messages.`,
      );
    }
  }
  if (turn.name !== undefined) {
    writing.warn("parameter_not_carried", `${path}.name`, "Messages have no participant's name.");
  }
  return turn.parts.flatMap((part, at) => {
    const partPath = `${path}.content[${at}]`;
    const block = writeBlock(part, partPath, writing);
    if (block === undefined) return [];
    if (turn.role === "assistant" && fromUserOnly.has(String(block.type)) && !writing.own) {
      throw notExpressible(partPath, "Claude takes images and documents from the user only.");
    }
    const rest = own?.[String(at)];
    if (rest === undefined || !isObject(rest)) return [block];
    return [{ ...block, ...rest }];
  });
}

/** A turn's own fields that are the message's: those not named by a part's index. */
function messageFields(turn: Turn): JsonObject | undefined {
  if (turn.extra?.dialect !== DIALECT) return undefined;
  const fields = Object.entries(turn.extra.fields).filter(([name]) => !isIndex(name));
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function isIndex(name: string): boolean {
  return name !== "" && Number.isInteger(Number(name));
}

/** A system turn that has what the `system` parameter cannot hold: a change of tools or of settings. */
function onlyInMessages(turn: Turn, blocks: readonly JsonObject[]): boolean {
  return messageFields(turn) !== undefined || blocks.some((block) => block.type !== "text");
}

/**
 * Where a later system turn goes. It keeps its role where the client wrote it so, or where the model takes
 * it at this place (after a user's message, before an assistant's or at the end, several in a row too; on
 * Anthropic's own API alone); elsewhere it is said as the user's text, with a warning.
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
function laterSystemRole(
  turn: Turn,
  index: number,
  blocks: readonly JsonObject[],
  messages: readonly Message[],
  writing: Writing,
): "system" | "user" {
  if (writing.own || onlyInMessages(turn, blocks)) return "system";
  const { rules, context, request } = writing;
  const next = request.turns.slice(index + 1).find((later) => !isSystem(later))?.role;
  const previous = messages.at(-1)?.role;
  if (
    rules.systemMessages === true &&
    context.origin.provider === "anthropic" &&
    (previous === "user" || previous === "system") &&
    (next === undefined || next === "assistant")
  ) {
    return "system";
  }
  writing.warn(
    "content_moved",
    `messages[${index}]`,
    "A system message within the conversation was sent as the user's text.",
  );
  return "user";
}

function isSystem({ role }: Turn): boolean {
  return role === "system" || role === "developer";
}

/** Consecutive messages of one role are one: the API would join them too. */
function append(
  messages: Message[],
  role: Message["role"],
  blocks: JsonObject[],
  rest: JsonObject | undefined,
): void {
  if (blocks.length === 0 && rest === undefined) return;
  const last = messages.at(-1);
  if (last?.role === role && role !== "system") {
    last.content.push(...blocks);
    if (rest !== undefined) last.rest = { ...last.rest, ...rest };
    return;
  }
  messages.push(rest === undefined ? { role, content: blocks } : { role, content: blocks, rest });
}

/** A conversation needs a message: with a system prompt alone, that is said by the user. */
function promote(system: JsonObject[], messages: Message[], writing: Writing): void {
  if (writing.own) return;
  if (system.length === 0) throw notExpressible("messages", "Claude needs at least one message.");
  writing.warn(
    "content_moved",
    "messages[0]",
    "The system prompt was sent as the user's message, because there is none.",
  );
  messages.push({ role: "user", content: system.splice(0) });
}

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls: results stand before all else. */
function resultsFirst(message: Message): void {
  if (message.role !== "user") return;
  const { content } = message;
  const at = content.findIndex((block) => block.type !== "tool_result");
  if (at < 0 || !content.some((block, index) => index > at && block.type === "tool_result")) return;
  message.content = [
    ...content.filter((block) => block.type === "tool_result"),
    ...content.filter((block) => block.type !== "tool_result"),
  ];
}
