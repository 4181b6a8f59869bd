/** A completion as a chat of one turn, for providers that only chat. */
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { DIALECT, validateRequest, type WireRequest } from "./wire.ts";

/** What is documented to happen where the client says nothing. */
const DEFAULT_MAX_TOKENS = 16;

const canonical: ReadonlySet<string> = new Set([
  "model",
  "prompt",
  "max_tokens",
  "temperature",
  "top_p",
  "n",
  "stream",
  "stream_options",
  "stop",
  "presence_penalty",
  "frequency_penalty",
  "seed",
  "user",
]);

/** Values that ask for nothing: they are no loss. */
const idle: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["echo", false],
  ["best_of", 1],
  ["suffix", ""],
]);

/** Throws `request.field_missing`, `request.field_type`, `request.field_value`. */
export function readRequest(body: JsonObject): ChatRequest {
  const wire = validateRequest(body);
  const request: ChatRequest = {
    model: wire.model,
    turns: [{ role: "user", parts: [{ type: "text", text: onePrompt(wire) ?? "" }] }],
    stream: wire.stream ?? false,
    maxOutputTokens: wire.max_tokens ?? DEFAULT_MAX_TOKENS,
    extra: { dialect: DIALECT, fields: extraOf(body) },
  };
  if (typeof wire.temperature === "number") request.temperature = wire.temperature;
  if (typeof wire.top_p === "number") request.topP = wire.top_p;
  if (typeof wire.n === "number" && wire.n > 1) request.choices = wire.n;
  if (typeof wire.stop === "string") request.stop = [wire.stop];
  else if (wire.stop?.length) request.stop = wire.stop;
  if (typeof wire.presence_penalty === "number") request.presencePenalty = wire.presence_penalty;
  if (typeof wire.frequency_penalty === "number") request.frequencyPenalty = wire.frequency_penalty;
  if (typeof wire.seed === "number") request.seed = wire.seed;
  if (typeof wire.user === "string") request.user = wire.user;
  if (wire.stream_options?.include_usage === true) request.streamUsage = true;
  return request;
}

/** The one prompt that is text; undefined where there are several, or token numbers. */
function onePrompt({ prompt }: WireRequest): string | undefined {
  if (prompt === undefined || prompt === null) return "";
  if (typeof prompt === "string") return prompt;
  const [only] = prompt;
  return prompt.length === 1 && typeof only === "string" ? only : undefined;
}

/** Each is reported where it is not carried (`echo`, `best_of`, `logprobs`, `logit_bias`). */
function extraOf(body: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const [name, value] of Object.entries(body)) {
    if (canonical.has(name) || value === null || idle.get(name) === value) continue;
    fields[name] = value;
  }
  return fields;
}

/**
 * What would be answered wrongly by a chat, not only less fully.
 * Throws `request.not_expressible` and `request.field_missing`.
 */
export function checkTranslation(body: JsonObject): void {
  const wire = validateRequest(body);
  const prompt = onePrompt(wire);
  if (prompt === undefined) {
    throw notExpressible("prompt", "one prompt that is text: several, or token numbers, it cannot");
  }
  if (prompt === "") {
    throw new Failure("request.field_missing", {
      message: "prompt is required by a model that chats.",
      param: "prompt",
    });
  }
  if (wire.suffix) throw notExpressible("suffix", "no text that its answer must lead up to");
  if (wire.max_tokens === 0) throw notExpressible("max_tokens", "no answer of no tokens");
}

function notExpressible(param: string, takes: string): Failure {
  return new Failure("request.not_expressible", {
    message: `The model is reached by a chat API, which takes ${takes}.`,
    param,
  });
}
