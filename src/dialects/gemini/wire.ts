/**
 * The shapes of `generateContent` that Parley writes, and how what it reads is taken apart.
 * https://ai.google.dev/api/generate-content
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";

/** One piece of a content: https://ai.google.dev/api/caching#Part */
export type WirePart = JsonObject;

/** One turn: https://ai.google.dev/api/caching#Content */
export type WireContent = {
  role: "user" | "model";
  parts: WirePart[];
};

/**
 * The message with its own field names in camel case; nested values untouched. Google's JSON takes both
 * spellings (https://protobuf.dev/programming-guides/json/), and its own examples use both.
 */
export function camel(message: JsonObject): JsonObject {
  for (const key in message) {
    if (key.includes("_")) return renamed(message);
  }
  return message;
}

function renamed(message: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(message)) result[camelName(key)] = value;
  return result;
}

function camelName(key: string): string {
  if (!key.includes("_")) return key;
  return key
    .split("_")
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

/** A nested message, or nothing where the field is absent or null. Throws `request.field_type`. */
export function messageAt(value: Json | undefined, param: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrongType(param, "an object");
  return camel(value);
}

/** An object whose keys are data, not field names. Throws `request.field_type`. */
export function objectAt(value: Json | undefined, param: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrongType(param, "an object");
  return value;
}

/** The value where it is an object, else an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A list of messages; a single message counts as a list of one. Throws `request.field_type`. */
export function messagesAt(value: Json | undefined, param: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (isObject(value)) return [camel(value)];
  if (!Array.isArray(value)) throw wrongType(param, "an array");
  return value.map((entry, index) => {
    if (!isObject(entry)) throw wrongType(`${param}[${index}]`, "an object");
    return camel(entry);
  });
}

export function textAt(value: Json | undefined, param: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(param, "a string");
  return value;
}

/** Google's JSON also takes numbers as strings: 64-bit integers are written so. */
export function numberAt(value: Json | undefined, param: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) throw wrongType(param, "a number");
  return number;
}

export function booleanAt(value: Json | undefined, param: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType(param, "a boolean");
  return value;
}

export function textsAt(value: Json | undefined, param: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(param, "an array of strings");
  return value.map((entry, index) => {
    if (typeof entry !== "string") throw wrongType(`${param}[${index}]`, "a string");
    return entry;
  });
}

export function wrongType(param: string, expected: string): Failure {
  return new Failure("request.field_type", {
    message: `\`${param}\` must be ${expected}.`,
    param,
  });
}

export function wrongValue(param: string, message: string): Failure {
  return new Failure("request.field_value", { message: `\`${param}\`: ${message}`, param });
}

export function missing(param: string): Failure {
  return new Failure("request.field_missing", { message: `\`${param}\` is missing.`, param });
}

/** Whether the object has no other fields than these. */
export function hasOnly(message: JsonObject, fields: ReadonlySet<string>): boolean {
  for (const key in message) if (!fields.has(key)) return false;
  return true;
}

/** The object without some of its fields; nothing where none is left. */
export function without(message: JsonObject, fields: ReadonlySet<string>): JsonObject | undefined {
  if (hasOnly(message, fields)) return undefined;
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(message)) if (!fields.has(key)) rest[key] = value;
  return rest;
}
