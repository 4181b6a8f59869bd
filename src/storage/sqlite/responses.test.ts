import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { StoredResponse } from "../ports.ts";
import { openSqlite, type SqliteOptions } from "./index.ts";

async function open(t: TestContext, options: Partial<SqliteOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "parley-responses-"));
  const stores = await openSqlite({ directory, ...options });
  t.after(async () => {
    await stores.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  });
  return { responses: stores.responses, directory, stores };
}

function response(id: string, fields: Partial<StoredResponse> = {}): StoredResponse {
  const item = { id: `msg_${id}`, type: "message" };
  return {
    id,
    account: "acc_a",
    at: Date.now(),
    status: "completed",
    response: JSON.stringify({ id, status: "completed", output: [item] }),
    input: '"Hi"',
    outputIds: [item.id],
    ...fields,
  };
}

test("a response is read, found by its items, and removed by its own account alone", async (t) => {
  const { responses } = await open(t);
  await responses.put(response("resp_1"));
  const { outputIds: _, ...stored } = response("resp_1", { at: 0 });
  const read = await responses.get("acc_a", "resp_1");
  assert.deepEqual({ ...read, at: 0 }, { ...stored, outputIds: [] });
  assert.equal(await responses.get("acc_b", "resp_1"), undefined);
  assert.deepEqual(await responses.history("acc_b", "resp_1"), []);
  assert.equal((await responses.items("acc_b", ["msg_resp_1"])).size, 0);
  const items = await responses.items("acc_a", ["msg_resp_1", "msg_none"]);
  assert.deepEqual([...items], [["msg_resp_1", '{"id":"msg_resp_1","type":"message"}']]);
  assert.equal(await responses.remove("acc_b", "resp_1"), false);
  assert.equal(await responses.remove("acc_a", "resp_1"), true);
  assert.equal(await responses.remove("acc_a", "resp_1"), false);
  assert.equal((await responses.items("acc_a", ["msg_resp_1"])).size, 0);
});

test("a history is oldest first, and stops at another account's response", async (t) => {
  const { responses } = await open(t);
  await responses.put(response("resp_0", { account: "acc_b" }));
  await responses.put(response("resp_1", { previous: "resp_0" }));
  await responses.put(response("resp_2", { previous: "resp_1" }));
  await responses.put(response("resp_3", { previous: "resp_2" }));
  const ids = (await responses.history("acc_a", "resp_3")).map(({ id }) => id);
  assert.deepEqual(ids, ["resp_1", "resp_2", "resp_3"]);
});

test("the oldest go where all together are too large, and what is too old is not there", async (t) => {
  const { responses } = await open(t, { responses: { maxAge: 60_000, maxBytes: 10_000 } });
  const large = JSON.stringify("x".repeat(1000));
  for (let i = 0; i < 40; i++) {
    await responses.put(response(`resp_${i}`, { input: large, at: Date.now() - 1000 + i }));
  }
  assert.equal(await responses.get("acc_a", "resp_0"), undefined);
  assert.ok(await responses.get("acc_a", "resp_39"));
  await responses.put(response("resp_old", { at: Date.now() - 60_001 }));
  assert.equal(await responses.get("acc_a", "resp_old"), undefined);
  assert.equal((await responses.items("acc_a", ["msg_resp_old"])).size, 0);
  assert.equal(await responses.remove("acc_a", "resp_old"), false);
});

test("what was under way when the process ended has failed, and nobody else may read the file", async (t) => {
  const { responses, directory, stores } = await open(t);
  const body = JSON.stringify({ id: "resp_1", status: "in_progress", output: [] });
  await responses.put(response("resp_1", { status: "in_progress", response: body, outputIds: [] }));
  assert.equal(statSync(join(directory, "responses.db")).mode & 0o777, 0o600);
  await stores.close();
  const again = await openSqlite({ directory });
  t.after(() => again.close());
  const read = await again.responses.get("acc_a", "resp_1");
  assert.equal(read?.status, "failed");
  const { status, error } = JSON.parse(read?.response ?? "{}");
  assert.equal(status, "failed");
  assert.equal(error.code, "server_error");
});
