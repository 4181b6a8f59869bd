/** Errors in the place of a chat answer, or within one. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Manners } from "../manners.ts";
import { isMarkedError, isTold, saysError } from "../read-errors.ts";

export { toFailure } from "../read-errors.ts";

/** What a 200's body, or a chunk, says has gone wrong, or undefined where it may be an answer. */
export function errorOf(body: Json, manners?: Manners): JsonObject | undefined {
  // Google wraps its error in a list.
  if (Array.isArray(body)) return isObject(body[0]) ? errorOf(body[0], manners) : undefined;
  if (!isObject(body)) return undefined;
  if (isMarkedError(body) || isErrorUnless(body, manners)) return body;
  const { choices } = body;
  if (Array.isArray(choices) && choices.length > 0) return errorInChoices(choices, body);
  return saysError(body) ? body : undefined;
}

function errorInChoices(choices: readonly Json[], body: JsonObject): JsonObject | undefined {
  for (const choice of choices) {
    if (!isObject(choice)) continue;
    // OpenRouter: an error of the vendor behind it, in the middle of an answer.
    const { error } = choice;
    if (error !== undefined && isTold(error)) return { error };
    if (choice.finish_reason === "error") return body;
  }
  return undefined;
}

/** Whether the field that says success in every answer of this vendor says something else; absent, it says nothing. */
function isErrorUnless(body: JsonObject, manners: Manners | undefined): boolean {
  const rule = manners?.errorUnless;
  if (rule === undefined) return false;
  let value: Json | undefined = body;
  for (const name of rule.at.split(".")) value = isObject(value) ? value[name] : undefined;
  return value !== undefined && value !== null && value !== rule.is;
}
