/** Cohere's v2 chat is nearly chat itself. */
import type { JsonObject } from "../../../src/core/json.ts";
import { defined, text } from "../walk.ts";
import { chatMeaning } from "./chat.ts";
import { only } from "./unfit.ts";

const fields = ["model", "messages", "stream", "tools", "tool_choice", "max_tokens", "temperature"];

export function cohereToChat(request: JsonObject): JsonObject {
  only(request, fields, "the request");
  const { tool_choice, ...rest } = request;
  return { ...rest, ...defined({ tool_choice: text(tool_choice).toLowerCase() || undefined }) };
}

/** As chat's: both have the same synonyms. */
export function cohereMeaning(request: JsonObject): JsonObject {
  return chatMeaning(request);
}
