import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { geminiFaults } from "../faults/gemini.ts";
import { secrets } from "../faults/secrets.ts";
import {
  allVendorErrors,
  eventOf,
  type Finish,
  type Move,
  type Said,
  type VendorError,
  type VendorReply,
  type Wire,
} from "./wire.ts";

const finishReasons: Record<Finish, string> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  content_filter: "SAFETY",
  tool_calls: "STOP",
};

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const errors: Record<
  Exclude<VendorError, "content_filtered">,
  [code: number, status: string, message: string, details?: Json[]]
> = {
  server_error: [500, "INTERNAL", `An internal error has occurred on ${secrets.host}.`],
  overloaded: [503, "UNAVAILABLE", "The model is overloaded. Please try again later."],
  rate_limited: [
    429,
    "RESOURCE_EXHAUSTED",
    `You exceeded your current quota, please check your plan and billing details. Please retry in 38.5s. (${secrets.project})`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaMetric: "generate_content_paid_tier_input_token_count" }],
      },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "38s" },
    ],
  ],
  account_exhausted: [
    429,
    "RESOURCE_EXHAUSTED",
    `Your prepayment credits are depleted ($${secrets.balance}). Please manage your project and billing.`,
  ],
  credential_rejected: [
    400,
    "INVALID_ARGUMENT",
    `API key not valid. Please pass a valid API key. (${secrets.maskedKey})`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
        metadata: { service: "generativelanguage.googleapis.com" },
      },
    ],
  ],
  context_too_long: [
    400,
    "INVALID_ARGUMENT",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  ],
  model_unknown: [
    404,
    "NOT_FOUND",
    "models/truth-1 is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models.",
  ],
  parameter_rejected: [
    400,
    "INVALID_ARGUMENT",
    `Invalid value at 'generation_config.temperature' (TYPE_FLOAT), "hot"`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: [{ field: "generation_config.temperature" }],
      },
    ],
  ],
  request_rejected: [
    400,
    "INVALID_ARGUMENT",
    "Please ensure that multiturn requests alternate between user and model.",
  ],
};

/** Google's generateContent: https://ai.google.dev/api/generate-content. */
export const gemini: Wire = {
  name: "gemini",
  provider: "gemini",
  modelAffixes: ["", ""],
  upstreamPath: /\/v1beta\/models\/([^/:]+):/,
  framing: "sse",
  saysEnd: false,
  refuses: false,
  rawArguments: "nowhere",
  halfArguments: "",
  tellsUsage: "always",
  rejectedParameter: undefined,
  streamErrors: allVendorErrors,
  errorsWithoutStatus: allVendorErrors,

  answer: (said) => {
    const [choice] = said.choices;
    const parts: Json[] = [];
    if (choice?.reasoning) parts.push({ text: choice.reasoning, thought: true });
    if (choice?.text) parts.push({ text: choice.text });
    for (const tool of choice?.tools ?? []) parts.push(wholeCall(tool));
    return { ...candidate(parts, reasonOf(choice?.finish ?? null)), ...usageOf(said.usage) };
  },
  events: (moves) => moves.map((move, at) => eventFor(move, moves, at)),
  error: errorReply,
  errorSaying: (message) => errorBody(400, "INVALID_ARGUMENT", message),
  ownFaults: () => geminiFaults(gemini),
};

/** A blocked prompt is no error to Google: https://ai.google.dev/api/generate-content#PromptFeedback. */
function errorReply(kind: VendorError): VendorReply & { body: JsonObject } {
  if (kind === "content_filtered") {
    return { status: 200, body: { promptFeedback: { blockReason: "SAFETY" }, ...usageOf() } };
  }
  const [status, word, message, details] = errors[kind];
  return { status, body: errorBody(status, word, message, details) };
}

export function errorBody(
  code: number,
  status: string,
  message: string,
  details?: readonly Json[],
): JsonObject {
  return {
    error: { code, message, status, ...(details === undefined ? {} : { details: [...details] }) },
  };
}

const about: JsonObject = { modelVersion: "truth-1", responseId: "truth" };

/** A (partial) answer of one candidate. */
export function candidate(parts: readonly Json[], finishReason?: string): JsonObject {
  const one: JsonObject = { index: 0 };
  if (parts.length > 0) one.content = { role: "model", parts: [...parts] };
  if (finishReason !== undefined) one.finishReason = finishReason;
  return { candidates: [one], ...about };
}

function usageOf(usage: Said["usage"] = { input: 11, output: 7 }): JsonObject {
  const { input, output, cached } = usage;
  return {
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
      ...(cached === undefined ? {} : { cachedContentTokenCount: cached }),
    },
  };
}

function reasonOf(finish: string | null): string | undefined {
  for (const [word, reason] of Object.entries(finishReasons)) if (word === finish) return reason;
  return undefined;
}

function eventFor(move: Move, moves: readonly Move[], at: number): string {
  const body = bodyFor(move, moves, at);
  if (body === undefined) return "";
  const name = move.say === "error" || move.say === "data" ? move.event : undefined;
  return eventOf(typeof body === "string" ? body : JSON.stringify(body), name);
}

function bodyFor(move: Move, moves: readonly Move[], at: number): JsonObject | string | undefined {
  switch (move.say) {
    case "opening":
      return candidate([{ text: "" }]);
    case "text":
    case "refusal":
      return candidate([{ text: move.text }]);
    case "reasoning":
      return candidate([{ text: move.text, thought: true }]);
    case "call":
    case "arguments":
      return callPiece(move, moves, at);
    case "finish":
      return { ...candidate([{ text: "" }], finishReasons[move.reason]), ...usageOf() };
    case "usage":
      return moves.slice(0, at).some(({ say }) => say === "finish")
        ? undefined
        : { ...about, ...usageOf(move) };
    case "end":
      return undefined;
    case "error":
      return errorReply(move.error).body;
    case "data":
      return move.data;
  }
}

/** A call comes in one part, where its arguments are whole; else as one that is to be continued. */
function callPiece(
  move: Move & { say: "call" | "arguments" },
  moves: readonly Move[],
  at: number,
): JsonObject | undefined {
  let first = at;
  while (moves[first]?.say === "arguments") first -= 1;
  const head = moves[first];
  if (head?.say !== "call") return undefined;
  let text = "";
  let last = first;
  for (let next = moves[last + 1]; next?.say === "arguments"; next = moves[last + 1]) {
    text += next.text;
    last += 1;
  }
  if (isWhole(text))
    return at === last ? candidate([wholeCall({ ...head, arguments: text })]) : undefined;
  if (move.say === "call") {
    return candidate([{ functionCall: { id: head.id, name: head.name, willContinue: true } }]);
  }
  const piece = { jsonPath: "$.city", stringValue: "Par", willContinue: true };
  return candidate([{ functionCall: { partialArgs: [piece], willContinue: true } }]);
}

function isWhole(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function wholeCall(tool: { id: string; name: string; arguments: string }): JsonObject {
  const { id, name } = tool;
  const args: Json = JSON.parse(tool.arguments);
  return { functionCall: { id, name, args } };
}
