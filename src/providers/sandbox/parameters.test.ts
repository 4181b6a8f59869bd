import assert from "node:assert/strict";
import { test } from "node:test";
import { causes } from "../../failures/catalogue/index.ts";
import { contracts } from "../../failures/contracts/index.ts";
import { Failure } from "../../failures/failure.ts";
import { plainName, readParameters, sandboxModels } from "./parameters.ts";

test("a plain name asks for nothing", () => {
  for (const model of sandboxModels) {
    assert.deepEqual(readParameters(model), { model, at: "open", after: 0, delayMs: 0 });
    assert.equal(plainName(`${model};tokens=3`), model);
  }
  assert.equal(plainName("chatter"), undefined);
});

test("every parameter is read", () => {
  assert.deepEqual(
    readParameters("chat;fail=upstream.overloaded;at=middle;after=3;delay_ms=200;tokens=7"),
    { model: "chat", fail: "upstream.overloaded", at: "middle", after: 3, delayMs: 200, tokens: 7 },
  );
});

test("every cause can be asked for, but for the one that nobody would see", () => {
  for (const cause of causes) {
    const read = () => readParameters(`chat;fail=${cause}`).fail;
    if (cause === "client.disconnected") assert.throws(read, Failure);
    else assert.equal(read(), cause);
  }
});

test("every code of a contract that a cause has can be asked for, and is what is told", () => {
  for (const contract of Object.values(contracts)) {
    const codes = new Set(
      causes
        .filter((cause) => cause !== "client.disconnected")
        .map((cause) => contract.code(cause)),
    );
    for (const code of codes) {
      const { fail } = readParameters(`chat;fail=${code}`);
      assert.ok(fail !== undefined, `${contract.name} ${code}`);
      const told = Object.values(contracts).some(
        (other) => other.code(fail) === code || other.code(fail, true) === code,
      );
      assert.ok(told || fail === code, `${code} became ${fail}`);
    }
  }
});

test("what is not known is refused, by name", () => {
  for (const name of [
    "chat;fail=nothing.of_the_kind",
    "chat;fail=",
    "chat;at=elsewhere",
    "chat;after=-1",
    "chat;after=1e3",
    "chat;delay_ms=600001",
    "chat;tokens=99999999",
    "chat;speed=9",
    "chat;",
    "chat;FAIL=upstream.empty",
  ]) {
    assert.throws(
      () => readParameters(name),
      (error) =>
        error instanceof Failure &&
        error.cause === "request.field_value" &&
        error.param === "model",
      name,
    );
  }
});
