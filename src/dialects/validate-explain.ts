/** Finds the field that keeps a value from fitting its schema, and says what was expected and what came. */
import type { Cause } from "../failures/catalogue/index.ts";
import { Failure } from "../failures/failure.ts";

/** The part of JSON Schema that Parley's schemas use. */
export interface SchemaNode {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly SchemaNode[];
  properties?: Record<string, SchemaNode>;
  required?: readonly string[];
  patternProperties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string | RegExp;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** The first thing wrong with `value`, or undefined where it fits as far as this can tell. */
export function explain(schema: SchemaNode, value: unknown, path: string): Failure | undefined {
  if (schema.anyOf !== undefined) return explainUnion(schema.anyOf, value, path);
  const allowed = allowedValues(schema);
  if (allowed !== undefined) return explainValues(allowed, value, path);
  const expected = typesOf(schema);
  if (expected.length > 0 && !expected.some((type) => hasType(value, type))) {
    return wrongType(expected, value, path);
  }
  if (typeof value === "string") return explainString(schema, value, path);
  if (typeof value === "number") return explainNumber(schema, value, path);
  if (Array.isArray(value)) return explainArray(schema, value, path);
  if (isRecord(value)) return explainObject(schema, value, path);
  return undefined;
}

function explainUnion(
  branches: readonly SchemaNode[],
  value: unknown,
  path: string,
): Failure | undefined {
  const candidates = branches.filter((branch) => typesOf(branch).some((t) => hasType(value, t)));
  if (candidates.length === 0) return wrongType(branches.flatMap(typesOf), value, path);
  if (isRecord(value) && candidates.length > 1) {
    const key = discriminatorOf(candidates);
    if (key !== undefined) return explainTagged(candidates, key, value, path);
  }
  const literals = candidates.map(allowedValues);
  if (literals.every((values) => values !== undefined)) {
    return explainValues(literals.flat(), value, path);
  }
  let deepest: Failure | undefined;
  for (const branch of candidates) {
    const failure = explain(branch, value, path);
    if (failure === undefined) return undefined;
    if (deepest === undefined || depth(failure) > depth(deepest)) deepest = failure;
  }
  return deepest;
}

/** A union of objects that a field (`type`, `role`) tells apart; branches without a fixed value for it take the rest. */
function explainTagged(
  branches: readonly SchemaNode[],
  key: string,
  value: Record<string, unknown>,
  path: string,
): Failure | undefined {
  const tag = value[key];
  const named = branches.filter((branch) =>
    tag === undefined
      ? tagsOf(branch, key) !== undefined && !branch.required?.includes(key)
      : tagsOf(branch, key)?.includes(tag),
  );
  const rest = branches.filter((branch) => tagsOf(branch, key) === undefined);
  const chosen = named.length > 0 ? named : typeof tag === "string" ? rest : [];
  if (chosen.length === 0) {
    const tagPath = field(path, key);
    if (tag === undefined) return missing(tagPath);
    return explainValues(
      branches.flatMap((branch) => tagsOf(branch, key) ?? []),
      tag,
      tagPath,
    );
  }
  const failures = chosen.map((branch) => explain(branch, value, path));
  if (failures.includes(undefined)) return undefined;
  return failures.reduce((a, b) => (a && b && depth(b) > depth(a) ? b : a));
}

function explainObject(
  schema: SchemaNode,
  value: Record<string, unknown>,
  path: string,
): Failure | undefined {
  const properties = schema.properties ?? {};
  if (schema.additionalProperties === false) {
    for (const key of Object.keys(value)) {
      if (!isKnown(schema, key)) return unknown(field(path, key), key, Object.keys(properties));
    }
  }
  for (const [key, property] of Object.entries(properties)) {
    if (value[key] !== undefined) {
      const failure = explain(property, value[key], field(path, key));
      if (failure !== undefined) return failure;
    } else if (schema.required?.includes(key)) {
      return missing(field(path, key));
    }
  }
  const patterns = Object.entries(schema.patternProperties ?? {});
  const others = schema.additionalProperties;
  for (const [key, item] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) continue;
    const pattern = patterns.find(([source]) => new RegExp(source).test(key))?.[1];
    const rule = pattern ?? (typeof others === "object" ? others : undefined);
    const failure = rule && explain(rule, item, field(path, key));
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function explainArray(schema: SchemaNode, value: unknown[], path: string): Failure | undefined {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems) {
    const told = minItems === 1 ? "must not be empty" : `must have at least ${minItems} items`;
    return wrongValue(`${label(path)} ${told}.`, path);
  }
  if (value.length > maxItems) {
    return wrongValue(
      `${label(path)} must have at most ${maxItems} items, not ${value.length}.`,
      path,
    );
  }
  if (schema.items === undefined) return undefined;
  for (const [index, item] of value.entries()) {
    const failure = explain(schema.items, item, `${path}[${index}]`);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function explainString(schema: SchemaNode, value: string, path: string): Failure | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  // JSON Schema counts code points.
  const length = [...value].length;
  if (length < minLength) {
    const told =
      minLength === 1 ? "must not be empty" : `must have at least ${minLength} characters`;
    return wrongValue(`${label(path)} ${told}.`, path);
  }
  if (length > maxLength) {
    return wrongValue(
      `${label(path)} must have at most ${maxLength} characters, not ${length}.`,
      path,
    );
  }
  if (pattern === undefined || new RegExp(pattern).test(value)) return undefined;
  const source = typeof pattern === "string" ? pattern : pattern.source;
  return wrongValue(`${label(path)} must match ${source}.`, path);
}

function explainNumber(schema: SchemaNode, value: number, path: string): Failure | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const told =
    schema.type === "integer" && !Number.isInteger(value)
      ? "a whole number"
      : minimum !== undefined && value < minimum
        ? `at least ${minimum}`
        : maximum !== undefined && value > maximum
          ? `at most ${maximum}`
          : exclusiveMinimum !== undefined && value <= exclusiveMinimum
            ? `more than ${exclusiveMinimum}`
            : exclusiveMaximum !== undefined && value >= exclusiveMaximum
              ? `less than ${exclusiveMaximum}`
              : undefined;
  if (told === undefined) return undefined;
  return wrongValue(`${label(path)} must be ${told}, not ${value}.`, path);
}

function explainValues(
  allowed: readonly unknown[],
  value: unknown,
  path: string,
): Failure | undefined {
  if (allowed.includes(value)) return undefined;
  const types = [...new Set(allowed.map(typeName))];
  if (!types.includes(typeName(value))) return wrongType(types, value, path);
  const [only] = allowed;
  const told =
    allowed.length === 1 ? shown(only) : `one of ${[...new Set(allowed)].map(shown).join(", ")}`;
  return wrongValue(`${label(path)} must be ${told}, not ${shown(value)}.`, path);
}

function isKnown(schema: SchemaNode, key: string): boolean {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return true;
  return Object.keys(schema.patternProperties ?? {}).some((source) => new RegExp(source).test(key));
}

/** The field that has fixed values in the most branches, if it does in at least two. */
function discriminatorOf(branches: readonly SchemaNode[]): string | undefined {
  const counts = new Map<string, number>();
  for (const branch of branches) {
    for (const [key, property] of Object.entries(branch.properties ?? {})) {
      if (allowedValues(property) !== undefined) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best !== undefined && best[1] > 1 ? best[0] : undefined;
}

function tagsOf(branch: SchemaNode, key: string): readonly unknown[] | undefined {
  const property = branch.properties?.[key];
  return property && allowedValues(property);
}

function allowedValues(schema: SchemaNode): readonly unknown[] | undefined {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  if (schema.anyOf === undefined) return undefined;
  const values = schema.anyOf.map(allowedValues);
  return values.every((each) => each !== undefined) ? values.flat() : undefined;
}

function typesOf(schema: SchemaNode): string[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(typesOf);
  if (schema.type !== undefined) return [schema.type];
  return [...new Set((allowedValues(schema) ?? []).map(typeName))];
}

function hasType(value: unknown, type: string): boolean {
  return typeName(value) === (type === "integer" ? "number" : type);
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

const articles: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "a boolean",
  array: "an array",
  object: "an object",
  null: "null",
};

function wrongType(expected: readonly string[], value: unknown, path: string): Failure {
  const all = [...new Set(expected)];
  // An optional field may also be null; that is no help to who meant to send something.
  const useful = all.length > 1 ? all.filter((type) => type !== "null") : all;
  const words = useful.map((type) => articles[type] ?? type);
  const last = words.pop() ?? "something else";
  const told = words.length === 0 ? last : `${words.join(", ")} or ${last}`;
  const came = articles[typeName(value)] ?? typeName(value);
  return fail("request.field_type", `${label(path)} must be ${told}, not ${came}.`, path);
}

function wrongValue(message: string, path: string): Failure {
  return fail("request.field_value", message, path);
}

function missing(path: string): Failure {
  return fail("request.field_missing", `${label(path)} is required.`, path);
}

function unknown(path: string, key: string, known: readonly string[]): Failure {
  const near = known.find((name) => isNear(name.toLowerCase(), key.toLowerCase()));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return fail("request.field_unknown", `${label(path)} is not a known field.${hint}`, path);
}

function fail(cause: Cause, message: string, path: string): Failure {
  return new Failure(cause, path === "" ? { message } : { message, param: path });
}

function label(path: string): string {
  return path === "" ? "The body" : path;
}

function field(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function depth(failure: Failure): number {
  return failure.param?.split(/[.[]/).length ?? 0;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Whether two names differ by one letter added, left out, replaced or swapped with its neighbour, or by separators alone. */
function isNear(a: string, b: string): boolean {
  const plain = (name: string) => name.replace(/[-_]/g, "");
  if (plain(a) === plain(b)) return true;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < Math.min(a.length, b.length) - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restA === [...restB].reverse().join("");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
