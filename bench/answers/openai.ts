/** OpenAI's answers to chat completions. https://platform.openai.com/docs/api-reference/chat */
import { type Answers, plainAnswer, SENTENCE, type Stream, streamedAnswer, TEXTS } from "./http.ts";

const MODEL = "gpt-4o-mini-2024-07-18";
const ID = "chatcmpl-BenchB7mQx2vYkT9sLw4RzN8cHd1";
const CREATED = 1_760_000_000;
const USAGE = {
  prompt_tokens: 112,
  completion_tokens: 48,
  total_tokens: 160,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

/** What a real answer carries besides the body; a proxy has to carry it too. */
const HEADERS = [
  "date: Wed, 01 Oct 2025 08:00:00 GMT",
  "access-control-expose-headers: X-Request-ID",
  "openai-organization: org-bench",
  "openai-processing-ms: 12",
  "openai-project: proj_bench",
  "openai-version: 2020-10-01",
  "x-ratelimit-limit-requests: 30000",
  "x-ratelimit-limit-tokens: 150000000",
  "x-ratelimit-remaining-requests: 29999",
  "x-ratelimit-remaining-tokens: 149999871",
  "x-ratelimit-reset-requests: 2ms",
  "x-ratelimit-reset-tokens: 0s",
  "x-request-id: req_bench0123456789abcdef01234567",
];
const STREAM_HEADERS = [...HEADERS, "content-type: text/event-stream; charset=utf-8"];
const DONE = "data: [DONE]\n\n";

function event(choices: unknown[], more: Record<string, unknown>): string {
  const chunk = {
    id: ID,
    object: "chat.completion.chunk",
    created: CREATED,
    model: MODEL,
    system_fingerprint: "fp_bench",
    choices,
    ...more,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** The chunks, then what follows the last of them. OpenAI adds `"usage":null` to every chunk when the usage is asked for. */
function stream(more: Record<string, unknown>, ending: string): Stream {
  const choice = (delta: unknown, finish_reason: string | null) =>
    event([{ index: 0, delta, logprobs: null, finish_reason }], more);
  return streamedAnswer(STREAM_HEADERS, [
    choice({ role: "assistant", content: "", refusal: null }, null),
    ...TEXTS.map((content) => choice({ content }, null)),
    choice({}, "stop"),
    ending,
  ]);
}

export const openai: Answers & { streamWithUsage: Stream } = {
  plain: plainAnswer(HEADERS, {
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: SENTENCE, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: USAGE,
    service_tier: "default",
    system_fingerprint: "fp_bench",
  }),
  stream: stream({}, DONE),
  /** The usage chunk comes with `[DONE]`. */
  streamWithUsage: stream({ usage: null }, event([], { usage: USAGE }) + DONE),
};
