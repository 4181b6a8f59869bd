import type { Json, JsonObject } from "../../../src/core/json.ts";
import { anthropicFaults } from "../faults/anthropic-messages.ts";
import { secrets } from "../faults/secrets.ts";
import {
  allVendorErrors,
  eventOf,
  type Finish,
  type Move,
  type Said,
  type VendorError,
  type Wire,
} from "./wire.ts";

const model = "truth-1";
const stopReasons: Record<Finish, string> = {
  stop: "end_turn",
  length: "max_tokens",
  content_filter: "refusal",
  tool_calls: "tool_use",
};

/** https://platform.claude.com/docs/en/api/errors */
const errors: Record<VendorError, [number, type: string, message: string]> = {
  server_error: [500, "api_error", `Internal server error on ${secrets.host} (${secrets.address})`],
  overloaded: [529, "overloaded_error", "Overloaded"],
  rate_limited: [
    429,
    "rate_limit_error",
    `This request would exceed the rate limit for your organization (${secrets.organisation}) of 30,000 input tokens per minute.`,
  ],
  account_exhausted: [
    400,
    "invalid_request_error",
    `Your credit balance is too low to access the Anthropic API ($${secrets.balance}). Please go to Plans & Billing to upgrade or purchase credits.`,
  ],
  credential_rejected: [401, "authentication_error", `invalid x-api-key ${secrets.maskedKey}`],
  context_too_long: [
    400,
    "invalid_request_error",
    `prompt is too long: 210000 tokens > 200000 maximum (deployment ${secrets.deployment})`,
  ],
  content_filtered: [
    400,
    "invalid_request_error",
    `Output blocked by content filtering policy (deployment ${secrets.deployment})`,
  ],
  model_unknown: [404, "not_found_error", "model: truth-1"],
  parameter_rejected: [
    400,
    "invalid_request_error",
    `temperature: Input should be less than or equal to 1 (${secrets.host})`,
  ],
  request_rejected: [
    400,
    "invalid_request_error",
    `messages: roles must alternate between "user" and "assistant" (${secrets.host})`,
  ],
};

/** Anthropic's Messages: https://platform.claude.com/docs/en/build-with-claude/streaming. */
export const anthropicMessages: Wire = {
  name: "anthropic-messages",
  provider: "anthropic",
  modelAffixes: ["", ""],
  upstreamPath: /\/v1\/messages$/,
  framing: "sse",
  saysEnd: true,
  refuses: false,
  rawArguments: "streamed",
  halfArguments: undefined,
  tellsUsage: "always",
  rejectedParameter: undefined,
  streamErrors: allVendorErrors,
  errorsWithoutStatus: allVendorErrors,

  answer,
  events: (moves) => {
    const writer = new MessagesScript();
    return moves.map((move) => writer.write(move));
  },
  error: (kind) => ({
    status: errors[kind][0],
    body: bodyOf(kind),
    headers: { "request-id": "req_of_the_upstream" },
  }),
  errorSaying: (message) => errorBody("invalid_request_error", message),
  ownFaults: () => anthropicFaults(anthropicMessages),
};

function bodyOf(kind: VendorError): JsonObject {
  const [, type, message] = errors[kind];
  return errorBody(type, message);
}

function errorBody(type: string, message: string): JsonObject {
  return { type: "error", error: { type, message }, request_id: "req_of_the_upstream" };
}

function answer(said: Said): JsonObject {
  const [choice] = said.choices;
  const { input, output, cached = 0 } = said.usage ?? { input: 11, output: 7 };
  const content: Json[] = [];
  if (choice?.reasoning) {
    content.push({ type: "thinking", thinking: choice.reasoning, signature: "c2lnbmVk" });
  }
  if (choice?.text) content.push({ type: "text", text: choice.text });
  for (const { id, name, arguments: text } of choice?.tools ?? []) {
    const input: Json = JSON.parse(text);
    content.push({ type: "tool_use", id, name, input });
  }
  return {
    ...message,
    content,
    stop_reason: reasonOf(choice?.finish ?? null),
    usage: {
      input_tokens: input - cached,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cached,
      output_tokens: output,
    },
  };
}

const message: JsonObject = {
  id: "msg_truth",
  type: "message",
  role: "assistant",
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
};

function reasonOf(finish: string | null): string | null {
  for (const [word, reason] of Object.entries(stopReasons)) if (word === finish) return reason;
  return null;
}

export function messagesEvent(type: string, fields: JsonObject = {}): string {
  return eventOf(JSON.stringify({ type, ...fields }), type);
}

type Kind = "text" | "thinking" | "tool_use";

/** Opens and closes the blocks around what is said. */
class MessagesScript {
  #index = -1;
  #open: Kind | undefined;
  #finished = false;

  write(move: Move): string {
    switch (move.say) {
      case "opening":
        return messagesEvent("message_start", {
          message: { ...message, usage: { input_tokens: 11, output_tokens: 1 } },
        });
      case "text":
      case "refusal":
        return (
          this.#begin("text", { type: "text", text: "" }) +
          this.#delta({ type: "text_delta", text: move.text })
        );
      case "reasoning":
        return (
          this.#begin("thinking", { type: "thinking", thinking: "", signature: "" }) +
          this.#delta({ type: "thinking_delta", thinking: move.text })
        );
      case "call": {
        const { id, name } = move;
        const closed = this.#close();
        return closed + this.#begin("tool_use", { type: "tool_use", id, name, input: {} });
      }
      case "arguments":
        return this.#delta({ type: "input_json_delta", partial_json: move.text });
      case "finish":
        this.#finished = true;
        return (
          this.#close() +
          messagesEvent("message_delta", {
            delta: { stop_reason: stopReasons[move.reason], stop_sequence: null },
            usage: { input_tokens: 11, output_tokens: 7 },
          })
        );
      case "usage":
        if (this.#finished) return "";
        return messagesEvent("message_delta", {
          delta: { stop_reason: null, stop_sequence: null },
          usage: { input_tokens: move.input, output_tokens: move.output },
        });
      case "end":
        return messagesEvent("message_stop");
      case "error":
        return eventOf(JSON.stringify(bodyOf(move.error)), move.event ?? "error");
      case "data":
        return eventOf(move.data, move.event ?? "content_block_delta");
    }
  }

  #begin(kind: Kind, block: JsonObject): string {
    if (this.#open === kind) return "";
    const closed = this.#close();
    this.#open = kind;
    this.#index += 1;
    return (
      closed + messagesEvent("content_block_start", { index: this.#index, content_block: block })
    );
  }

  #delta(delta: JsonObject): string {
    return messagesEvent("content_block_delta", { index: Math.max(this.#index, 0), delta });
  }

  #close(): string {
    if (this.#open === undefined) return "";
    const signed =
      this.#open === "thinking"
        ? this.#delta({ type: "signature_delta", signature: "c2lnbmVk" })
        : "";
    this.#open = undefined;
    return signed + messagesEvent("content_block_stop", { index: this.#index });
  }
}
