/** Errors that come in the place of an answer. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";

/** What the body says has gone wrong, or undefined. */
export function errorOf(body: JsonObject): JsonObject | undefined {
  if (isTold(body.error)) return body;
  if (body.object === "error" || body.type === "error") return body;
  if (Array.isArray(body.choices)) {
    for (const choice of body.choices) {
      if (!isObject(choice)) continue;
      // OpenRouter: an error of the vendor behind it, in the middle of an answer.
      const { error } = choice;
      if (error !== undefined && isTold(error)) return { error };
      if (choice.finish_reason === "error") return body;
    }
    return undefined;
  }
  // Frameworks' own errors (FastAPI's `detail`), sent with a 200 by a careless proxy.
  return isTold(body.errors) || isTold(body.detail) ? body : undefined;
}

export function toFailure(body: Json, context: ReadContext, inStream?: true): Failure {
  const status = statusOf(body);
  const error = status === undefined ? { body } : { body, status };
  return context.failure(inStream ? { ...error, inStream } : error);
}

function isTold(value: Json | undefined): boolean {
  return value !== null && value !== undefined && value !== false && value !== "";
}

/** The HTTP status that the error itself names: `status_code` (Groq), a numeric `code` (OpenRouter) or `status`. */
function statusOf(body: Json): number | undefined {
  if (!isObject(body)) return undefined;
  const error = isObject(body.error) ? body.error : body;
  for (const key of ["status_code", "code", "status", "http_status"]) {
    const value = Number(error[key] ?? Number.NaN);
    if (Number.isInteger(value) && value >= 400 && value < 600) return value;
  }
  return undefined;
}
