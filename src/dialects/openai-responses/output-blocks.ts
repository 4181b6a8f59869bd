/** The items and blocks of an output as they grow. */
import type { PartHead } from "../../core/events.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Opaque } from "../../core/request.ts";

export type Group = "message" | "reasoning" | "call";

export interface OpenItem {
  place: number;
  id: string;
  group: Group;
  /** As it will be when done, but for its lists. */
  item: JsonObject;
  content: JsonObject[];
  summary: JsonObject[];
  open: number;
  /** Another item has begun since. */
  passed: boolean;
  state?: Opaque;
  /** State that this format has no field for. */
  foreign: Opaque[];
}

export interface OpenPart {
  head: PartHead;
  /** Absent until it has begun. */
  item?: OpenItem;
  /** Its place in the item's content or summary. */
  at: number;
  text: string;
  annotations: JsonObject[];
  entries: JsonObject[];
  logprobs: Json[];
  audio: string;
  signature?: Opaque;
}

export function newPart(head: PartHead): OpenPart {
  return { head, at: 0, text: "", annotations: [], entries: [], logprobs: [], audio: "" };
}

/** The event that tells more of a part's text. */
export function deltaOf({ head }: OpenPart): string {
  if (head.type === "tool-call") {
    return head.kind === "custom"
      ? "response.custom_tool_call_input.delta"
      : "response.function_call_arguments.delta";
  }
  if (head.type === "reasoning") {
    return head.kind === "summary"
      ? "response.reasoning_summary_text.delta"
      : "response.reasoning_text.delta";
  }
  return head.type === "refusal" ? "response.refusal.delta" : "response.output_text.delta";
}

export function where({ place, id }: OpenItem): JsonObject {
  return { item_id: id, output_index: place };
}

export function placeOf(part: OpenPart): JsonObject {
  if (part.head.type === "tool-call") return {};
  return isSummary(part) ? { summary_index: part.at } : { content_index: part.at };
}

export function isSummary({ head }: OpenPart): boolean {
  return head.type === "reasoning" && head.kind === "summary";
}

/** The part's block as it stands. */
export function blockOf(part: OpenPart): JsonObject {
  const { head, text } = part;
  if (head.type === "refusal") return { type: "refusal", refusal: text };
  if (head.type === "reasoning") {
    return { type: isSummary(part) ? "summary_text" : "reasoning_text", text };
  }
  const block: JsonObject = {
    type: "output_text",
    text,
    annotations: [...part.annotations],
    logprobs: [...part.logprobs],
  };
  if (part.entries.length > 0) block.provider_citations = [...part.entries];
  if (head.type === "audio" && part.audio !== "") {
    // A spoken answer: its transcript is the text.
    block.provider_audio = { data: part.audio };
    if (head.mediaType !== undefined) block.provider_audio.media_type = head.mediaType;
    if (head.id !== undefined) block.provider_audio.id = head.id;
  }
  return block;
}

export function bodyOf(head: PartHead): JsonObject {
  if (head.type === "reasoning") return { type: "reasoning" };
  if (head.type !== "tool-call") return { type: "message", role: "assistant" };
  const { id, name } = head;
  return head.kind === "custom"
    ? { type: "custom_tool_call", call_id: id, name }
    : { type: "function_call", call_id: id, name };
}

/** What an item holds when it has only begun. */
export function emptyOf(group: Group, head: PartHead): JsonObject {
  if (group === "message") return { content: [] };
  if (group === "reasoning") return { summary: [] };
  return head.type === "tool-call" && head.kind === "custom" ? { input: "" } : { arguments: "" };
}

export function prefixOf(head: PartHead): string {
  if (head.type === "reasoning") return "rs";
  if (head.type !== "tool-call") return "msg";
  return head.kind === "custom" ? "ctc" : "fc";
}
