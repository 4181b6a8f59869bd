import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../failures/failure.ts";
import { checkCount, readVector, toBase64 } from "./vectors.ts";

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

test("what 32-bit floats hold survives base64 and back", () => {
  fc.assert(
    fc.property(fc.array(float32, { minLength: 1 }), (vector) => {
      assert.deepEqual(readVector(toBase64(vector)), vector);
    }),
  );
});

test("base64 is what a little-endian machine keeps in memory", () => {
  assert.equal(toBase64([1, -2]), Buffer.from([0, 0, 128, 63, 0, 0, 0, 192]).toString("base64"));
});

for (const value of ["", "AAA", "AAAAA===", "not base64!", [], [1, "2"], null, {}, "AADAfw=="]) {
  test(`${JSON.stringify(value)} is no vector`, () => {
    assert.throws(
      () => readVector(JSON.parse(JSON.stringify(value))),
      (thrown) => thrown instanceof Failure && thrown.cause === "upstream.shape_unknown",
    );
  });
}

test("a vector too few is no answer", () => {
  assert.throws(() => checkCount(1, 2), Failure);
  checkCount(2, 2);
});
