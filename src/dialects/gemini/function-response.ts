/**
 * A tool's result and `functionResponse.response`, an object: `output` holds what the function gave,
 * `error` why it failed, and without these the whole object is the output.
 * https://ai.google.dev/api/caching#FunctionResponse
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** The response as text, and whether it reports an error. */
export function readResponse(response: JsonObject): { text: string; isError: boolean } {
  const keys = Object.keys(response);
  if (keys.length === 1 && keys[0] === "error")
    return { text: textOf(response.error ?? null), isError: true };
  if (keys.length === 1 && typeof response.output === "string")
    return { text: response.output, isError: false };
  return { text: JSON.stringify(response), isError: false };
}

/** Text that is an object in compact JSON stands as that object, any other text as it is. */
export function writeResponse(text: string, isError: boolean): JsonObject {
  const value = exactJson(text);
  if (isError) return { error: value !== undefined && typeof value === "object" ? value : text };
  if (isObject(value) && !readsOtherwise(value)) return value;
  return { output: text };
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value, where writing it again gives the same text. */
function exactJson(text: string): Json | undefined {
  const first = text.charAt(0);
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value: Json = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object that, sent as it is, would be taken for an output or an error inside. */
function readsOtherwise(value: JsonObject): boolean {
  const keys = Object.keys(value);
  if (keys.length !== 1) return false;
  return keys[0] === "error" || typeof value.output === "string";
}
