import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { kindOf } from "./wire.ts";

describe("the kind of a block", () => {
  it("is the one field that is not null", () => {
    assert.deepEqual(kindOf({ image: null, text: "Hello" }), ["text", "Hello"]);
    assert.equal(kindOf({ image: null }), undefined);
  });

  it("is not the `type` that some add as Anthropic has it", () => {
    assert.deepEqual(kindOf({ type: "text", text: "Hello" }), ["text", "Hello"]);
    assert.deepEqual(kindOf({ type: "odd" }), ["type", "odd"]);
  });
});
