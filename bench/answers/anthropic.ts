/** Anthropic's answers to messages. https://platform.claude.com/docs/en/build-with-claude/streaming */
import { type Answers, plainAnswer, SENTENCE, streamedAnswer, TEXTS } from "./http.ts";

const MODEL = "claude-sonnet-4-5-20250929";
const ID = "msg_01BenchQ7mQx2vYkT9sLw4Rz";
const USAGE = {
  input_tokens: 112,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 48,
  service_tier: "standard",
};

const HEADERS = [
  "date: Wed, 01 Oct 2025 08:00:00 GMT",
  "anthropic-ratelimit-requests-limit: 4000",
  "anthropic-ratelimit-requests-remaining: 3999",
  "anthropic-ratelimit-requests-reset: 2025-10-01T08:00:00Z",
  "anthropic-ratelimit-input-tokens-limit: 2000000",
  "anthropic-ratelimit-input-tokens-remaining: 2000000",
  "anthropic-ratelimit-input-tokens-reset: 2025-10-01T08:00:00Z",
  "anthropic-ratelimit-output-tokens-limit: 400000",
  "anthropic-ratelimit-output-tokens-remaining: 400000",
  "anthropic-ratelimit-output-tokens-reset: 2025-10-01T08:00:00Z",
  "request-id: req_011BenchQ7mQx2vYkT9sLw4R",
  "anthropic-organization-id: 00000000-0000-4000-8000-000000000000",
];

function message(content: unknown[], stop_reason: string | null, usage: unknown): unknown {
  return {
    model: MODEL,
    id: ID,
    type: "message",
    role: "assistant",
    content,
    stop_reason,
    stop_sequence: null,
    usage,
  };
}

function event(type: string, fields: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export const anthropic: Answers = {
  plain: plainAnswer(HEADERS, message([{ type: "text", text: SENTENCE }], "end_turn", USAGE)),
  stream: streamedAnswer(
    [...HEADERS, "content-type: text/event-stream; charset=utf-8", "cache-control: no-cache"],
    [
      event("message_start", { message: message([], null, { ...USAGE, output_tokens: 1 }) }),
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      event("ping", {}),
      ...TEXTS.map((text) =>
        event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
      ),
      event("content_block_stop", { index: 0 }),
      event("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: USAGE,
      }),
      event("message_stop", {}),
    ],
  ),
};
