/** Events folded into one answer. https://docs.cohere.com/reference/chat#response */
import type { DeltaEvent, Event, FinishEvent, PartHead } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Citation, Opaque } from "../../core/request.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext } from "../dialect.ts";
import { writeCitation } from "./citations.ts";
import { writeUsage } from "./usage.ts";
import { DIALECT, finishWord, isPlan, writeLogprobs } from "./wire.ts";
import { audioItem, itemStart, stateField } from "./write-content.ts";

/** What a part's events have said so far. */
interface Folded {
  head: PartHead;
  text: string;
  arguments: string;
  audio: string;
  transcript: string;
  citations: Citation[];
  logprobs: Json[];
  signature?: Opaque;
}

export function writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject {
  let id: string | undefined;
  let finish: FinishEvent | undefined;
  let usage: Usage | undefined;
  const parts = new Map<number, Folded>();
  for (const event of events) {
    if (event.type === "start") id = event.id;
    else if (event.type === "usage") usage = event.usage;
    else if (event.choice !== 0) continue;
    else if (event.type === "finish") finish = event;
    else if (event.type === "part-start") parts.set(event.index, opened(event.part));
    else if (event.type === "delta") fold(parts.get(event.index), event);
  }
  const folded = [...parts.values()];
  const logprobs = folded.flatMap((part) => part.logprobs.map(writeLogprobs));
  const { citations: late, ...extra } = ownExtra(finish);
  return {
    id: id ?? context.id,
    message: writeMessage(folded, Array.isArray(late) ? late : []),
    finish_reason: finish === undefined ? "COMPLETE" : finishWord(finish),
    ...(usage === undefined ? {} : { usage: writeUsage(usage) }),
    ...(logprobs.length === 0 ? {} : { logprobs }),
    ...extra,
  };
}

export function ownExtra(finish: FinishEvent | undefined): JsonObject {
  return finish?.extra?.dialect === DIALECT ? finish.extra.fields : {};
}

function opened(head: PartHead): Folded {
  return {
    head,
    text: "",
    arguments: "",
    audio: "",
    transcript: "",
    citations: [],
    logprobs: [],
  };
}

function fold(part: Folded | undefined, delta: DeltaEvent): void {
  if (part === undefined) return;
  part.text += delta.text ?? "";
  part.arguments += delta.arguments ?? "";
  part.audio += delta.audio ?? "";
  part.transcript += delta.transcript ?? "";
  if (delta.signature !== undefined) part.signature = delta.signature;
  if (delta.citations !== undefined) part.citations.push(...delta.citations);
  if (delta.logprobs !== undefined) part.logprobs.push(...delta.logprobs);
}

function writeMessage(parts: readonly Folded[], late: readonly Json[]): JsonObject {
  const message: JsonObject = { role: "assistant" };
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const citations: Json[] = [];
  let plan = "";
  for (const part of parts) {
    const { head, signature } = part;
    for (const citation of part.citations) citations.push(writeCitation(citation, content.length));
    if (head.type === "tool-call") {
      calls.push({
        id: head.id,
        type: "function",
        function: { name: head.name, arguments: part.arguments },
        ...stateField(signature),
      });
    } else if (isPlan(signature)) plan += part.text;
    else if (head.type === "audio") content.push(audioItem(head, part.audio, part.transcript));
    else content.push(...writeItem(part));
  }
  if (plan !== "") message.tool_plan = plan;
  if (content.length > 0) message.content = content;
  if (calls.length > 0) message.tool_calls = calls;
  citations.push(...late);
  if (citations.length > 0) message.citations = citations;
  return message;
}

function writeItem({ head, text, signature }: Folded): JsonObject[] {
  const item = itemStart(head);
  if (item === undefined) return [];
  if (head.type === "text" || head.type === "refusal") {
    return text === "" && signature === undefined
      ? []
      : [{ ...item, text, ...stateField(signature) }];
  }
  if (head.type === "reasoning") return [{ ...item, thinking: text, ...stateField(signature) }];
  return [item];
}
