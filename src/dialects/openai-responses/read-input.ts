/**
 * The items of `input` as canonical turns. What the model said in one go (reasoning, messages, calls)
 * makes one turn of the assistant; results of its calls that follow one another make one turn of the tool.
 */
import type { JsonObject } from "../../core/json.ts";
import type { Part, ReasoningPart, ToolResultPart, Turn } from "../../core/request.ts";
import { itemState, reasoningState, unwrap } from "./opaque.ts";
import { readContent } from "./read-content.ts";
import { dialectName, object, restOf, type WireItem } from "./wire.ts";

type Message = Extract<WireItem, { role: string }>;
type Call = Extract<WireItem, { type: "function_call" | "custom_tool_call" }>;
type Output = Extract<WireItem, { type: "function_call_output" | "custom_tool_call_output" }>;
type Reasoning = Extract<WireItem, { type: "reasoning" }>;
type Other = Exclude<WireItem, Message | Call | Output | Reasoning>;

const messageFields: ReadonlySet<string> = new Set(["type", "role", "content"]);
const callFields: ReadonlySet<string> = new Set([
  "type",
  "call_id",
  "name",
  "arguments",
  "input",
  "status",
]);
const outputFields: ReadonlySet<string> = new Set(["type", "call_id", "output"]);

export function readInput(items: readonly WireItem[]): Turn[] {
  const reader = new InputReader();
  items.forEach((item, index) => {
    reader.take(item, `input[${index}]`);
  });
  for (const turn of reader.turns) shareOrigin(turn.parts);
  return reader.turns;
}

class InputReader {
  readonly turns: Turn[] = [];
  readonly #calls = new Map<string, Call>();
  /** The next item of the assistant or tool belongs to the last turn. */
  #joins = false;

  take(item: WireItem, path: string): void {
    if (isMessage(item)) this.#message(item, path);
    else if (isCall(item)) this.#call(item);
    else if (isOutput(item)) this.#output(item, path);
    else if (isReasoning(item)) this.#reasoning(item);
    else this.#other(item);
  }

  #message(item: Message, path: string): void {
    const parts = readContent(item.content, `${path}.content`);
    const rest = restOf(object(item), messageFields);
    if (item.role !== "assistant") {
      const turn: Turn = { role: item.role, parts };
      if (rest !== undefined) turn.extra = { dialect: dialectName, fields: rest };
      this.turns.push(turn);
      this.#joins = false;
      return;
    }
    const state = rest && itemState(statusless(rest));
    if (state !== undefined)
      for (const part of parts) if (part.type === "text") part.signature = state;
    this.#assistant().push(...parts);
  }

  #call(item: Call): void {
    this.#calls.set(item.call_id, item);
    const custom = item.type === "custom_tool_call";
    const part: Part = {
      type: "tool-call",
      id: item.call_id,
      name: item.name,
      arguments: item.type === "custom_tool_call" ? item.input : item.arguments,
    };
    if (custom) part.kind = "custom";
    const state = itemState(restOf(object(item), callFields) ?? {});
    if (state !== undefined) part.signature = state;
    this.#assistant().push(part);
  }

  #output(item: Output, path: string): void {
    const result: ToolResultPart = {
      type: "tool-result",
      callId: item.call_id,
      content: readContent(item.output, `${path}.output`),
    };
    const call = this.#calls.get(item.call_id);
    if (call !== undefined) result.name = call.name;
    const fields: JsonObject = restOf(object(item), outputFields) ?? {};
    // Without its call the kind of the result could not be told.
    if (item.type === "custom_tool_call_output" && call?.type !== "custom_tool_call") {
      fields.type = item.type;
    }
    const last = this.turns.at(-1);
    const plain = Object.keys(fields).length === 0;
    if (plain && this.#joins && last?.role === "tool" && last.extra === undefined) {
      last.parts.push(result);
      return;
    }
    const turn: Turn = { role: "tool", parts: [result] };
    if (!plain) turn.extra = { dialect: dialectName, fields };
    this.turns.push(turn);
    this.#joins = true;
  }

  #reasoning(item: Reasoning): void {
    const carried = unwrap(item.encrypted_content ?? "");
    const parts = this.#assistant();
    if (carried?.as === "native") {
      parts.push(carried.part);
      return;
    }
    if (carried?.as === "signature") {
      const last = parts.at(-1);
      if (last?.type === "text" || last?.type === "tool-call") last.signature = carried.opaque;
      return;
    }
    const thoughts: ReasoningPart[] = [
      ...(item.summary ?? []).map(
        ({ text }): ReasoningPart => ({ type: "reasoning", text, kind: "summary" }),
      ),
      ...(item.content ?? []).map(({ text }): ReasoningPart => ({ type: "reasoning", text })),
    ];
    if (thoughts.length === 0 && carried?.text !== undefined) {
      thoughts.push({ type: "reasoning", text: carried.text });
    }
    const state = reasoningState(object(item));
    if (thoughts.length === 0) {
      if (state === undefined) return;
      thoughts.push({ type: "reasoning", text: "", redacted: true });
    }
    const last = thoughts.at(-1);
    if (last !== undefined && state !== undefined) last.signature = state;
    parts.push(...thoughts);
  }

  /** Hosted tools' calls are the assistant's; what answers them, and what only adds to the context, is the client's. */
  #other(item: Other): void {
    const value = object(item);
    const part: Part = { type: "native", dialect: dialectName, value };
    if (/_(output|response)$/.test(item.type) && item.type !== "program_output") {
      this.turns.push({ role: "user", parts: [part] });
      this.#joins = false;
    } else if (value.role === "developer" || value.role === "system") {
      this.turns.push({ role: value.role, parts: [part] });
      this.#joins = false;
    } else this.#assistant().push(part);
  }

  #assistant(): Part[] {
    const last = this.turns.at(-1);
    if (this.#joins && last?.role === "assistant") return last.parts;
    const turn: Turn = { role: "assistant", parts: [] };
    this.turns.push(turn);
    this.#joins = true;
    return turn.parts;
  }
}

/** What is said of a finished item's status is no state. */
function statusless(fields: JsonObject): JsonObject {
  const { status: _, ...rest } = fields;
  return rest;
}

/** All items of one turn have one maker: where one names it, the others' ids are its too. */
function shareOrigin(parts: readonly Part[]): void {
  const states = parts.flatMap((part) =>
    "signature" in part && part.signature !== undefined ? [part.signature] : [],
  );
  const origin = states.find((state) => state.origin !== undefined)?.origin;
  if (origin === undefined) return;
  for (const state of states) if (state.kind === "item") state.origin ??= origin;
}

function isMessage(item: WireItem): item is Message {
  return item.type === "message" || item.type === undefined;
}
function isCall(item: WireItem): item is Call {
  return item.type === "function_call" || item.type === "custom_tool_call";
}
function isOutput(item: WireItem): item is Output {
  return item.type === "function_call_output" || item.type === "custom_tool_call_output";
}
function isReasoning(item: WireItem): item is Reasoning {
  return item.type === "reasoning";
}
