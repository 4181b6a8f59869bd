import type { JsonObject } from "../../../src/core/json.ts";
import { openaiChatFaults } from "../faults/openai-chat.ts";
import { openaiErrors } from "./openai-errors.ts";
import {
  allVendorErrors,
  eventOf,
  type Move,
  type SaidChoice,
  type SaidUsage,
  type Wire,
} from "./wire.ts";

const created = 1_767_225_600;
const model = "truth-1";

function chunk(choices: unknown, more: JsonObject = {}): string {
  const body = { id: "chatcmpl-truth", object: "chat.completion.chunk", created, model, choices };
  return eventOf(JSON.stringify({ ...body, ...more }));
}

function delta(fields: JsonObject, choice = 0, finish: string | null = null): string {
  return chunk([{ index: choice, delta: fields, finish_reason: finish }]);
}

/** OpenAI's Chat Completions: https://platform.openai.com/docs/api-reference/chat. */
export const openaiChat: Wire = {
  name: "openai-chat",
  provider: "openai",
  modelAffixes: ["", ""],
  upstreamPath: /\/chat\/completions$/,
  framing: "sse",
  saysEnd: true,
  refuses: true,
  rawArguments: "anywhere",
  halfArguments: undefined,
  tellsUsage: "asked",
  rejectedParameter: "temperature",
  streamErrors: allVendorErrors,
  errorsWithoutStatus: allVendorErrors,

  answer: (said) => ({
    id: "chatcmpl-truth",
    object: "chat.completion",
    created,
    model,
    choices: said.choices.map((choice, index) => ({
      index,
      message: messageOf(choice),
      logprobs: null,
      finish_reason: choice.finish,
    })),
    usage: usageOf(said.usage ?? { input: 11, output: 7 }),
  }),
  events: (moves) => moves.map(eventFor),
  error: (kind) => {
    const [status, error] = openaiErrors[kind];
    return { status, body: { error } };
  },
  errorSaying: (message) => ({
    error: { message, type: "invalid_request_error", param: null, code: null },
  }),
  ownFaults: () => openaiChatFaults(openaiChat),
};

function eventFor(move: Move): string {
  switch (move.say) {
    case "opening":
      return delta({ role: "assistant", content: "" });
    case "text":
      return delta({ content: move.text }, move.choice);
    case "reasoning":
      return delta({ reasoning_content: move.text });
    case "refusal":
      return delta({ refusal: move.text });
    case "call": {
      const { id, name } = move;
      const call = { index: 0, id, type: "function", function: { name, arguments: "" } };
      return delta({ tool_calls: [call] });
    }
    case "arguments":
      return delta({ tool_calls: [{ index: 0, function: { arguments: move.text } }] });
    case "finish":
      return delta({}, move.choice, move.reason);
    case "usage":
      return chunk([], { usage: usageOf(move) });
    case "end":
      return eventOf("[DONE]");
    case "error":
      return eventOf(JSON.stringify(openaiChat.error(move.error).body), move.event);
    case "data":
      return eventOf(move.data, move.event);
  }
}

function usageOf({ input, output, cached }: SaidUsage): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
  };
}

function messageOf(choice: SaidChoice): JsonObject {
  const tools = choice.tools.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  const silent = tools.length > 0 || choice.refusal !== "";
  return {
    role: "assistant",
    content: choice.text === "" && silent ? null : choice.text,
    refusal: choice.refusal === "" ? null : choice.refusal,
    ...(choice.reasoning === "" ? {} : { reasoning_content: choice.reasoning }),
    ...(tools.length === 0 ? {} : { tool_calls: tools }),
  };
}
