import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Failure } from "../failures/failure.ts";
import { exchangeForTest } from "./testing.ts";
import { Watch } from "./watch.ts";

const never = { connect: 60_000, firstContent: 60_000, idle: 60_000, total: 60_000 };

function watched(timeouts: Partial<typeof never>, stream = false) {
  const exchange = exchangeForTest(
    `{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":${stream}}`,
  );
  const failures: Failure[] = [];
  const watch = new Watch(exchange, { ...never, ...timeouts }, (failure) => {
    failures.push(failure);
    watch.stop();
  });
  return { exchange, watch, failures };
}

const told = (failures: readonly Failure[]) =>
  failures.map(({ cause, details }) => [cause, details?.timeout]);

test("content that does not come", async () => {
  const { failures } = watched({ firstContent: 40 });
  await pause(20);
  assert.deepEqual(failures, []);
  await pause(100);
  assert.deepEqual(told(failures), [["upstream.timeout", "first_content"]], "once");
});

test("silence after content, and none while bytes come", async () => {
  const { watch, failures } = watched({ firstContent: 40, idle: 80 });
  watch.contentSeen = true;
  for (let i = 0; i < 6; i++) {
    await pause(30);
    watch.lastBytes = performance.now();
  }
  assert.deepEqual(failures, []);
  await pause(200);
  assert.deepEqual(told(failures), [["upstream.stalled", "idle"]]);
});

test("the whole, however lively", async () => {
  const { watch, failures } = watched({ total: 60 });
  watch.contentSeen = true;
  for (let i = 0; i < 6 && failures.length === 0; i++) {
    await pause(30);
    watch.lastBytes = performance.now();
  }
  assert.deepEqual(told(failures), [["upstream.timeout", "total"]]);
});

test("a call that is over is watched no more", async () => {
  const { watch, failures } = watched({ firstContent: 20 });
  watch.stop();
  watch.stop();
  await pause(100);
  assert.deepEqual(failures, []);
});

test("many calls, ended in any order, are each told their own", async () => {
  const calls = [30, 60, 30, 90, 30].map((firstContent) => watched({ firstContent }));
  calls[1]?.watch.stop();
  await pause(250);
  assert.deepEqual(
    calls.map(({ failures }) => failures.length),
    [1, 0, 1, 1, 1],
  );
});

test("a stream's headers are not sent before their time", async () => {
  const { watch, exchange, failures } = watched({}, true);
  await pause(60);
  assert.equal(exchange.delivery.begun, false);
  watch.stop();
  assert.deepEqual(failures, []);
});
