import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/**
 * Whether a function's schema can be held to strictly: every object is closed and requires all its properties.
 * https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas
 */
export function isStrict(schema: JsonObject): boolean {
  return isClosed(schema) && schema.type === "object";
}

function isClosed(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (!isObject(schema)) return true;
  if (isObject(schema.properties) || schema.type === "object") {
    const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (schema.additionalProperties !== false) return false;
    if (!names.every((name) => required.includes(name))) return false;
  }
  const { properties, $defs, items, anyOf } = schema;
  const inner = [properties, $defs].flatMap((group) =>
    isObject(group) ? Object.values(group) : [],
  );
  return [...inner, items ?? true, anyOf ?? true].every(isClosed);
}
