/** POST /v1/moderations. https://developers.openai.com/api/reference/resources/moderations */
import Type from "typebox";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ModerationsAnswer, ModerationsRequest } from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { answerList, type OperationFormat, operation, textOf } from "../operation.ts";
import { compileValidator, type Validator } from "../validate.ts";

export const moderationsSchema = Type.Object({
  model: Type.Optional(Type.String({ minLength: 1 })),
  input: Type.Union([
    Type.String(),
    Type.Array(Type.String(), { minItems: 1 }),
    Type.Array(Type.Object({ type: Type.String() }), { minItems: 1 }),
  ]),
});

type Wire = Type.Static<typeof moderationsSchema>;
const check: Validator<Wire> = compileValidator(moderationsSchema);

const openai: OperationFormat<"moderations"> = {
  forwards: true,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer: ({ body }) => body,
};

export const moderations = operation("moderations", { openai });

function readRequest(body: JsonObject): ModerationsRequest {
  check(body);
  const { input } = body;
  // Parts with a type are one input together.
  const texts = Array.isArray(input) && typeof input[0] === "string" ? input.length : 1;
  return { body, inputs: texts };
}

function writeRequest({ body }: ModerationsRequest, context: WriteContext): WrittenRequest {
  return { body: { ...body, model: context.model }, warnings: [] };
}

function readAnswer(body: JsonObject, request: ModerationsRequest): ModerationsAnswer {
  const results = answerList(body.results);
  if (results.length !== request.inputs) {
    throw new Failure("upstream.shape_unknown", {
      message: `The provider gave ${results.length} verdicts on ${request.inputs} inputs.`,
    });
  }
  for (const result of results) {
    if (!isObject(result) || !isObject(result.categories)) {
      throw new Failure("upstream.shape_unknown");
    }
  }
  return { body, model: textOf(body.model) };
}
