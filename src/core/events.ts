/**
 * The canonical steps of an answer. A non-streamed answer is the same events, folded. Within one
 * choice, parts have rising indices and do not change after their `part-end`; parts may interleave.
 */
import type { Json, JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";
import type { Citation, Opaque, Source } from "./request.ts";
import type { Usage } from "./usage.ts";

export type Event =
  | StartEvent
  | PartStartEvent
  | DeltaEvent
  | PartEndEvent
  | UsageEvent
  | FinishEvent;

/** The provider has begun. Not content: fallback is still possible. */
export interface StartEvent {
  type: "start";
  id?: string;
  /** The model that serves, as the provider names it. */
  model?: string;
  /** Unix seconds. */
  created?: number;
  /** What the provider said of the whole answer and has no canonical form (`system_fingerprint`). */
  extra?: { dialect: string; fields: JsonObject };
}

export interface PartStartEvent {
  type: "part-start";
  /** Which of `n` answers. */
  choice: number;
  index: number;
  part: PartHead;
}

export type PartHead =
  | { type: "text" }
  | { type: "refusal" }
  | { type: "reasoning"; kind?: "full" | "summary"; redacted?: boolean }
  | { type: "tool-call"; id: string; name: string; kind?: "function" | "custom" }
  /** Whole at once: the source is in the head. */
  | { type: "image"; source: Source; signature?: Opaque }
  | { type: "audio"; id?: string; mediaType?: string; expiresAt?: number }
  /** A block that only its own dialect can express, whole. */
  | { type: "native"; dialect: string; value: JsonObject; origin?: Origin };

/** More of a part that has started. At least one field besides the indices is set. */
export interface DeltaEvent {
  type: "delta";
  choice: number;
  index: number;
  /** More text of a text, refusal or reasoning part. */
  text?: string;
  /** More raw argument text of a tool call. */
  arguments?: string;
  /** Base64 of more audio, and more of its transcript. */
  audio?: string;
  transcript?: string;
  signature?: Opaque;
  citations?: Citation[];
  /** Chat's `logprobs.content` entries for this piece. */
  logprobs?: Json[];
}

export interface PartEndEvent {
  type: "part-end";
  choice: number;
  index: number;
}

/** Figures so far; a later one replaces an earlier one. */
export interface UsageEvent {
  type: "usage";
  usage: Usage;
}

export interface FinishEvent {
  type: "finish";
  choice: number;
  reason: FinishReason;
  /** The stop sequence that was met. */
  stopSequence?: string;
  /** The provider's own word. */
  reported?: string;
  /** What the provider said of the choice and has no canonical form (safety ratings, grounding). */
  extra?: { dialect: string; fields: JsonObject };
  /** On the last choice: what the provider said of the whole answer after its start (`citations`, `x_groq`). */
  answerExtra?: { dialect: string; fields: JsonObject };
}

/**
 * `stop`: the model ended. `length`: token limit. `tool-calls`: it wants tools. `content-filter`: cut by
 * a filter. `refusal`: the model declined. `pause`: the provider paused a long turn, to be sent again.
 * `context-window`: the window was full. `other`: see `reported`.
 */
export type FinishReason =
  | "stop"
  | "length"
  | "tool-calls"
  | "content-filter"
  | "refusal"
  | "pause"
  | "context-window"
  | "other";

/** Something that was changed or not carried, told to the client in the answer's metadata. */
export interface Warning {
  code: string;
  message: string;
  param?: string;
}
