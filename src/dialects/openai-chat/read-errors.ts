/** Errors that come in the place of an answer, in the shapes in which vendors, their proxies and resellers put them. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";

/** What a 200's body, or a chunk, says has gone wrong, or undefined where it may be an answer. */
export function errorOf(body: Json): JsonObject | undefined {
  // Google wraps its error in a list.
  if (Array.isArray(body)) return isObject(body[0]) ? errorOf(body[0]) : undefined;
  if (!isObject(body)) return undefined;
  if (isTold(body.error)) return body;
  if (body.object === "error" || body.type === "error") return body;
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

/** Where makers of such APIs put their code; with one that says success, words beside it are no error's. */
const codeFields = ["code", "error_code", "errorCode", "errcode", "status_code", "statusCode"];
const successes: ReadonlySet<string> = new Set(["0", "200", "success", "ok", "succeeded"]);
const textFields = ["message", "msg", "error_msg", "errmsg", "error_message", "errorMessage"];
const errorStatuses = /^(?:error|errored|fail|failed|failure)$/i;

/** Whether an object without choices is an error's and not some other answer. */
function saysError(body: JsonObject): boolean {
  const { status, success, ok, fault, errors, detail } = body;
  if (success === false || ok === false) return true;
  if (typeof status === "string" && errorStatuses.test(status)) return true;
  if (isTold(fault) || isTold(errors) || isTold(detail)) return true;
  // MiniMax
  const base = body.base_resp;
  if (isObject(base) && typeof base.status_code === "number") return base.status_code !== 0;
  // Tencent
  if (isObject(body.Response) && isObject(body.Response.Error)) return true;
  const codes = codeFields.map((name) => body[name]).filter(isCode);
  if (codes.length > 0) return codes.some((code) => !successes.has(String(code).toLowerCase()));
  return textFields.some((name) => isTold(body[name]));
}

function isCode(value: Json | undefined): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value !== "");
}

export function toFailure(body: Json, context: ReadContext, inStream?: true): Failure {
  const status = statusOf(body);
  const error = status === undefined ? { body } : { body, status };
  return context.failure(inStream ? { ...error, inStream } : error);
}

function isTold(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== false && value !== "";
}

/** The HTTP status that the error itself names: `status_code` (Groq), a numeric `code` (OpenRouter) or `status`. */
function statusOf(body: Json): number | undefined {
  if (!isObject(body)) return undefined;
  const error = isObject(body.error) ? body.error : body;
  for (const key of ["status_code", "code", "status", "http_status", "statusCode", "error_code"]) {
    const value = Number(error[key] ?? Number.NaN);
    if (Number.isInteger(value) && value >= 400 && value < 600) return value;
  }
  return undefined;
}
