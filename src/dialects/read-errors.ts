/**
 * Errors that come in the place of an answer, in the shapes in which vendors, their proxies and resellers
 * put them. A proxy does not ask which format the answer would have had, so every dialect looks here where
 * it does not find its own answer.
 */
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { Failure } from "../failures/failure.ts";
import type { ReadContext } from "./dialect.ts";

/** What a body that is none of the dialect's answers says has gone wrong, or undefined where it says nothing of the kind. */
export function errorIn(body: Json): JsonObject | undefined {
  // Google wraps its error in a list.
  if (Array.isArray(body)) return isObject(body[0]) ? errorIn(body[0]) : undefined;
  if (!isObject(body)) return undefined;
  if (isMarkedError(body)) return body;
  return saysError(body) ? body : undefined;
}

/** Whether the object is an error by its `error`, `object` or `type`, whatever else it holds. */
export function isMarkedError(body: JsonObject): boolean {
  return isTold(body.error) || body.object === "error" || body.type === "error";
}

/** Where makers of such APIs put their code; with one that says success, words beside it are no error's. */
const codeFields = ["code", "error_code", "errorCode", "errcode", "status_code", "statusCode"];
const successes: ReadonlySet<string> = new Set(["0", "200", "success", "ok", "succeeded"]);
const textFields = ["message", "msg", "error_msg", "errmsg", "error_message", "errorMessage"];
const errorStatuses = /^(?:error|errored|fail|failed|failure)$/i;

/** Whether an object that is no answer is an error's and not some other API's. */
export function saysError(body: JsonObject): boolean {
  const { status, success, ok, fault, errors, detail } = body;
  if (success === false || ok === false) return true;
  if (typeof status === "string" && errorStatuses.test(status)) return true;
  if (isTold(fault) || isTold(errors) || isTold(detail)) return true;
  // MiniMax
  const base = body.base_resp;
  if (isObject(base) && typeof base.status_code === "number") return base.status_code !== 0;
  // Tencent
  if (isObject(body.Response) && isObject(body.Response.Error)) return true;
  // AWS
  if (typeof body.__type === "string") return true;
  const codes = codeFields.map((name) => body[name]).filter(isCode);
  if (codes.length > 0) return codes.some((code) => !successes.has(String(code).toLowerCase()));
  return textFields.some((name) => isWords(body[name]));
}

/** Words, or a framework's list of them; another object under the name of a message is an answer's. */
function isWords(value: Json | undefined): boolean {
  if (isObject(value)) return isTold(value.detail);
  return (typeof value === "string" && value !== "") || Array.isArray(value);
}

function isCode(value: Json | undefined): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value !== "");
}

/** The failure that the provider's table makes of it. */
export function toFailure(body: Json, context: ReadContext, inStream?: true): Failure {
  const status = statusOf(body);
  const error = status === undefined ? { body } : { body, status };
  return context.failure(inStream ? { ...error, inStream } : error);
}

export function isTold(value: Json | undefined): boolean {
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
