import type { Json, JsonObject } from "../../../src/core/json.ts";
import { bedrockFaults } from "../faults/bedrock-converse.ts";
import { secrets } from "../faults/secrets.ts";
import { eventFrame, exceptionFrame } from "./aws-frames.ts";
import type { Finish, Move, Said, VendorError, Wire } from "./wire.ts";

const stopReasons: Record<Finish, string> = {
  stop: "end_turn",
  length: "max_tokens",
  content_filter: "content_filtered",
  tool_calls: "tool_use",
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html */
const errors: Record<VendorError, [status: number, type: string, message: string]> = {
  server_error: [
    500,
    "InternalServerException",
    `The system encountered an unexpected error on ${secrets.host}.`,
  ],
  overloaded: [
    503,
    "ServiceUnavailableException",
    "Bedrock is unable to process your request. Please try again later.",
  ],
  rate_limited: [
    429,
    "ThrottlingException",
    `Too many requests, please wait before trying again. (account ${secrets.account})`,
  ],
  account_exhausted: [
    403,
    "AccessDeniedException",
    `Model access is denied due to INVALID_PAYMENT_INSTRUMENT: a valid payment instrument must be provided. Your AWS Marketplace subscription for this model cannot be completed. (account ${secrets.account})`,
  ],
  credential_rejected: [
    403,
    "UnrecognizedClientException",
    `The security token included in the request is invalid. (${secrets.maskedKey})`,
  ],
  context_too_long: [400, "ValidationException", "Input is too long for requested model."],
  content_filtered: [
    400,
    "ValidationException",
    "The content that you sent was blocked by our content filters.",
  ],
  model_unknown: [400, "ValidationException", "The provided model identifier is invalid."],
  parameter_rejected: [
    400,
    "ValidationException",
    "1 validation error detected: Value '7.0' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
  ],
  request_rejected: [
    400,
    "ValidationException",
    "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
  ],
};

/** Bedrock's Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html. */
export const bedrockConverse: Wire = {
  name: "bedrock-converse",
  provider: "bedrock",
  modelAffixes: ["", ""],
  upstreamPath: /\/model\/([^/]+)\/converse(?:-stream)?$/,
  framing: "aws-eventstream",
  saysEnd: true,
  refuses: false,
  rawArguments: "streamed",
  halfArguments: undefined,
  tellsUsage: "always",
  rejectedParameter: undefined,
  // Those that ConverseStream's event stream has, and ValidationException's meanings.
  streamErrors: [
    "server_error",
    "overloaded",
    "rate_limited",
    "context_too_long",
    "content_filtered",
    "parameter_rejected",
    "request_rejected",
  ],
  // Its type stands in a header.
  errorsWithoutStatus: [],

  answer: (said) => {
    const [choice] = said.choices;
    const content: Json[] = [];
    if (choice?.reasoning) {
      const thought = { text: choice.reasoning, signature: "c2lnbmVk" };
      content.push({ reasoningContent: { reasoningText: thought } });
    }
    if (choice?.text) content.push({ text: choice.text });
    for (const { id, name, arguments: text } of choice?.tools ?? []) {
      const input: Json = JSON.parse(text);
      content.push({ toolUse: { toolUseId: id, name, input } });
    }
    return {
      output: { message: { role: "assistant", content } },
      stopReason: reasonOf(choice?.finish ?? null),
      ...usageOf(said.usage),
      metrics: { latencyMs: 12 },
    };
  },
  events: (moves) => {
    const writer = new ConverseScript();
    return moves.map((move) => writer.write(move));
  },
  error: (kind) => {
    const [status, type, message] = errors[kind];
    return bedrockError(status, type, message);
  },
  errorSaying: (message) => ({ message, __type: "ValidationException" }),
  ownFaults: () => bedrockFaults(bedrockConverse),
};

/** The exception's name comes in a header, with a URL after it. */
export function bedrockError(status: number, type: string, message: string) {
  return {
    status,
    body: { message },
    headers: {
      "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      "x-amzn-requestid": "request-of-the-upstream",
    },
  };
}

function usageOf(usage: Said["usage"] = { input: 11, output: 7 }): JsonObject {
  const { input, output, cached = 0 } = usage;
  return {
    usage: {
      inputTokens: input - cached,
      outputTokens: output,
      totalTokens: input + output,
      cacheReadInputTokens: cached,
      cacheWriteInputTokens: 0,
    },
  };
}

function reasonOf(finish: string | null): string | null {
  for (const [word, reason] of Object.entries(stopReasons)) if (word === finish) return reason;
  return null;
}

type Kind = "text" | "reasoning" | "tool";

/** Text and reasoning have no start of their own; every block has an end. */
class ConverseScript {
  #index = -1;
  #open: Kind | undefined;

  write(move: Move): string {
    switch (move.say) {
      case "opening":
        return frame("messageStart", { role: "assistant" });
      case "text":
      case "refusal":
        return this.#piece("text", { text: move.text });
      case "reasoning":
        return this.#piece("reasoning", { reasoningContent: { text: move.text } });
      case "call": {
        const closed = this.#close();
        this.#begin("tool");
        const { id, name } = move;
        const start = { toolUse: { toolUseId: id, name } };
        return closed + frame("contentBlockStart", { contentBlockIndex: this.#index, start });
      }
      case "arguments":
        return this.#piece("tool", { toolUse: { input: move.text } });
      case "finish":
        return this.#close() + frame("messageStop", { stopReason: stopReasons[move.reason] });
      case "usage":
        return "";
      case "end":
        return frame("metadata", { ...usageOf(), metrics: { latencyMs: 12 } });
      case "error": {
        const [, type, message] = errors[move.error];
        const name = type.charAt(0).toLowerCase() + type.slice(1);
        return exceptionFrame(name, JSON.stringify({ message }));
      }
      case "data":
        return eventFrame("contentBlockDelta", move.data);
    }
  }

  #piece(kind: Kind, delta: JsonObject): string {
    let closed = "";
    if (this.#open !== kind) {
      closed = this.#close();
      this.#begin(kind);
    }
    return closed + frame("contentBlockDelta", { contentBlockIndex: this.#index, delta });
  }

  #begin(kind: Kind): void {
    this.#open = kind;
    this.#index += 1;
  }

  #close(): string {
    if (this.#open === undefined) return "";
    const at = { contentBlockIndex: this.#index };
    const signed =
      this.#open === "reasoning"
        ? frame("contentBlockDelta", {
            ...at,
            delta: { reasoningContent: { signature: "c2lnbmVk" } },
          })
        : "";
    this.#open = undefined;
    return signed + frame("contentBlockStop", at);
  }
}

function frame(type: string, payload: JsonObject): string {
  return eventFrame(type, JSON.stringify({ ...payload, p: "abcdefghijklm" }));
}
