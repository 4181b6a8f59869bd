import type { Json, JsonObject } from "../../../src/core/json.ts";
import { responsesFaults } from "../faults/openai-responses.ts";
import { openaiErrors } from "./openai-errors.ts";
import {
  allVendorErrors,
  eventOf,
  type Move,
  type Said,
  type VendorError,
  type Wire,
} from "./wire.ts";

const head: JsonObject = {
  id: "resp_truth",
  object: "response",
  created_at: 1_767_225_600,
  model: "truth-1",
  error: null,
  incomplete_details: null,
};

/** OpenAI's Responses: https://developers.openai.com/api/reference/resources/responses/streaming-events. */
export const openaiResponses: Wire = {
  name: "openai-responses",
  provider: "openai",
  // Such names OpenAI serves by Responses alone.
  modelAffixes: ["gpt-", "-pro"],
  upstreamPath: /\/responses$/,
  framing: "sse",
  saysEnd: false,
  refuses: true,
  rawArguments: "anywhere",
  halfArguments: undefined,
  tellsUsage: "always",
  rejectedParameter: "temperature",
  streamErrors: allVendorErrors,
  errorsWithoutStatus: allVendorErrors,

  answer: (said) => {
    const [choice] = said.choices;
    const output: Json[] = [];
    if (choice?.reasoning) output.push(reasoningItem(choice.reasoning));
    if (choice?.text) output.push(messageItem(textBlock(choice.text)));
    if (choice?.refusal) output.push(messageItem({ type: "refusal", refusal: choice.refusal }));
    for (const tool of choice?.tools ?? []) output.push(callItem(tool));
    return { ...head, ...endOf(choice?.finish ?? "stop"), output, ...usageOf(said.usage) };
  },
  events: (moves) => {
    const writer = new ResponsesScript();
    return moves.map((move) => writer.write(move));
  },
  error: (kind) => {
    const [status, error] = openaiErrors[kind];
    return { status, body: { error } };
  },
  errorSaying: (message) => ({
    error: { message, type: "invalid_request_error", param: null, code: null },
  }),
  ownFaults: () => responsesFaults(openaiResponses),
};

/** The error as an event of its own: `code` is never absent, but there is no `type`. */
export function responsesError(kind: VendorError): JsonObject {
  const [, { code, message, param, type }] = openaiErrors[kind];
  return {
    type: "error",
    code: code ?? type ?? null,
    message: message ?? null,
    param: param ?? null,
  };
}

/** A response that failed, in its terminal event. */
export function failedResponse(code: string, message: string): JsonObject {
  return { ...head, status: "failed", error: { code, message }, output: [] };
}

export function responsesEvent(type: string, fields: JsonObject): string {
  return eventOf(JSON.stringify({ type, sequence_number: 1, ...fields }), type);
}

export function endOf(finish: string): JsonObject {
  switch (finish) {
    case "length":
      return { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    case "content_filter":
      return { status: "incomplete", incomplete_details: { reason: "content_filter" } };
    default:
      return { status: "completed" };
  }
}

function usageOf(usage: Said["usage"] = { input: 11, output: 7 }): JsonObject {
  const { input, output, cached = 0 } = usage;
  return {
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

function textBlock(text: string): JsonObject {
  return { type: "output_text", text, annotations: [] };
}

function messageItem(...content: Json[]): JsonObject {
  return { id: "msg_truth", type: "message", role: "assistant", status: "completed", content };
}

function reasoningItem(text: string): JsonObject {
  return { id: "rs_truth", type: "reasoning", summary: [{ type: "summary_text", text }] };
}

function callItem(tool: { id: string; name: string; arguments: string }): JsonObject {
  const { id: call_id, name, arguments: text } = tool;
  return {
    id: "fc_truth",
    type: "function_call",
    status: "completed",
    call_id,
    name,
    arguments: text,
  };
}

type Kind = "text" | "reasoning" | "refusal" | "call";

/** Announces items and tells of their ends around what is said. */
class ResponsesScript {
  #place = -1;
  #open: Kind | undefined;
  #said = "";
  #call = { id: "", name: "" };
  #output: Json[] = [];

  write(move: Move): string {
    switch (move.say) {
      case "opening":
        return responsesEvent("response.created", {
          response: { ...head, status: "in_progress", output: [] },
        });
      case "text":
        return this.#piece("text", move.text);
      case "reasoning":
        return this.#piece("reasoning", move.text);
      case "refusal":
        return this.#piece("refusal", move.text);
      case "call":
        this.#call = { id: move.id, name: move.name };
        return this.#begin("call");
      case "arguments":
        return this.#piece("call", move.text);
      case "finish": {
        const closed = this.#close();
        const end = endOf(move.reason);
        const response = { ...head, ...end, output: this.#output, ...usageOf() };
        return closed + responsesEvent(`response.${String(end.status)}`, { response });
      }
      case "usage":
      case "end":
        return "";
      case "error":
        return eventOf(JSON.stringify(responsesError(move.error)), move.event ?? "error");
      case "data":
        return eventOf(move.data, move.event ?? "response.output_text.delta");
    }
  }

  #piece(kind: Kind, text: string): string {
    const begun = this.#open === kind ? "" : this.#begin(kind);
    this.#said += text;
    const names: Record<Kind, string> = {
      text: "response.output_text.delta",
      reasoning: "response.reasoning_summary_text.delta",
      refusal: "response.refusal.delta",
      call: "response.function_call_arguments.delta",
    };
    return begun + responsesEvent(names[kind], { ...this.#where(kind), delta: text });
  }

  #where(kind: Kind): JsonObject {
    const at = { output_index: Math.max(this.#place, 0) };
    if (kind === "call") return at;
    return kind === "reasoning" ? { ...at, summary_index: 0 } : { ...at, content_index: 0 };
  }

  #item(kind: Kind): JsonObject {
    if (kind === "call") return callItem({ ...this.#call, arguments: this.#said });
    if (kind === "reasoning") return reasoningItem(this.#said);
    return messageItem(
      kind === "text" ? textBlock(this.#said) : { type: "refusal", refusal: this.#said },
    );
  }

  #begin(kind: Kind): string {
    const closed = this.#close();
    this.#open = kind;
    this.#place += 1;
    this.#said = "";
    const whole = this.#item(kind);
    const item: JsonObject = { ...whole, status: "in_progress" };
    if (kind === "reasoning") item.summary = [];
    else if (kind !== "call") item.content = [];
    return (
      closed + responsesEvent("response.output_item.added", { output_index: this.#place, item })
    );
  }

  #close(): string {
    const kind = this.#open;
    if (kind === undefined) return "";
    this.#open = undefined;
    const item = this.#item(kind);
    this.#output.push(item);
    const done: Record<Kind, [string, JsonObject]> = {
      text: ["response.output_text.done", { text: this.#said }],
      reasoning: ["response.reasoning_summary_text.done", { text: this.#said }],
      refusal: ["response.refusal.done", { refusal: this.#said }],
      call: ["response.function_call_arguments.done", { arguments: this.#said }],
    };
    const [name, fields] = done[kind];
    return (
      responsesEvent(name, { ...this.#where(kind), ...fields }) +
      responsesEvent("response.output_item.done", { output_index: this.#place, item })
    );
  }
}
