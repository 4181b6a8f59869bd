/** Chat completions: both what OpenAI and its likes recorded, and what Parley's client gets. */
import { isObject, type Json } from "../../../src/core/json.ts";
import { type Answer, emptyAnswer, type Figures, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, parsed, text } from "../walk.ts";

/** `payloads`: the body, or the stream's chunks. */
export function readChat(payloads: readonly Json[]): Outcome {
  const answer = emptyAnswer();
  const calls: { name: string; arguments: string }[] = [];
  for (const payload of payloads) {
    const error = at(payload, "error");
    if (error !== undefined && error !== null) {
      const inStream = payloads.length > 1 || at(payload, "object") !== undefined;
      const message = `${text(error, "message") || leaves(error).join(" ")} ${text(error, "code")}`;
      return { failed: { status: number(error, "code"), message, inStream } };
    }
    const choice = list(payload, "choices").find((each) => number(each, "index") === 0);
    // Perplexity sends the whole message so far beside each delta.
    const delta = at(choice, "delta");
    readMessage(delta === undefined ? at(choice, "message") : delta, answer, calls);
    answer.finish = text(choice, "finish_reason") || answer.finish;
    answer.usage = readUsage(payload) ?? answer.usage;
  }
  answer.calls = calls.map((call) => ({ name: call.name, arguments: parsed(call.arguments) }));
  return { answer };
}

function readMessage(
  message: Json | undefined,
  answer: Answer,
  calls: { name: string; arguments: string }[],
): void {
  readContent(at(message, "content") ?? null, answer);
  answer.refusal += text(message, "refusal");
  answer.reasoning += text(message, "reasoning_content") || text(message, "reasoning");
  list(message, "tool_calls").forEach((call, place) => {
    const index = at(call, "index");
    // A chunk without an index is a whole call (Mistral's streams, every answer).
    const slot = typeof index === "number" ? index : at(call, "id") ? calls.length : place;
    calls[slot] ??= { name: "", arguments: "" };
    const entry = calls[slot];
    entry.name += text(call, "function", "name") || text(call, "custom", "name");
    const given = at(call, "function", "arguments") ?? at(call, "custom", "input") ?? "";
    entry.arguments += typeof given === "string" ? given : JSON.stringify(given);
    answer.kept.push(text(call, "id"));
  });
  for (const note of list(message, "annotations"))
    answer.kept.push(text(note, "url_citation", "url"));
  for (const detail of list(message, "reasoning_details"))
    answer.kept.push(text(detail, "signature"), text(detail, "data"));
  for (const image of list(message, "images")) answer.kept.push(text(image, "image_url", "url"));
}

/** Mistral's content may be chunks of text and of thinking. */
function readContent(content: Json, answer: Answer): void {
  if (typeof content === "string") answer.text += content;
  for (const chunk of Array.isArray(content) ? content : []) {
    answer.text += text(chunk, "text");
    for (const piece of list(chunk, "thinking")) answer.reasoning += text(piece, "text");
  }
}

function readUsage(payload: Json): Figures | undefined {
  const usage = isObject(at(payload, "usage"))
    ? object(payload, "usage")
    : object(payload, "x_groq", "usage");
  if (Object.keys(usage).length === 0) return undefined;
  const input = number(usage, "prompt_tokens");
  const output = number(usage, "completion_tokens");
  const reasoning =
    number(usage, "completion_tokens_details", "reasoning_tokens") ||
    number(usage, "reasoning_tokens");
  const cached =
    number(usage, "prompt_tokens_details", "cached_tokens") ||
    // Mistral, Moonshot and DeepSeek have fields of their own.
    number(usage, "num_cached_tokens") ||
    number(usage, "cached_tokens") ||
    number(usage, "prompt_cache_hit_tokens");
  // xAI counts reasoning beside the completion: its total tells.
  const apart = reasoning > 0 && number(usage, "total_tokens") === input + output + reasoning;
  return { input, output: apart ? output + reasoning : output, cached, reasoning };
}
