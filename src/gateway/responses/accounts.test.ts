/** A response is there for the account that made it, and for no other. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Key } from "../../core/key.ts";
import { Failure } from "../../failures/failure.ts";
import { exchangeForTest, gatewayForTest } from "../testing.ts";
import { recall } from "./recall.ts";
import { cancelResponse, readResponse, removeResponse } from "./stored.ts";

const gateway = gatewayForTest();
before(() =>
  gateway.responses.store.put({
    id: "resp_a",
    account: "acc_a",
    at: Date.now(),
    status: "completed",
    response: JSON.stringify({
      id: "resp_a",
      background: true,
      output: [{ type: "message", id: "msg_a", role: "assistant", content: "Hello" }],
    }),
    input: '"Hi"',
    outputIds: ["msg_a"],
  }),
);

const key: Key = {
  id: "key_1",
  name: "key",
  account: "acc_a",
  project: "prj_1",
  hash: "",
  prefix: "",
  scopes: ["inference"],
  enabled: true,
  definedIn: "config",
  createdAt: 0,
  updatedAt: 0,
  version: 1,
};

function asked(account: string, body: string) {
  const exchange = exchangeForTest(body, "/v1/responses");
  exchange.key = { ...key, account };
  exchange.gateway.responses = gateway.responses;
  return exchange;
}

const goesOn = '{"model":"m","input":"x","previous_response_id":"resp_a"}';
const refers = '{"model":"m","input":[{"type":"item_reference","id":"msg_a"}]}';

test("its own account goes on from it", async () => {
  const exchange = asked("acc_a", goesOn);
  await recall(exchange);
  assert.deepEqual(exchange.body, {
    model: "m",
    input: [
      { type: "message", role: "user", content: "Hi" },
      { type: "message", id: "msg_a", role: "assistant", content: "Hello" },
      { type: "message", role: "user", content: "x" },
    ],
  });
  assert.match(await readResponse(gateway, { account: "acc_a", id: "resp_a" }), /resp_a/);
});

test("for another account it does not exist", async () => {
  const isMissing = (thrown: unknown) =>
    thrown instanceof Failure && thrown.cause === "resource.not_found";
  await assert.rejects(recall(asked("acc_b", goesOn)), isMissing);
  await assert.rejects(recall(asked("acc_b", refers)), isMissing);
  const named = { account: "acc_b", id: "resp_a" };
  for (const ask of [readResponse, cancelResponse, removeResponse]) {
    await assert.rejects(ask(gateway, named), isMissing);
  }
  assert.match(await readResponse(gateway, { account: "acc_a", id: "resp_a" }), /resp_a/);
});
