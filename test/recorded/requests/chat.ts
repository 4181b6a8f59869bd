/** Chat requests go as they are. */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";

/**
 * What means the same, said in one way:
 * - `null`, `n: 1`, `stream: false`, empty lists of tools and calls, and an assistant's empty content beside
 *   calls say nothing;
 * - content of one plain text is that text; `max_tokens` is `max_completion_tokens`; `any` is `required`
 *   (Mistral's word); `developer` is `system` where the vendor has one role for both;
 * - usage is always asked for in streams; the model stands under the channel's name;
 * - calls are functions unless they say otherwise, and their place is their index.
 */
export function chatMeaning(request: JsonObject): JsonObject {
  const { model: _, stream_options: __, stream, ...rest } = request;
  const said = meaning(rest);
  return { ...(isObject(said) ? said : {}), stream: stream === true };
}

const synonyms: Readonly<Record<string, string>> = { max_tokens: "max_completion_tokens" };

function meaning(value: Json, key = ""): Json {
  if (Array.isArray(value)) {
    const [only] = value;
    const plain = value.length === 1 && isObject(only) && Object.keys(only).length === 2;
    if (key === "content" && plain && only.type === "text") return only.text ?? "";
    return value.map((item) => meaning(item));
  }
  if (key === "role" && value === "developer") return "system";
  if (key === "tool_choice" && value === "any") return "required";
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const said = meaning(item, name);
    if (!saysNothing(value, name, said)) result[synonyms[name] ?? name] = said;
  }
  return result;
}

function saysNothing(holder: JsonObject, name: string, said: Json): boolean {
  const empty = said === "" || (Array.isArray(said) && said.length === 0);
  return (
    said === null ||
    (name === "n" && said === 1) ||
    (["index", "type"].includes(name) && "function" in holder) ||
    (name === "content" && holder.role === "assistant" && empty) ||
    (["tools", "tool_calls"].includes(name) && empty)
  );
}
