/** Anthropic's documented errors, and what only Messages can get wrong, or may oddly do right. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json, type Reply } from "../reply.ts";
import { messagesEvent } from "../wires/anthropic-messages.ts";
import { say, says, stream, type Wire } from "../wires/wire.ts";
import { both, broken, either, type Fault, given, streamed, told, whole } from "./fault.ts";
import { nothing, script } from "./script.ts";
import { secrets } from "./secrets.ts";
import { account, accountPhrases, credential, failed, refused } from "./vendor-errors.ts";

type Row = [name: string, status: number, type: string, message: string, causes: Cause[]];

/** https://platform.claude.com/docs/en/api/errors */
const documented: Row[] = [
  [
    "invalid-request-400",
    400,
    "invalid_request_error",
    "messages: at least one message is required",
    refused,
  ],
  [
    "prompt-too-long-400",
    400,
    "invalid_request_error",
    "prompt is too long: 210000 tokens > 200000 maximum",
    ["upstream.context_too_long"],
  ],
  [
    "context-limit-400",
    400,
    "invalid_request_error",
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again",
    ["upstream.context_too_long"],
  ],
  [
    "extra-inputs-400",
    400,
    "invalid_request_error",
    "frobnicate: Extra inputs are not permitted",
    ["upstream.parameter_rejected"],
  ],
  [
    "usage-limit-400",
    400,
    "invalid_request_error",
    "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
    account,
  ],
  [
    "disabled-400",
    400,
    "invalid_request_error",
    "This organization has been disabled.",
    credential,
  ],
  ["authentication-401", 401, "authentication_error", "invalid x-api-key", credential],
  ["billing-402", 402, "billing_error", `Billing for ${secrets.account} has failed`, account],
  [
    "permission-403",
    403,
    "permission_error",
    `Your API key does not have permission to use the specified resource (${secrets.organisation})`,
    credential,
  ],
  ["model-404", 404, "not_found_error", "model: claude-9", ["upstream.model_unknown"]],
  [
    "too-large-413",
    413,
    "request_too_large",
    "Request exceeds the maximum allowed number of bytes. The maximum request size is 32 MB.",
    refused,
  ],
  [
    "rate-429",
    429,
    "rate_limit_error",
    `Limit of ${secrets.organisation}`,
    ["upstream.rate_limited"],
  ],
  ["api-500", 500, "api_error", "Internal server error", failed],
  ["timeout-504", 504, "timeout_error", "Request timed out", ["upstream.gateway_timeout"]],
  ["overloaded-529", 529, "overloaded_error", "Overloaded", ["upstream.overloaded"]],
];

const body = (type: string, message: string) => ({
  type: "error",
  error: { type, message },
  request_id: "req_of_the_upstream",
});

export function anthropicFaults(wire: Wire): Fault[] {
  return [
    ...documented.map(([name, status, type, message, causes]) => ({
      ...both(
        `anthropic-${name}`,
        `${status} ${type}`,
        json(status, body(type, message)),
        told(...causes),
      ),
      unsaid: [...accountPhrases, "usage limits", "organization has been disabled"],
    })),
    both(
      "anthropic-rate-retry-after",
      "429 with retry-after and the limits' headers",
      json(429, body("rate_limit_error", "Too many input tokens"), {
        "retry-after": "40",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-organization-id": secrets.organisation,
      }),
      { kind: "told", causes: ["upstream.rate_limited"], retryAfter: { min: 10, max: 40 } },
    ),
    both(
      "anthropic-rate-reset",
      "429 with the time of the used-up limit's reset alone",
      (): Reply =>
        json(429, body("rate_limit_error", "Too many input tokens"), {
          "anthropic-ratelimit-input-tokens-remaining": "0",
          "anthropic-ratelimit-input-tokens-reset": new Date(Date.now() + 40_000).toISOString(),
        }),
      { kind: "told", causes: ["upstream.rate_limited"], retryAfter: { min: 10, max: 41 } },
    ),
    ...answers(),
    ...streams(wire),
  ];
}

function answers(): Fault[] {
  const message = {
    id: "msg_truth",
    type: "message",
    role: "assistant",
    model: "truth-1",
    content: [],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 0 },
  };
  const empty = told("upstream.empty", "upstream.shape_unknown");
  const text = { type: "text", text: "Nothing but" };
  return [
    whole("messages-silent", "end_turn without a word or a token", json(200, message), empty),
    whole(
      "messages-content-null",
      "content: null",
      json(200, { ...message, content: null }),
      empty,
    ),
    whole(
      "messages-content-string",
      "content is a string",
      json(200, { ...message, content: "hello" }),
      empty,
    ),
    whole(
      "messages-block-null",
      "content: [null]",
      json(200, { ...message, content: [null] }),
      empty,
    ),
    whole(
      "messages-unfinished",
      "an answer without a stop reason",
      json(200, { ...message, content: [text], stop_reason: null }),
      empty,
    ),
    whole(
      "messages-and-error",
      "an answer with an error beside it",
      json(200, { ...message, content: [text], error: { type: "api_error", message: "broken" } }),
      told(...failed),
    ),
    whole(
      "messages-pause",
      "control: a paused turn",
      json(200, { ...message, content: [text], stop_reason: "pause_turn" }),
      given(say({ text: text.text, finish: "stop" })),
    ),
  ];
}

function streams(wire: Wire): Fault[] {
  const { parts, said, text } = script(wire);
  const delta = (stop: string | null) =>
    messagesEvent("message_delta", {
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 7 },
    });
  const start = (id: string) =>
    messagesEvent("message_start", {
      message: { id, type: "message", role: "assistant", content: [], model: "truth-1" },
    });
  const finished = given(say({ text, finish: "stop" }));
  return [
    streamed(
      "message-stop-missing",
      "the stop reason, but no message_stop",
      stream(wire, [...parts, says.finish("stop")]),
      either(broken(said, "upstream.stream_unfinished"), finished),
    ),
    streamed(
      "message-stop-without-reason",
      "message_stop after a message_delta without a reason",
      stream(wire, [...parts, delta(null), says.end]),
      broken(said, "upstream.stream_unfinished"),
    ),
    streamed(
      "second-message",
      "a second message within the first",
      stream(wire, [...parts, start("msg_other"), says.text("th"), says.finish("stop"), says.end]),
      broken(said, "upstream.event_unreadable"),
    ),
    streamed(
      "delta-without-block",
      "a delta of a block that never began",
      stream(wire, [
        says.opening,
        messagesEvent("content_block_delta", {
          index: 7,
          delta: { type: "text_delta", text: "lost" },
        }),
        says.end,
      ]),
      nothing,
    ),
    streamed(
      "stream-silent",
      "end_turn without a word or a token, in a stream",
      stream(wire, [
        start("msg_truth"),
        messagesEvent("message_delta", {
          delta: { stop_reason: "end_turn" },
          usage: { output_tokens: 0 },
        }),
        says.end,
      ]),
      nothing,
    ),
    streamed(
      "error-in-thinking",
      "overloaded_error inside a thought",
      stream(wire, [says.opening, says.reasoning("Let me"), says.error("overloaded")]),
      broken(say({ reasoning: "Let me" }), "upstream.overloaded"),
    ),
    streamed(
      "pings",
      "control: pings, and an event that nobody knows",
      stream(wire, [
        says.opening,
        messagesEvent("ping"),
        ...parts.slice(1),
        messagesEvent("ping"),
        messagesEvent("content_block_news", { index: 0 }),
        says.finish("stop"),
        says.end,
      ]),
      finished,
    ),
  ];
}
