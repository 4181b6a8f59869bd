/** `gateway`: Parley's own object in a request's body, on every surface. */
import Type from "typebox";
import { isObject, type JsonObject } from "../core/json.ts";
import { compileValidator, type Validator } from "../dialects/validate.ts";
import type { RequestOptions } from "./surface.ts";

const milliseconds = Type.Integer({ minimum: 1, maximum: 3_600_000 });

export const gatewayOptions = Type.Object(
  {
    timeouts: Type.Optional(
      Type.Object(
        {
          connect_ms: Type.Optional(milliseconds),
          first_content_ms: Type.Optional(milliseconds),
          idle_ms: Type.Optional(milliseconds),
          total_ms: Type.Optional(milliseconds),
        },
        { additionalProperties: false, description: "Milliseconds." },
      ),
    ),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        description: "Further attempts on the same channel after a transient failure.",
      }),
    ),
    fallback: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        maxItems: 10,
        description: "Models to try in turn when the first fails.",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "How Parley is to carry out the request; not passed on.",
  },
);

const check: Validator<unknown> = compileValidator(
  Type.Object({ gateway: Type.Optional(gatewayOptions) }),
  { unknownFields: "refuse" },
);

/** Throws `request.field_type`, `request.field_value`, `request.field_unknown` with the path from `gateway` on. */
export function readGatewayOptions(body: JsonObject): RequestOptions {
  const { gateway } = body;
  if (gateway === undefined) return {};
  check({ gateway });
  if (!isObject(gateway)) return {};
  const { timeouts, retries, fallback } = gateway;
  return {
    timeouts: isObject(timeouts)
      ? defined({
          connect: number(timeouts.connect_ms),
          firstContent: number(timeouts.first_content_ms),
          idle: number(timeouts.idle_ms),
          total: number(timeouts.total_ms),
        })
      : undefined,
    retries: number(retries),
    fallback: strings(fallback),
  };
}

export function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : undefined;
}

/** Without the fields that are undefined, so that they do not hide a default. */
function defined<T extends object>(object: T): Partial<T> {
  const result: Partial<T> = { ...object };
  for (const name in result) if (result[name] === undefined) delete result[name];
  return result;
}
