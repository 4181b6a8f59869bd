/** Finds what a provider said in the shapes in which vendors, proxies and frameworks write errors. */
import { isObject, type Json, type JsonObject } from "../core/json.ts";

/** The provider's words about an error, as far as it said them. */
export interface ToldError {
  message?: string;
  type?: string;
  code?: string | number;
  /** Path of the field at fault: `messages[0].content`. */
  param?: string;
  /** The body is a page in HTML or XML: a proxy's, never the vendor's API. */
  html?: boolean;
}

/** How deep objects are followed in search of the error. */
const DEEPEST = 4;

/** Reads an error's body. What is not found is absent; never throws. */
export function readToldError(body: Json): ToldError {
  return clean(read(body, 0));
}

function read(value: Json, depth: number): ToldError {
  if (typeof value === "string") return readText(value);
  if (Array.isArray(value)) return readList(value, depth);
  if (!isObject(value) || depth > DEEPEST) return {};
  for (const reader of readers) {
    const told = reader(value, depth);
    if (told !== undefined) return told;
  }
  return {};
}

function readText(text: string): ToldError {
  const trimmed = text.trim();
  if (trimmed === "") return {};
  if (/^<[a-z!?]/i.test(trimmed)) return { html: true };
  return { message: trimmed };
}

/** Google wraps its error in an array; FastAPI lists one object a field at fault. */
function readList(list: readonly Json[], depth: number): ToldError {
  const first = list[0];
  if (first === undefined) return {};
  const told = read(first, depth + 1);
  if (list.length === 1) return told;
  const messages = list.map((entry) => read(entry, depth + 1).message);
  return { ...told, message: messages.filter((message) => message !== undefined).join("; ") };
}

type Reader = (body: JsonObject, depth: number) => ToldError | undefined;

/** One a shape, in order: the first that knows the object reads it. */
const readers: readonly Reader[] = [
  // OpenAI, Anthropic, Google, Azure: {error: {message, type | status, code, param}}
  (body, depth) => {
    const inner = body.error;
    if (!isObject(inner) && !Array.isArray(inner)) return undefined;
    return merge(read(inner, depth + 1), direct(body));
  },
  // {error: "text"}, with code or message beside it
  (body) => {
    if (typeof body.error !== "string") return undefined;
    const beside = direct(body);
    // {error: "not_found", message: "…"}: the short word is a code
    if (beside.message !== undefined) return { code: body.error, ...beside };
    return { ...beside, ...readText(body.error) };
  },
  // {errors: [{message, code}]} and {errors: ["text"]}
  (body, depth) => {
    if (!Array.isArray(body.errors) || body.errors.length === 0) return undefined;
    return merge(readList(body.errors, depth), direct(body));
  },
  // FastAPI: {detail: "text" | [{loc, msg, type}] | {…}}; problem documents: {title, status, detail}
  (body, depth) => {
    if (body.detail === undefined || body.detail === null) return undefined;
    return merge(read(body.detail, depth + 1), direct(body));
  },
  // One of FastAPI's fields at fault
  (body) => {
    if (typeof body.msg !== "string" || !Array.isArray(body.loc)) return undefined;
    const param = pathOf(body.loc);
    return { message: body.msg, ...(param === "" ? {} : { param }), ...text("type", body.type) };
  },
  // API managers: {fault: {faultstring, detail: {errorcode}}}
  (body, depth) => {
    if (!isObject(body.fault)) return undefined;
    const { detail, ...fault } = body.fault;
    const inner = isObject(detail) ? direct(detail) : {};
    return merge(merge(read(fault, depth + 1), inner), direct(body));
  },
  // MiniMax: {base_resp: {status_code, status_msg}}
  (body) => {
    if (!isObject(body.base_resp)) return undefined;
    return { ...code(body.base_resp.status_code), ...text("message", body.base_resp.status_msg) };
  },
  // Tencent: {Response: {Error: {Code, Message}}}
  (body) => {
    const error = isObject(body.Response) ? body.Response.Error : undefined;
    if (!isObject(error)) return undefined;
    return { ...code(error.Code), ...text("message", error.Message) };
  },
  // {message: {detail: […]}}, as FastAPI's errors are wrapped by some gateways
  (body, depth) => {
    if (!isObject(body.message) && !Array.isArray(body.message)) return undefined;
    return merge(read(body.message, depth + 1), direct(body));
  },
  (body) => direct(body),
];

/** The fields that stand in the object itself. */
function direct(body: JsonObject): ToldError {
  return {
    ...firstText("message", [
      body.message,
      body.msg,
      body.error_msg,
      body.errmsg,
      body.error_message,
      body.errorMessage,
      body.error_description,
      body.Message,
      body.faultstring,
      body.title,
    ]),
    ...firstText("type", [
      body.type,
      // OpenRouter's stable word for what went wrong
      isObject(body.metadata) ? body.metadata.error_type : undefined,
      body.status,
      body.error_type,
      body.__type,
    ]),
    ...firstCode([
      body.code,
      body.error_code,
      body.errorCode,
      body.errcode,
      body.errorcode,
      body.Code,
      body.status_code,
    ]),
    ...text("param", body.param),
  };
}

function merge(inner: ToldError, outer: ToldError): ToldError {
  return { ...clean(outer), ...clean(inner) };
}

function firstText(field: "message" | "type", values: readonly (Json | undefined)[]): ToldError {
  for (const value of values)
    if (typeof value === "string" && value !== "") return { [field]: value };
  return {};
}

function firstCode(values: readonly (Json | undefined)[]): ToldError {
  for (const value of values) {
    const found = code(value);
    if (found.code !== undefined) return found;
  }
  return {};
}

function text(field: "message" | "type" | "param", value: Json | undefined): ToldError {
  return typeof value === "string" && value !== "" ? { [field]: value } : {};
}

function code(value: Json | undefined): ToldError {
  return (typeof value === "string" && value !== "") || typeof value === "number"
    ? { code: value }
    : {};
}

/** `["body", "messages", 0, "content"]` as `messages[0].content`. */
function pathOf(loc: readonly Json[]): string {
  let path = "";
  for (const step of loc) {
    if (typeof step === "number") path += `[${step}]`;
    else if (typeof step === "string" && !(path === "" && step === "body"))
      path += path === "" ? step : `.${step}`;
  }
  return path;
}

function clean(told: ToldError): ToldError {
  return {
    ...(told.message === undefined || told.message === "" ? {} : { message: told.message }),
    ...(told.type === undefined ? {} : { type: told.type }),
    ...(told.code === undefined ? {} : { code: told.code }),
    ...(told.param === undefined ? {} : { param: told.param }),
    ...(told.html === undefined ? {} : { html: told.html }),
  };
}
