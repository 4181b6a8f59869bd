/**
 * How a vendor's API departs from the format that it speaks: data that the dialect reads, never code
 * for a vendor. Field names are those of OpenAI's chat format unless said otherwise.
 */
import type { FinishReason } from "../core/events.ts";
import type { JsonObject } from "../core/json.ts";

export interface Manners {
  /** Request fields that the vendor knows by another name: `{ max_completion_tokens: "max_tokens" }`. */
  rename?: Readonly<Record<string, string>>;
  /** Top-level request fields that the vendor refuses: left out, with a warning. */
  refuses?: readonly string[];
  /** Message fields that the vendor refuses (`name`): left out, with a warning. */
  refusesInMessages?: readonly string[];
  /** The role that developer turns are sent as. */
  developerRole?: "developer" | "system";
  /** How `tool_choice: "required"` is said: Mistral's `any`. */
  requiredToolChoice?: "required" | "any";
  /** How JSON Schema output is asked for. Absent: OpenAI's `response_format.json_schema`. */
  jsonSchema?: "response_format" | "json_object" | "none";
  /** How a request asks for usage in a stream. Absent: `stream_options.include_usage`. */
  streamUsage?: "option" | "always" | "never";
  /** Message and delta field that holds reasoning text. Absent: both `reasoning_content` and `reasoning` are read. */
  reasoningField?: "reasoning_content" | "reasoning" | "thinking";
  /** The answer's text holds reasoning between these tags. */
  reasoningTags?: { open: string; close: string };
  /** `content` may be an array of typed chunks (Mistral's `thinking` and `text`). */
  contentChunks?: boolean;
  /** Prompt-cache marks that the vendor reads. Absent: OpenAI's `prompt_cache_breakpoint` alone, where the client sent it. */
  cacheMarks?: "cache_control";
  /** How a file is given by URL: Mistral's `document_url` part (whole files too, as data URLs), OpenRouter's `file.file_data`. Absent: it cannot be. */
  fileUrl?: "document_url" | "file_data";
  /** How reasoning of earlier turns goes back: under {@link reasoningField}, or not at all. Absent: not at all, with a warning. */
  reasoningBack?: "field" | "drop";
  /** How reasoning effort is asked for. Absent: `reasoning_effort`. */
  reasoningEffort?: "reasoning_effort" | "reasoning.effort" | "thinking.type" | "enable_thinking";
  /** Where usage stands in an answer or chunk when not under `usage`: a dotted path (`x_groq.usage`). */
  usageAt?: string;
  /** Dotted path in the usage object of the tokens read from cache. Absent: `prompt_tokens_details.cached_tokens`. */
  cachedTokensAt?: string;
  /** Dotted path in the usage object of reasoning tokens. Absent: `completion_tokens_details.reasoning_tokens`. */
  reasoningTokensAt?: string;
  /** The vendor's `completion_tokens` does not include its reasoning tokens. */
  reasoningOutsideOutput?: boolean;
  /** Finish reasons other than OpenAI's. */
  finishReasons?: Readonly<Record<string, FinishReason>>;
  /** Tool call ids that the vendor accepts (Mistral: nine alphanumerics); others are mapped. */
  toolCallIds?: { pattern: string; length: number };
  /** The vendor accepts this many stop sequences at most. */
  maxStop?: number;
  /** The highest temperature; a higher one is refused by the vendor. */
  maxTemperature?: number;
  /** The kinds of tool choice that the vendor accepts, `tool` being one by name. Absent: all. */
  toolChoices?: readonly ("auto" | "none" | "required" | "tool")[];
  /** A whole answer or chunk is an error, whatever its status, when this dotted path holds another value (MiniMax: `base_resp.status_code`, 0). */
  errorUnless?: { at: string; is: string | number };
}

/**
 * Leaves out of a body the fields that the vendor refuses.
 * @param leftOut told the name of each field that was there
 */
export function leaveOutRefused(
  body: JsonObject,
  manners: Manners | undefined,
  leftOut: (name: string) => void,
): void {
  for (const name of manners?.refuses ?? []) {
    if (body[name] === undefined) continue;
    delete body[name];
    leftOut(name);
  }
}
