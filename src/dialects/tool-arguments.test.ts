import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../failures/failure.ts";
import { argumentsObject, argumentsText } from "./tool-arguments.ts";

function refusal(text: string): Failure {
  try {
    argumentsObject(text, { param: "messages[1].content[0].arguments" });
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  return assert.fail(`${text} was taken`);
}

describe("tool arguments as an object", () => {
  it("are taken where nothing is lost", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        assert.equal(JSON.stringify(argumentsObject(text, {})), text);
      }),
    );
  });

  it("are an empty object where the model wrote nothing", () => {
    assert.deepEqual(argumentsObject("", {}), {});
    assert.deepEqual(argumentsObject(" \n", {}), {});
  });

  for (const text of [
    '{"n":1e999}',
    '{"n":-1e999}',
    '{"n":[9007199254740993]}',
    '{"n":1e-999}',
    '{"a":{"b":1,"b":2}}',
    '{"a":1,"\\u0061":2}',
    "[1]",
    '"text"',
    "null",
    '{"a":',
  ]) {
    it(`are refused, with the field's path, for ${text}`, () => {
      const failure = refusal(text);
      assert.equal(failure.cause, "tool.arguments_unrepresentable");
      assert.equal(failure.param, "messages[1].content[0].arguments");
    });
  }

  it("may hold what looks like a loss and is none", () => {
    for (const text of [
      '{"a":"1e999","b":[{"a":1},{"a":2}],"c":{"a":9007199254740992}}',
      '{"a":0.1,"b":-0.0,"c":1e22,"d":0e5,"e":12345678901234567890.5}',
      '{"say \\"a\\"":1,"a":2,"x":["a","a"]}',
    ]) {
      assert.deepEqual(argumentsObject(text, {}), JSON.parse(text));
    }
  });
});

describe("tool arguments as text", () => {
  it("never turn a number that overflowed into null", () => {
    assert.throws(
      () => argumentsText({ n: Number.POSITIVE_INFINITY }, { param: "input" }),
      (error) => error instanceof Failure && error.cause === "tool.arguments_unrepresentable",
    );
  });
});
