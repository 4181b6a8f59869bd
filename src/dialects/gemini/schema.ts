/**
 * JSON Schema and the two forms in which Gemini takes a schema: `Schema`, a subset of OpenAPI 3.0
 * (`parameters`, `responseSchema`), which is read here, and JSON Schema itself (`parametersJsonSchema`,
 * `responseJsonSchema`), of which these keywords count.
 * https://ai.google.dev/api/generate-content#GenerationConfig, field responseJsonSchema
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { camel } from "./wire.ts";

const kept = new Set([
  "$id",
  "$defs",
  "$ref",
  "$anchor",
  "type",
  "format",
  "title",
  "description",
  "enum",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "anyOf",
  "oneOf",
  "properties",
  "additionalProperties",
  "required",
  "propertyOrdering",
  // Not on the page, but taken in recorded traffic
  "default",
]);

/** Say nothing about values: left out without a word. */
const silent = new Set(["$schema", "$comment"]);

const schemaAt = new Set(["items", "additionalProperties"]);
const schemasAt = new Set(["prefixItems", "anyOf", "oneOf"]);
const namedSchemasAt = new Set(["$defs", "properties"]);

/** The schema in what Gemini reads, and the keywords that were left out. */
export function writeSchema(schema: JsonObject): { schema: JsonObject; dropped: string[] } {
  const dropped = new Set<string>();
  const root = fit(schema, dropped);
  // draft-07 keeps its definitions elsewhere
  if (isObject(schema.definitions) && root.$defs === undefined)
    root.$defs = named(schema.definitions, dropped);
  return { schema: root, dropped: [...dropped] };
}

function fit(schema: JsonObject, dropped: Set<string>): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (schemaAt.has(key)) result[key] = one(value, dropped);
    else if (schemasAt.has(key)) result[key] = list(value, dropped);
    else if (namedSchemasAt.has(key)) result[key] = named(value, dropped);
    else if (key === "$ref") result[key] = reference(value);
    else if (kept.has(key)) result[key] = value;
    else if (!rewrite(result, key, value, dropped) && !silent.has(key)) dropped.add(key);
  }
  return result;
}

/** Keywords with a counterpart. Says whether this was one. */
function rewrite(result: JsonObject, key: string, value: Json, dropped: Set<string>): boolean {
  if (key === "const" && (typeof value === "string" || typeof value === "number")) {
    result.enum = [value];
    result.type ??= typeof value;
    return true;
  }
  if (key === "definitions") return true;
  if (key === "allOf" && Array.isArray(value) && value.length === 1 && isObject(value[0])) {
    for (const [name, inner] of Object.entries(fit(value[0], dropped))) result[name] ??= inner;
    return true;
  }
  return false;
}

function one(value: Json, dropped: Set<string>): Json {
  return isObject(value) ? fit(value, dropped) : value;
}

function list(value: Json, dropped: Set<string>): Json {
  return Array.isArray(value) ? value.map((entry) => one(entry, dropped)) : value;
}

function named(value: Json, dropped: Set<string>): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, one(schema, dropped)]),
  );
}

function reference(value: Json): Json {
  return typeof value === "string" ? value.replace("#/definitions/", "#/$defs/") : value;
}

const numbers = new Set([
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
]);

/** A `Schema` of Google's as JSON Schema. */
export function readSchema(schema: JsonObject): JsonObject {
  const result: JsonObject = {};
  const source = camel(schema);
  for (const [key, value] of Object.entries(source)) {
    if (key === "type" && typeof value === "string") result.type = value.toLowerCase();
    else if (key === "items" && isObject(value)) result.items = readSchema(value);
    else if (key === "anyOf" && Array.isArray(value)) result.anyOf = value.map(readAny);
    else if (key === "properties" && isObject(value)) {
      result.properties = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, readAny(inner)]),
      );
    } else if (key === "example") result.examples = [value];
    // 64-bit integers are written as strings in Google's JSON
    else if (numbers.has(key)) result[key] = typeof value === "string" ? Number(value) : value;
    else if (key === "format" && value === "enum") continue;
    else if (key !== "nullable") result[key] = value;
  }
  if (result.type === "type_unspecified") delete result.type;
  if (source.nullable === true) allowNull(result);
  return result;
}

function readAny(value: Json): Json {
  return isObject(value) ? readSchema(value) : value;
}

function allowNull(schema: JsonObject): void {
  if (typeof schema.type === "string") schema.type = [schema.type, "null"];
  else if (Array.isArray(schema.anyOf)) schema.anyOf = [...schema.anyOf, { type: "null" }];
  if (Array.isArray(schema.enum) && !schema.enum.includes(null))
    schema.enum = [...schema.enum, null];
}
