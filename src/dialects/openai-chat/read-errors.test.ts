import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderError, ReadContext } from "../dialect.ts";
import { passThrough } from "./pass-through.ts";
import { readAnswer } from "./read-answer.ts";

const told: ProviderError[] = [];
const context: ReadContext = {
  origin: { provider: "acme", channel: "chn_1", model: "m" },
  failure: (error) => {
    told.push(error);
    return new Failure("upstream.error_unknown");
  },
};

/** What each way to a client makes of a whole answer. */
const ways: Record<string, (body: Json) => unknown> = {
  "passed through": (body) => passThrough.inspect(body, context),
  translated: (body) => readAnswer(body, context),
};

function causeOf(read: (body: Json) => unknown, body: Json): string {
  try {
    read(body);
    return "none";
  } catch (thrown) {
    assert.ok(thrown instanceof Failure);
    return thrown.cause;
  }
}

const errors: readonly Json[] = [
  { error: { message: "x" } },
  { error: "boom" },
  { error: true },
  { code: -1, msg: "no", data: null },
  { code: "InternalError", message: "x", request_id: "r" },
  { error_code: 336100, error_msg: "try again" },
  { errcode: 40001, errmsg: "x" },
  { fault: { faultstring: "x", detail: { errorcode: "y" } } },
  { success: false, result: null },
  { success: false, errors: [{ code: 7000, message: "x" }] },
  { status: "error", message: "busy" },
  { status: "failed" },
  { errors: ["x"] },
  { detail: "Internal Server Error" },
  { object: "error", message: "x" },
  { type: "error", error: { type: "overloaded_error" } },
  { message: "x" },
  { choices: null, base_resp: { status_code: 1000, status_msg: "x" } },
  { choices: [], code: 500, message: "x" },
  { Response: { Error: { Code: "x", Message: "y" } } },
  [{ error: { code: 500, message: "x" } }],
  { choices: [{ index: 0, message: { content: "Half" }, finish_reason: "error" }] },
];

const message = { role: "assistant", content: "Fine." };
const choices = [{ index: 0, message, finish_reason: "stop" }];
const answers: readonly Json[] = [
  { choices },
  { choices, error: null },
  { choices, error: false, message: "" },
  { choices, code: 0, message: "Success" },
  { choices, base_resp: { status_code: 0, status_msg: "" } },
  { choices, status: "ok", detail: null },
];

const others: readonly Json[] = [
  {},
  { status: "ok", version: "1.2.3" },
  { code: 0, message: "Success" },
  { success: true, message: "" },
];

for (const [way, read] of Object.entries(ways)) {
  describe(`an answer that is ${way}`, () => {
    for (const body of errors)
      it(`is an error: ${JSON.stringify(body)}`, () =>
        assert.equal(causeOf(read, body), "upstream.error_unknown"));
    for (const body of answers)
      it(`is an answer: ${JSON.stringify(body).slice(80)}`, () =>
        assert.equal(causeOf(read, body), "none"));
    for (const body of others)
      it(`is neither: ${JSON.stringify(body)}`, () =>
        assert.equal(causeOf(read, body), "upstream.empty"));

    it("hands on the status that the error names", () => {
      told.length = 0;
      causeOf(read, { error: { code: 429, message: "x" } });
      causeOf(read, { code: "503", msg: "x" });
      causeOf(read, { error: "x" });
      assert.deepEqual(
        told.map(({ status }) => status),
        [429, 503, undefined],
      );
    });
  });
}

describe("an answer of a vendor with a field that says success", () => {
  const manners = { errorUnless: { at: "base_resp.status_code", is: 0 } };
  const withManners = { ...context, manners };
  const base = (status_code: number) => ({ choices, base_resp: { status_code, status_msg: "x" } });

  it("is an error where the field says otherwise, although there are choices", () => {
    for (const read of [readAnswer, passThrough.inspect]) {
      assert.equal(
        causeOf((body) => read(body, withManners), base(1002)),
        "upstream.error_unknown",
      );
      assert.equal(
        causeOf((body) => read(body, withManners), base(0)),
        "none",
      );
      assert.equal(
        causeOf((body) => read(body, withManners), { choices }),
        "none",
      );
    }
  });

  it("is an answer to a vendor that has no such field", () => {
    for (const read of Object.values(ways)) assert.equal(causeOf(read, base(1002)), "none");
  });
});

describe("a stream that is passed through", () => {
  it("tells of an error that stands in it as bare JSON", () => {
    told.length = 0;
    const relay = passThrough.relay(context, { usageWanted: false, maxEventBytes: 10_000 });
    const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Hi" } }] })}\n\n`;
    assert.ok(relay.push(Buffer.from(chunk)) !== undefined);
    const error = { error: { code: 503, message: "Überlastet" } };
    relay.push(Buffer.from(`${JSON.stringify(error, undefined, 2)}\n\n`));
    assert.equal(relay.failure?.cause, "upstream.error_unknown");
    assert.deepEqual(told, [{ body: error, status: 503, inStream: true }]);
  });
});
