import assert from "node:assert/strict";
import { describe, test } from "node:test";
import Type from "typebox";
import { Failure } from "../failures/failure.ts";
import { validateRequest } from "./openai-chat/wire.ts";
import { compileValidator, type Validator } from "./validate.ts";

function complaint<T>(validator: Validator<T>, value: unknown): string {
  try {
    const check: (value: unknown) => void = validator;
    check(value);
  } catch (error) {
    if (error instanceof Failure) return `${error.cause} ${error.param ?? "-"}: ${error.message}`;
    throw error;
  }
  return "fits";
}

const user = { role: "user", content: "hi" };
const chat = (more: object, message: unknown = user) =>
  complaint(validateRequest, { model: "m", messages: [message], ...more });

describe("a chat request that does not fit", () => {
  const cases: [what: string, told: string, expected: string][] = [
    ["nothing wrong", chat({}), "fits"],
    ["unknown fields", chat({ new_field: 1 }), "fits"],
    ["nulls for what is optional", chat({ tools: null, stop: null, name: null }), "fits"],
    [
      "a number as text",
      chat({ temperature: "1" }),
      "request.field_type temperature: temperature must be a number, not a string.",
    ],
    [
      "a number out of range",
      chat({ temperature: 3 }),
      "request.field_value temperature: temperature must be at most 2, not 3.",
    ],
    [
      "no messages",
      complaint(validateRequest, { model: "m" }),
      "request.field_missing messages: messages is required.",
    ],
    [
      "empty messages",
      complaint(validateRequest, { model: "m", messages: [] }),
      "request.field_value messages: messages must not be empty.",
    ],
    ["an empty model", chat({ model: "" }), "request.field_value model: model must not be empty."],
    [
      "an unknown role",
      chat({}, { role: "usr", content: "hi" }),
      'request.field_value messages[0].role: messages[0].role must be one of "user", "assistant", "tool", "system", "developer", "function", not "usr".',
    ],
    [
      "no role",
      chat({}, { content: "hi" }),
      "request.field_missing messages[0].role: messages[0].role is required.",
    ],
    [
      "a wrong type deep in a part",
      chat(
        {},
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "image_url", image_url: { url: 5 } },
          ],
        },
      ),
      "request.field_type messages[0].content[1].image_url.url: messages[0].content[1].image_url.url must be a string, not a number.",
    ],
    [
      "a part without what its type needs",
      chat({}, { role: "user", content: [{ type: "text" }] }),
      "request.field_missing messages[0].content[0].text: messages[0].content[0].text is required.",
    ],
    [
      "arguments as an object",
      chat(
        {},
        {
          role: "assistant",
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: {} } }],
        },
      ),
      "request.field_type messages[0].tool_calls[0].function.arguments: messages[0].tool_calls[0].function.arguments must be a string, not an object.",
    ],
    [
      "a tool without its function",
      chat({ tools: [{ type: "function" }] }),
      "request.field_missing tools[0].function: tools[0].function is required.",
    ],
    ["a tool that the vendor runs", chat({ tools: [{ type: "web_search" }] }), "fits"],
    [
      "a tool choice that is no word",
      chat({ tool_choice: "always" }),
      'request.field_value tool_choice: tool_choice must be one of "none", "auto", "required", "any", not "always".',
    ],
    [
      "text where several types may stand",
      chat({ stop: 5 }),
      "request.field_type stop: stop must be a string or an array, not a number.",
    ],
    [
      "a value of a map",
      chat({ metadata: { "a b": 1 } }),
      'request.field_type metadata["a b"]: metadata["a b"] must be a string, not a number.',
    ],
    [
      "a body that is no object",
      complaint(validateRequest, []),
      "request.field_type -: The body must be an object, not an array.",
    ],
  ];
  for (const [what, told, expected] of cases) {
    test(`is told: ${what}`, () => assert.equal(told, expected));
  }
});

describe("a body that allows no unknown fields", () => {
  const schema = Type.Object({
    name: Type.String({ minLength: 1, maxLength: 4 }),
    limits: Type.Optional(Type.Object({ rpm: Type.Integer() })),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    rule: Type.Union([
      Type.Object({ type: Type.Literal("a"), x: Type.String() }),
      Type.Object({ type: Type.Literal("b") }),
    ]),
  });
  const closed = compileValidator(schema, { unknownFields: "refuse" });
  const rule = { type: "b" };

  test("passes what fits, free-form maps included", () => {
    assert.equal(complaint(closed, { name: "n", rule, labels: { any: "x" } }), "fits");
  });

  test("names the unknown field and what may have been meant", () => {
    assert.equal(
      complaint(closed, { name: "n", rule, limits: { rmp: 5 } }),
      "request.field_unknown limits.rmp: limits.rmp is not a known field. Did you mean rpm?",
    );
    assert.equal(
      complaint(closed, { name: "n", rule: { type: "b", z: 1 } }),
      "request.field_unknown rule.z: rule.z is not a known field.",
    );
  });

  test("lets the same field pass where unknown fields are allowed", () => {
    assert.equal(complaint(compileValidator(schema), { name: "n", rule, limit: 1 }), "fits");
  });

  test("is told its other faults as any body is", () => {
    assert.match(complaint(closed, { name: "n", rule: { type: "c" } }), /must be one of "a", "b"/);
    assert.match(complaint(closed, { name: "n", rule: { type: "a" } }), /field_missing rule\.x/);
    assert.match(complaint(closed, { name: "n", rule, limits: { rpm: 1.5 } }), /a whole number/);
    assert.match(complaint(closed, { name: "longer", rule }), /at most 4 characters, not 6/);
    assert.equal(complaint(closed, { name: "🙂🙂🙂🙂", rule }), "fits");
  });
});
