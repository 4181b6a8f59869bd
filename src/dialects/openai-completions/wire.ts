/** Requests of the legacy API. https://developers.openai.com/api/reference/resources/completions */
import Type, { type TSchema } from "typebox";
import type { JsonObject } from "../../core/json.ts";
import { compileValidator, type Validator } from "../validate.ts";

export const DIALECT = "openai-completions";

function nullable<S extends TSchema>(schema: S) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

const tokens = Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 });

export const completionsRequestSchema = Type.Object({
  model: Type.String({ minLength: 1 }),
  prompt: nullable(
    Type.Union([
      Type.String(),
      Type.Array(Type.String(), { minItems: 1 }),
      tokens,
      Type.Array(tokens, { minItems: 1 }),
    ]),
  ),
  suffix: nullable(Type.String()),
  max_tokens: nullable(Type.Integer({ minimum: 0 })),
  temperature: nullable(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  n: nullable(Type.Integer({ minimum: 1, maximum: 128 })),
  best_of: nullable(Type.Integer({ minimum: 0, maximum: 128 })),
  stream: nullable(Type.Boolean()),
  stream_options: nullable(Type.Object({ include_usage: nullable(Type.Boolean()) })),
  logprobs: nullable(Type.Integer({ minimum: 0 })),
  echo: nullable(Type.Boolean()),
  stop: nullable(Type.Union([Type.String(), Type.Array(Type.String())])),
  presence_penalty: nullable(Type.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: nullable(Type.Number({ minimum: -2, maximum: 2 })),
  logit_bias: nullable(Type.Record(Type.String(), Type.Number())),
  seed: nullable(Type.Integer()),
  user: nullable(Type.String()),
});

export type WireRequest = Type.Static<typeof completionsRequestSchema>;

const check: Validator<WireRequest> = compileValidator(completionsRequestSchema);

/** Throws `request.field_missing`, `request.field_type`, `request.field_value`. */
export function validateRequest(body: JsonObject): WireRequest {
  const value: unknown = body;
  check(value);
  return value;
}
