/** Walks JSON of unknown shape: what is not there is undefined, empty or zero, never an exception. */
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";

export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (typeof step === "number") here = Array.isArray(here) ? here[step] : undefined;
    else here = isObject(here) ? here[step] : undefined;
  }
  return here;
}

export function text(value: Json | undefined, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function number(value: Json | undefined, ...path: (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

export function list(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function object(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The JSON in `source`, or the text itself where it is none. */
export function parsed(source: string): Json {
  try {
    return JSON.parse(source);
  } catch {
    return source;
  }
}

/** The first difference of two values as one line; undefined where there is none. */
export function difference(
  actual: Json | undefined,
  expected: Json | undefined,
  path = "",
): string | undefined {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
      const found = difference(actual[i], expected[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = difference(actual[key], expected[key], path === "" ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Object.is(actual, expected)) return undefined;
  return `${path || "answer"}: ${short(actual, expected)}, expected ${short(expected, actual)}`;
}

/** Long texts are shown from just before the place where they part. */
function short(value: Json | undefined, other: Json | undefined): string {
  if (typeof value !== "string") return cut(JSON.stringify(value) ?? "nothing");
  let from = 0;
  if (typeof other === "string") while (from < value.length && value[from] === other[from]) from++;
  const start = from < 40 ? 0 : from - 20;
  return `${start > 0 ? "…" : ""}${cut(JSON.stringify(value.slice(start)))}`;
}

function cut(line: string): string {
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

/** Every text in `value` that is long enough to be told from others. */
export function leaves(value: Json | undefined): string[] {
  if (typeof value === "string") return value.length >= 8 ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}

/** Without the fields that are undefined. */
export function defined(values: Record<string, Json | undefined>): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) result[name] = value;
  return result;
}
