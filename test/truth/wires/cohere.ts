import type { Json, JsonObject } from "../../../src/core/json.ts";
import { cohereFaults } from "../faults/cohere.ts";
import { secrets } from "../faults/secrets.ts";
import { eventOf, type Finish, type Move, type Said, type VendorError, type Wire } from "./wire.ts";

const finishReasons: Record<Finish, string> = {
  stop: "COMPLETE",
  length: "MAX_TOKENS",
  content_filter: "ERROR_TOXIC",
  tool_calls: "TOOL_CALL",
};

/** https://docs.cohere.com/reference/errors */
const errors: Record<VendorError, [status: number, message: string]> = {
  server_error: [500, `internal server error on ${secrets.host}`],
  overloaded: [503, "the model is currently overloaded, please try again later"],
  rate_limited: [
    429,
    `Please wait and try again later: you are past the limit of requests per minute for ${secrets.organisation}`,
  ],
  account_exhausted: [
    402,
    `Please add or update your payment method to continue: insufficient credits (${secrets.balance})`,
  ],
  credential_rejected: [401, `invalid api token ${secrets.maskedKey}`],
  context_too_long: [
    400,
    "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 130012. Try using a shorter prompt.",
  ],
  content_filtered: [
    498,
    "The request was blocked: it contains content that violates our usage policy.",
  ],
  model_unknown: [
    404,
    "model 'truth-1' not found, make sure the correct model ID was used and that you have access to the model.",
  ],
  parameter_rejected: [400, "invalid request: temperature must be between 0 and 1.0 inclusive."],
  request_rejected: [
    400,
    "invalid request: list of messages must be at least 1 element long or the roles do not alternate",
  ],
};

/** Cohere's v2 chat: https://docs.cohere.com/docs/streaming. */
export const cohere: Wire = {
  name: "cohere",
  provider: "cohere",
  modelAffixes: ["", ""],
  upstreamPath: /\/v2\/chat$/,
  framing: "sse",
  saysEnd: false,
  refuses: false,
  rawArguments: "anywhere",
  halfArguments: undefined,
  tellsUsage: "always",
  rejectedParameter: undefined,
  // A stream that fails ends with the reason ERROR and words.
  streamErrors: ["server_error"],
  errorsWithoutStatus: ["server_error", "context_too_long"],

  answer: (said) => {
    const [choice] = said.choices;
    const content: Json[] = [];
    if (choice?.reasoning) content.push({ type: "thinking", thinking: choice.reasoning });
    if (choice?.text) content.push({ type: "text", text: choice.text });
    const tool_calls = (choice?.tools ?? []).map(({ id, name, arguments: text }) => ({
      id,
      type: "function",
      function: { name, arguments: text },
    }));
    return {
      id: "truth",
      message: {
        role: "assistant",
        ...(content.length === 0 ? {} : { content }),
        ...(tool_calls.length === 0 ? {} : { tool_calls }),
      },
      finish_reason: reasonOf(choice?.finish ?? null),
      ...usageOf(said.usage),
    };
  },
  events: (moves) => {
    const writer = new CohereScript();
    return moves.map((move) => writer.write(move));
  },
  error: (kind) => {
    const [status, message] = errors[kind];
    return { status, body: { id: "truth", message } };
  },
  errorSaying: (message) => ({ id: "truth", message }),
  ownFaults: () => cohereFaults(cohere),
};

function usageOf(usage: Said["usage"] = { input: 11, output: 7 }): JsonObject {
  const { input, output, cached } = usage;
  return {
    usage: {
      billed_units: { input_tokens: 5, output_tokens: output },
      tokens: { input_tokens: input, output_tokens: output },
      ...(cached === undefined ? {} : { cached_tokens: cached }),
    },
  };
}

function reasonOf(finish: string | null): string | null {
  for (const [word, reason] of Object.entries(finishReasons)) if (word === finish) return reason;
  return null;
}

export function cohereEvent(type: string, fields: JsonObject = {}): string {
  return eventOf(JSON.stringify({ type, ...fields }), type);
}

/** The stream's end, of this reason. */
export function messageEnd(reason: string, more: JsonObject = {}): string {
  return cohereEvent("message-end", { delta: { finish_reason: reason, ...more } });
}

type Kind = "text" | "thinking" | "call";

/** Starts and ends items of content and calls around what is said. */
class CohereScript {
  #content = -1;
  #calls = -1;
  #open: Kind | undefined;

  write(move: Move): string {
    switch (move.say) {
      case "opening":
        return cohereEvent("message-start", {
          id: "truth",
          delta: {
            message: {
              role: "assistant",
              content: [],
              tool_plan: "",
              tool_calls: [],
              citations: [],
            },
          },
        });
      case "text":
      case "refusal":
        return this.#piece("text", { type: "text", text: "" }, { text: move.text });
      case "reasoning":
        return this.#piece("thinking", { type: "thinking", thinking: "" }, { thinking: move.text });
      case "call": {
        const closed = this.#close();
        this.#open = "call";
        this.#calls += 1;
        const { id, name } = move;
        const called = { id, type: "function", function: { name, arguments: "" } };
        return (
          closed +
          cohereEvent("tool-call-start", {
            index: this.#calls,
            delta: { message: { tool_calls: called } },
          })
        );
      }
      case "arguments":
        return cohereEvent("tool-call-delta", {
          index: this.#calls,
          delta: { message: { tool_calls: { function: { arguments: move.text } } } },
        });
      case "finish":
        return this.#close() + messageEnd(finishReasons[move.reason], usageOf());
      case "usage":
      case "end":
        return "";
      case "error":
        return messageEnd("ERROR", { error: errors[move.error][1] });
      case "data":
        return eventOf(move.data, move.event ?? "content-delta");
    }
  }

  #piece(kind: Kind, empty: JsonObject, content: JsonObject): string {
    let begun = "";
    if (this.#open !== kind) {
      begun = this.#close();
      this.#open = kind;
      this.#content += 1;
      begun += cohereEvent("content-start", {
        index: this.#content,
        delta: { message: { content: empty } },
      });
    }
    return (
      begun +
      cohereEvent("content-delta", { index: this.#content, delta: { message: { content } } })
    );
  }

  #close(): string {
    const kind = this.#open;
    if (kind === undefined) return "";
    this.#open = undefined;
    return kind === "call"
      ? cohereEvent("tool-call-end", { index: this.#calls })
      : cohereEvent("content-end", { index: this.#content });
  }
}
