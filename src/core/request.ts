/**
 * A chat request in Parley's canonical form: what every dialect's request is read into and written
 * from. A dialect that cannot carry a field reports it as a {@link Warning} or refuses it.
 */
import type { Json, JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";

export interface ChatRequest {
  /** The name that the client sent, before aliases and mapping. */
  model: string;
  /** Conversation in order. System and developer text are turns of their own, wherever they stand. */
  turns: Turn[];
  tools?: Tool[];
  toolChoice?: ToolChoice;
  /** `false` forbids several calls in one turn. */
  parallelToolCalls?: boolean;
  output?: OutputFormat;
  reasoning?: ReasoningOptions;
  /** Upper bound of output tokens, reasoning included. */
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  seed?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  logitBias?: Record<string, number>;
  /** Whether token log probabilities are wanted, and how many alternatives a token (0 to 20). */
  logprobs?: { top: number };
  /** How many answers (`choice` of the events). Absent means 1. */
  choices?: number;
  /** Modalities wanted in the answer; absent means text alone. */
  modalities?: ("text" | "audio" | "image")[];
  /** How audio output is to sound: the chat dialect's `audio` object. */
  audio?: JsonObject;
  verbosity?: "low" | "medium" | "high";
  serviceTier?: string;
  stream: boolean;
  /** The client asked for a usage figure at the end of the stream. */
  streamUsage?: boolean;
  /** Whom the request is made for, as the client says. */
  user?: string;
  safetyIdentifier?: string;
  promptCacheKey?: string;
  metadata?: Record<string, string>;
  /** Whether the provider may keep the exchange. */
  store?: boolean;
  /**
   * The client wants the state of the model's reasoning in the answer, to send it back (Responses'
   * `reasoning.encrypted_content`). Dialects that always give it need not look.
   */
  reasoningState?: boolean;
  /** Marks the whole prompt up to its end for the provider's prompt cache. */
  cache?: CacheMark;
  /**
   * Fields of one dialect that have no canonical form, under the dialect that read them. Written back
   * by that dialect alone; another reports each by name.
   */
  extra?: { dialect: string; fields: JsonObject };
}

export type Role = "system" | "developer" | "user" | "assistant" | "tool";

export interface Turn {
  role: Role;
  parts: Part[];
  /** Participant's name, where the dialect has one. */
  name?: string;
  /** The dialect keeps this text apart from the conversation (Responses' `instructions`). Others need not tell it apart. */
  place?: "instructions";
  /** Fields of the turn without a canonical form, as {@link ChatRequest.extra}. */
  extra?: { dialect: string; fields: JsonObject };
}

/** One piece of a turn. `tool-result` stands in turns of role `tool` alone. */
export type Part =
  | TextPart
  | ImagePart
  | AudioPart
  | FilePart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | NativePart;

export interface TextPart {
  type: "text";
  text: string;
  citations?: Citation[];
  cache?: CacheMark;
  /** Opaque state that the provider attached to this text (Gemini's thought signature). */
  signature?: Opaque;
}

export interface ImagePart {
  type: "image";
  source: Source;
  detail?: string;
  cache?: CacheMark;
  signature?: Opaque;
}

export interface AudioPart {
  type: "audio";
  source: Source;
  transcript?: string;
}

/** A document (PDF, text, …) or, where the dialect allows, any other file. */
export interface FilePart {
  type: "file";
  source: Source;
  filename?: string;
  title?: string;
  context?: string;
  /** The client wants citations of this document. */
  citations?: boolean;
  cache?: CacheMark;
}

export interface ReasoningPart {
  type: "reasoning";
  /** Empty where the provider gives none (redacted or encrypted). */
  text: string;
  /** `summary` where the provider shows a summary of what it thought instead of the thought. */
  kind?: "full" | "summary";
  /** Signature, encrypted content or item id: goes back to its maker only. */
  signature?: Opaque;
  /** The whole thought is hidden; `signature` holds it. */
  redacted?: boolean;
}

export interface ToolCallPart {
  type: "tool-call";
  id: string;
  name: string;
  /** Raw text as the model wrote it: JSON for `function`, free text for `custom`. Never parsed and written again. */
  arguments: string;
  kind?: "function" | "custom";
  signature?: Opaque;
  cache?: CacheMark;
}

export interface ToolResultPart {
  type: "tool-result";
  callId: string;
  /** Name of the function called, where the dialect says it or the conversation shows it. */
  name?: string;
  content: Part[];
  /** The tool failed. */
  isError?: boolean;
  cache?: CacheMark;
}

export interface RefusalPart {
  type: "refusal";
  text: string;
}

/** A block that only its own dialect can express (a hosted tool's call or result, an item): kept whole. */
export interface NativePart {
  type: "native";
  dialect: string;
  value: JsonObject;
  origin?: Origin;
}

export type Source =
  | { kind: "bytes"; mediaType: string /** Base64, as received. */; data: string }
  | { kind: "text"; mediaType: string; text: string }
  | { kind: "url"; url: string; mediaType?: string }
  /** A file that a provider holds; usable only with its maker. */
  | { kind: "provider-file"; id: string; mediaType?: string; origin?: Origin };

/** Opaque state of a provider, tagged with its maker. */
export interface Opaque {
  value: string;
  /** What the value is to its maker: `signature`, `encrypted`, `redacted`, `thought-signature`, … */
  kind: string;
  /** The maker's id of the item, where it has one. */
  id?: string;
  /** The maker's own name for the value's format, where a vendor resells several makers' (OpenRouter). */
  format?: string;
  origin?: Origin;
}

/** Prompt-cache marker: everything up to and including the marked part may be cached. */
export interface CacheMark {
  ttl?: "5m" | "1h";
  /** The mark as sent where it says more than this, and the dialect that read it (OpenAI's `prompt_cache_breakpoint`). */
  dialect?: string;
  native?: JsonObject;
}

export interface Citation {
  /** Quoted text of the source. */
  text?: string;
  title?: string;
  url?: string;
  /** Index of the cited document in the request. */
  document?: number;
  /** Span in the answer's text, in characters, where the provider says it. */
  start?: number;
  end?: number;
  /** The provider's own object, unchanged. */
  reported?: Json;
  dialect?: string;
}

export interface Tool {
  kind: "function" | "custom" | "hosted";
  /** Function or custom tool's name; a hosted tool's type (`web_search`). */
  name: string;
  description?: string;
  /** JSON Schema of the arguments, as sent. */
  parameters?: JsonObject;
  strict?: boolean;
  cache?: CacheMark;
  /** `custom`: the grammar, and `hosted`: the whole tool as sent, in the dialect that read it. */
  dialect?: string;
  native?: JsonObject;
}

export type ToolChoice =
  | { type: "auto" | "none" | "required" }
  | { type: "tool"; name: string; kind?: "function" | "custom" }
  /** Only these may be called. */
  | { type: "allowed"; mode: "auto" | "required"; names: string[] }
  | { type: "native"; dialect: string; value: JsonObject };

export type OutputFormat =
  | { type: "text" }
  | { type: "json" }
  | {
      type: "json-schema";
      name?: string;
      description?: string;
      schema: JsonObject;
      strict?: boolean;
    };

export interface ReasoningOptions {
  /** The vendor's own word is kept: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, … */
  effort?: string;
  /** Tokens that may be spent on thinking. 0 means none. */
  budget?: number;
  /** `false` switches thinking off; `true` switches it on. `adaptive`: the model decides. */
  enabled?: boolean | "adaptive";
  /** Whether and how the thought is shown: `auto`, `concise`, `detailed`, `none`, … */
  summary?: string;
}
