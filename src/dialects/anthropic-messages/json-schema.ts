/**
 * Schemas as Claude's structured outputs take them: every object closed, and no bounds on numbers, lengths
 * and counts. https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** Keywords that are refused; they are said in the description instead. */
const refused: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);

/** Keywords whose values are schemas by name, a list of schemas, and one schema. */
const byName: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);
const lists: ReadonlySet<string> = new Set(["anyOf", "allOf", "oneOf", "prefixItems"]);
const single: ReadonlySet<string> = new Set(["items", "not"]);

export interface AdaptedSchema {
  schema: JsonObject;
  /** Whether the schema says less or more than the one given. */
  changed: boolean;
}

/** The schema in Claude's subset. The schema given is not changed. */
export function adaptSchema(schema: JsonObject): AdaptedSchema {
  const state = { changed: false };
  return { schema: adapt(schema, state), changed: state.changed };
}

function adapt(schema: JsonObject, state: { changed: boolean }): JsonObject {
  const written: JsonObject = {};
  const said: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (refused.has(key) || (key === "minItems" && typeof value === "number" && value > 1)) {
      said.push(`${key}: ${JSON.stringify(value)}`);
      continue;
    }
    written[key] = adaptKeyword(key, value, state);
  }
  if (isObjectSchema(written) && written.additionalProperties !== false) {
    // What is absent means "open", so to close it is a change; but no closed schema says less than asked.
    if (written.additionalProperties !== undefined) state.changed = true;
    written.additionalProperties = false;
  }
  if (said.length > 0) {
    state.changed = true;
    const before = typeof written.description === "string" ? `${written.description} ` : "";
    written.description = `${before}{${said.join(", ")}}`;
  }
  return written;
}

function adaptKeyword(key: string, value: Json, state: { changed: boolean }): Json {
  if (byName.has(key) && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        isObject(inner) ? adapt(inner, state) : inner,
      ]),
    );
  }
  if (lists.has(key) && Array.isArray(value)) {
    return value.map((inner) => (isObject(inner) ? adapt(inner, state) : inner));
  }
  return single.has(key) && isObject(value) ? adapt(value, state) : value;
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema.type === "object" || (schema.type === undefined && isObject(schema.properties));
}
