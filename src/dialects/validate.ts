/** Checks a body against its schema: one compiled check on the way through, an exact explanation where it fails. */
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Failure } from "../failures/failure.ts";
import { explain, type SchemaNode } from "./validate-explain.ts";

/**
 * Returns nothing where the value fits. Otherwise throws `request.field_missing`, `request.field_type`,
 * `request.field_value` or (where unknown fields are refused) `request.field_unknown`, with the field's
 * path in `param`.
 */
export type Validator<T> = (value: unknown) => asserts value is T;

export interface ValidatorOptions {
  /** `refuse`: a field that its object's schema does not name is a failure. Absent: they pass. */
  unknownFields?: "allow" | "refuse";
}

/** Compiles once, at load time. The schema's own `additionalProperties` are respected either way. */
export function compileValidator<S extends TSchema>(
  schema: S,
  options: ValidatorOptions = {},
): Validator<Static<S>> {
  const node: SchemaNode = options.unknownFields === "refuse" ? closed(schema) : schema;
  const compiled = Compile(node);
  return (value: unknown): asserts value is Static<S> => {
    if (compiled.Check(value)) return;
    const failure = explain(node, value, "");
    if (failure !== undefined) throw failure;
    const [error] = compiled.Errors(value);
    throw new Failure("request.invalid", {
      message: error?.message ?? "The request is not valid.",
    });
  };
}

/** The schema with every object that does not say otherwise closed to further fields. */
function closed(schema: SchemaNode): SchemaNode {
  const copy: SchemaNode = { ...schema };
  if (schema.anyOf !== undefined) copy.anyOf = schema.anyOf.map(closed);
  if (schema.items !== undefined) copy.items = closed(schema.items);
  if (schema.patternProperties !== undefined) {
    copy.patternProperties = mapValues(schema.patternProperties, closed);
  }
  if (typeof schema.additionalProperties === "object") {
    copy.additionalProperties = closed(schema.additionalProperties);
  }
  if (schema.properties !== undefined) {
    copy.properties = mapValues(schema.properties, closed);
    copy.additionalProperties ??= false;
  }
  return copy;
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
