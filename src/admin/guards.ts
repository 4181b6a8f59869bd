/** What is checked before a resource is changed, whatever its kind. */
import { isDeepStrictEqual } from "node:util";
import type { DefinedIn } from "../core/channel.ts";
import type { JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";

const places: Readonly<Record<Exclude<DefinedIn, "api">, string>> = {
  config: "in the configuration file (parley.yaml)",
  environment: "by an environment variable",
  "built-in": "by Parley itself",
};

/** Throws `resource.read_only`, naming where the resource is defined, unless that is here. */
export function refuseDefinedElsewhere(kind: "key" | "channel", name: string, at: DefinedIn): void {
  if (at === "api") return;
  throw new Failure("resource.read_only", {
    message: `The ${kind} ${JSON.stringify(name)} is defined ${places[at]} and cannot be changed here.`,
  });
}

/**
 * Takes the fixed fields out of a change, so that a resource may be sent back as it was answered.
 * Throws `resource.field_immutable` for one that differs from the answer.
 */
export function withoutFixed(
  body: JsonObject,
  current: JsonObject,
  fixed: readonly string[],
): JsonObject {
  const changes: JsonObject = {};
  for (const [field, value] of Object.entries(body)) {
    if (!fixed.includes(field)) changes[field] = value;
    else if (!isDeepStrictEqual(value, current[field])) {
      throw new Failure("resource.field_immutable", {
        message: `${field} cannot be changed after creation.`,
        param: field,
        ...(field === "credentials" && {
          suggestion:
            "Add a credential with POST /admin/v1/channels/{id}/credentials, remove one with DELETE.",
        }),
      });
    }
  }
  return changes;
}
