import type { TSchema } from "typebox";
import { Check } from "typebox/value";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { ConfigDocument } from "./document.ts";
import { nearest } from "./hint.ts";
import { type ConfigProblem, joinPath } from "./problem.ts";

/**
 * Checks a document against a schema and lists everything wrong with it, each with its line. Returns
 * the value, in which `${NAME}` in place of a number or a truth value has become one.
 *
 * The walk is ours and each leaf's check TypeBox's: its own error list stops at eight and does not
 * know lines, nearest names and secrets.
 */
export function checkDocument(
  document: ConfigDocument,
  schema: TSchema,
): { value: Json; problems: ConfigProblem[] } {
  const walk = new Walk(document);
  const value = walk.value(node(schema), document.value, "");
  return { value, problems: walk.problems };
}

/** The parts of a TypeBox schema that the walk looks at. `must`, `secret` are our own annotations. */
export interface SchemaNode {
  type?: string;
  properties?: Record<string, SchemaNode>;
  required?: readonly string[];
  /** Records: one pattern for all keys. */
  patternProperties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: readonly SchemaNode[];
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  description?: string;
  default?: unknown;
  /** What the value must be, as the end of a sentence: `an http or https URL`. */
  must?: string;
  /** Never shown. */
  secret?: boolean;
}

/** A TypeBox schema is a JSON Schema object; only its static type hides that. */
export function node(schema: TSchema): SchemaNode & TSchema {
  return schema;
}

class Walk {
  readonly problems: ConfigProblem[] = [];
  readonly #document: ConfigDocument;

  constructor(document: ConfigDocument) {
    this.#document = document;
  }

  value(schema: SchemaNode, value: Json, path: string): Json {
    if (schema.anyOf) {
      const branch = schema.anyOf.find((one) => (one.type === "object") === isObject(value));
      if (branch) return this.value(branch, value, path);
    }
    if (schema.properties || schema.patternProperties) {
      if (!isObject(value)) return this.#wrong(schema, value, path, "a mapping of keys to values");
      return schema.properties
        ? this.#object(schema, value, path)
        : this.#record(schema, value, path);
    }
    if (schema.items) {
      const items = schema.items;
      if (!Array.isArray(value)) return this.#wrong(schema, value, path, "a list");
      return value.map((item, index) => this.value(items, item, joinPath(path, index)));
    }
    const read = this.#converted(schema, value, path);
    return Check(schema as TSchema, read) ? read : this.#wrong(schema, value, path, wanted(schema));
  }

  #object(schema: SchemaNode, value: JsonObject, path: string): JsonObject {
    const properties = schema.properties ?? {};
    for (const key of schema.required ?? []) {
      if (!Object.hasOwn(value, key)) this.#report(joinPath(path, key), "is missing");
    }
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const at = joinPath(path, key);
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property === undefined) {
        const near = nearest(key, Object.keys(properties));
        const hint = near
          ? `did you mean ${near}?`
          : `known here: ${Object.keys(properties).join(", ")}`;
        this.#report(at, `is not a known key; ${hint}`);
      } else if (item !== null || Check(property as TSchema, null)) {
        result[key] = this.value(property, item, at);
      } else if (property.type !== "object" && property.type !== "array") {
        this.#report(at, "has no value: give one, or take the key out");
      }
    }
    return result;
  }

  #record(schema: SchemaNode, value: JsonObject, path: string): JsonObject {
    const item = Object.values(schema.patternProperties ?? {})[0] ?? {};
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        this.value(item, entry, joinPath(path, key)),
      ]),
    );
  }

  /** A variable's text where a number or truth value is wanted, read as such; by this schema, never as YAML. */
  #converted(schema: SchemaNode, value: Json, path: string): Json {
    if (typeof value !== "string" || this.#document.variablesOf(path).length === 0) return value;
    if (schema.type === "boolean")
      return value === "true" ? true : value === "false" ? false : value;
    if (schema.type !== "integer" && schema.type !== "number") return value;
    return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }

  #wrong(schema: SchemaNode, value: Json, path: string, must: string): null {
    const variables = this.#document.variablesOf(path);
    let but = "";
    if (variables.length > 0) but = `, which the value of ${variables.join(", ")} is not`;
    else if (schema.secret !== true) but = `, not ${shown(value)}`;
    const scalar = typeof value === "number" || typeof value === "boolean";
    const quotes = schema.type === "string" && scalar ? " (write it in quotes)" : "";
    this.#report(path, `must be ${must}${but}${quotes}`);
    return null;
  }

  #report(key: string, message: string): void {
    const { file } = this.#document;
    this.problems.push({ file, line: this.#document.lineOf(key), key, message });
  }
}

function wanted(schema: SchemaNode): string {
  if (schema.must) return schema.must;
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "integer" || schema.type === "number") {
    const kind = schema.type === "integer" ? "a whole number" : "a number";
    const { minimum, maximum } = schema;
    if (minimum !== undefined && maximum !== undefined)
      return `${kind} from ${minimum} to ${maximum}`;
    return minimum === undefined ? kind : `${kind}, at least ${minimum}`;
  }
  return "text";
}

function shown(value: Json): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a mapping";
  if (value === null) return "empty";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}
