/** Turns as `system` and `messages`. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Turn } from "../../core/request.ts";
import { cachePoint, DIALECT } from "./wire.ts";
import { writeBlocks } from "./write-blocks.ts";
import { notExpressible, type Writing } from "./writing.ts";

export interface WrittenTurns {
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
  const system: JsonObject[] = [];
  const messages: Message[] = [];
  for (const [index, turn] of writing.request.turns.entries()) {
    const blocks = writeTurn(turn, index, writing);
    const rest = messageFields(turn);
    if (turn.role !== "system" && turn.role !== "developer") {
      append(messages, turn.role === "assistant" ? "assistant" : "user", blocks, rest);
    } else if (messages.length === 0 && rest === undefined) {
      system.push(...blocks);
    } else if (writing.own) {
      append(messages, "system", blocks, rest);
    } else {
      writing.warn(
        "content_moved",
        `messages[${index}]`,
        "A system message within the conversation was sent as the user's text.",
      );
      append(messages, "user", blocks, rest);
    }
  }
  for (const text of instructions) system.push({ text });
  if (!writing.own) {
    if (messages.length === 0) promote(system, messages, writing);
    for (const message of messages) resultsFirst(message);
    cacheAll(messages, writing);
  }
  return { system, messages };
}

const fromUserOnly = ["image", "document", "video", "audio"];

function writeTurn(turn: Turn, index: number, writing: Writing): JsonObject[] {
  const path = `messages[${index}]`;
  const own = turn.extra?.dialect === DIALECT ? turn.extra.fields : undefined;
  if (turn.extra !== undefined && own === undefined) {
    for (const name of Object.keys(turn.extra.fields)) {
      writing.warn(
        "parameter_not_carried",
        `${path}.${name}`,
        `\`${name}\` has no form in Converse.`,
      );
    }
  }
  if (turn.name !== undefined) {
    writing.warn("parameter_not_carried", `${path}.name`, "Converse has no participant's name.");
  }
  return turn.parts.flatMap((part, at) => {
    const partPath = `${path}.content[${at}]`;
    const rest = own?.[String(at)];
    const blocks = writeBlocks(part, partPath, writing, isObject(rest) ? rest : undefined);
    if (
      turn.role === "assistant" &&
      !writing.own &&
      blocks.some((block) => fromUserOnly.some((kind) => block[kind] !== undefined))
    ) {
      throw notExpressible(partPath, "Bedrock takes media from the user only.");
    }
    return blocks;
  });
}

/** A turn's own fields that are the message's: those not named by a part's index. */
function messageFields(turn: Turn): JsonObject | undefined {
  if (turn.extra?.dialect !== DIALECT) return undefined;
  const fields = Object.entries(turn.extra.fields).filter(([name]) => !/^[0-9]+$/.test(name));
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** Roles must alternate: consecutive messages of one are one. */
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
  if (system.length === 0) throw notExpressible("messages", "Bedrock needs at least one message.");
  writing.warn(
    "content_moved",
    "messages[0]",
    "The system prompt was sent as the user's message, because there is none.",
  );
  messages.push({ role: "user", content: system.splice(0) });
}

/** Results stand before all else that the user says after a tool call. */
function resultsFirst(message: Message): void {
  if (message.role !== "user") return;
  const isResult = (block: JsonObject | undefined) => block?.toolResult !== undefined;
  // A cache point belongs to the block before it.
  const groups: JsonObject[][] = [];
  for (const block of message.content) {
    const last = groups.at(-1);
    if (block.cachePoint !== undefined && last !== undefined) last.push(block);
    else groups.push([block]);
  }
  const results = groups.filter(([first]) => isResult(first));
  if (results.length === 0) return;
  message.content = [...results, ...groups.filter(([first]) => !isResult(first))].flat();
}

/** A mark of the whole prompt stands at its end. */
function cacheAll(messages: readonly Message[], writing: Writing): void {
  const { cache } = writing.request;
  const last = messages.at(-1);
  if (cache === undefined || last === undefined) return;
  if (!writing.rules.cache) {
    writing.warn("parameter_not_carried", "cache_control", "The model takes no cache marks.");
  } else if (last.content.at(-1)?.cachePoint === undefined) last.content.push(cachePoint(cache));
}
