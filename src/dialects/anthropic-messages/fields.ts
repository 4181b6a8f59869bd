/** Reads a request's fields, naming the path of one that is missing or of another type. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";

function wrongType(path: string, wanted: string): Failure {
  return new Failure("request.field_type", {
    param: path,
    message: `\`${path}\` must be ${wanted}.`,
  });
}

export function missing(path: string): Failure {
  return new Failure("request.field_missing", { param: path, message: `\`${path}\` is required.` });
}

export function notAllowed(path: string, message: string): Failure {
  return new Failure("request.field_value", { param: path, message });
}

/** Each reads `undefined` and `null` as absent, and throws `request.field_type` for anything else unfit. */
export function text(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(path, "a string");
  return value;
}

export function number(value: Json | undefined, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw wrongType(path, "a number");
  return value;
}

export function integer(value: Json | undefined, path: string): number | undefined {
  const read = number(value, path);
  if (read !== undefined && !Number.isInteger(read)) throw wrongType(path, "an integer");
  return read;
}

export function flag(value: Json | undefined, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType(path, "a boolean");
  return value;
}

export function object(value: Json | undefined, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrongType(path, "an object");
  return value;
}

export function list(value: Json | undefined, path: string): Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(path, "an array");
  return value;
}

export function texts(value: Json | undefined, path: string): string[] | undefined {
  return list(value, path)?.map((entry, index) =>
    needed(text(entry, `${path}[${index}]`), `${path}[${index}]`),
  );
}

/** Throws `request.field_missing` for what is absent. */
export function needed<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw missing(path);
  return value;
}
