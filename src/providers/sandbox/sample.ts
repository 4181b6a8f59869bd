import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** Nested deeper than this, a schema gets the simplest value. */
const MAX_DEPTH = 12;

/** A value that fits a JSON Schema of the usual kind, the same one every time. */
export function sampleOf(schema: JsonObject, root: JsonObject = schema, depth = 0): Json {
  if (depth > MAX_DEPTH) return null;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum[0] !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (typeof schema.$ref === "string") {
    const target = resolveReference(schema.$ref, root);
    return target === undefined ? null : sampleOf(target, root, depth + 1);
  }
  for (const list of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(list) && isObject(list[0])) return sampleOf(list[0], root, depth + 1);
  }
  if (Array.isArray(schema.allOf)) {
    const merged: JsonObject = {};
    for (const part of schema.allOf) if (isObject(part)) Object.assign(merged, part);
    return sampleOf(merged, root, depth + 1);
  }
  const type = Array.isArray(schema.type)
    ? schema.type.find((name) => name !== "null")
    : schema.type;
  switch (type ?? (isObject(schema.properties) ? "object" : "string")) {
    case "object":
      return sampleObject(schema, root, depth);
    case "array":
      return sampleArray(schema, root, depth);
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleString(schema);
  }
}

function sampleObject(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : Object.keys(properties);
  const value: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    if (required.includes(name))
      value[name] = isObject(property) ? sampleOf(property, root, depth + 1) : null;
  }
  return value;
}

function sampleArray(schema: JsonObject, root: JsonObject, depth: number): Json[] {
  const { items, minItems } = schema;
  const length = Math.min(typeof minItems === "number" ? Math.max(1, minItems) : 1, 20);
  return isObject(items) ? Array.from({ length }, () => sampleOf(items, root, depth + 1)) : [];
}

function sampleNumber(schema: JsonObject): number {
  const low = [schema.minimum, schema.exclusiveMinimum].find((bound) => typeof bound === "number");
  const high = [schema.maximum, schema.exclusiveMaximum].find((bound) => typeof bound === "number");
  const step =
    typeof schema.multipleOf === "number" && schema.multipleOf > 0 ? schema.multipleOf : 1;
  if (typeof low === "number") {
    const first = Math.ceil(low / step) * step;
    return first === schema.exclusiveMinimum ? first + step : first;
  }
  if (typeof high === "number" && high < 1) {
    const last = Math.floor(high / step) * step;
    return last === schema.exclusiveMaximum ? last - step : last;
  }
  return step;
}

const samplesByFormat: Readonly<Record<string, string>> = {
  date: "2026-01-01",
  "date-time": "2026-01-01T00:00:00Z",
  time: "12:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  hostname: "example.com",
};

function sampleString(schema: JsonObject): string {
  if (typeof schema.format === "string") {
    const sample = samplesByFormat[schema.format];
    if (sample !== undefined) return sample;
  }
  const least = typeof schema.minLength === "number" ? Math.min(schema.minLength, 10_000) : 0;
  const most = typeof schema.maxLength === "number" ? schema.maxLength : Number.POSITIVE_INFINITY;
  return "sample".padEnd(least, "e").slice(0, most);
}

/** `#/$defs/name` and its like. */
function resolveReference(reference: string, root: JsonObject): JsonObject | undefined {
  if (!reference.startsWith("#")) return undefined;
  let at: Json | undefined = root;
  for (const segment of reference
    .slice(1)
    .split("/")
    .filter((part) => part !== "")) {
    const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isObject(at) ? at[name] : undefined;
  }
  return isObject(at) ? at : undefined;
}
