import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { adminForTest, problem } from "../../test/support/admin.ts";
import { keyActor, operatorActor } from "../accounts/actor.ts";
import { createKey } from "../accounts/keys.ts";
import type { UsageRow } from "../core/usage-row.ts";

let admin: Awaited<ReturnType<typeof adminForTest>>;
before(async () => {
  admin = await adminForTest();
  for (let i = 1; i <= 4; i++) admin.stores.usage.append(row(i, i === 4 ? "acc_other" : "acc_t"));
});
after(() => admin.close());
beforeEach(() => admin.as(operatorActor("acc_default")));

function row(number: number, account: string): UsageRow {
  return {
    id: `req_${number}`,
    at: Date.UTC(2030, 0, number),
    account,
    project: "prj_default",
    key: "key_1",
    surface: "openai-chat",
    contract: "native",
    modelRequested: "openai/gpt",
    modelServed: "gpt-1",
    provider: "openai",
    channel: "chn_1",
    stream: true,
    status: 502,
    cause: "upstream.empty",
    usage: { input: 3, output: 4, cachedRead: 1, reported: { prompt_tokens: 3 } },
    usageSource: "provider",
    attempts: [
      {
        channel: "chn_1",
        credential: "crd_1",
        provider: "openai",
        model: "gpt-1",
        status: 401,
        cause: "upstream.credential_rejected",
        operator: "Incorrect API key provided",
        ms: 12,
      },
    ],
    totalMs: 20,
  };
}

const tenant = keyActor(
  createKey({ name: "t", scopes: ["usage:read"] }, { account: "acc_t", project: "p" }, 1).key,
);

test("the operator reads a request with its attempts and the provider's own words", async () => {
  const { status, body } = await admin.send("GET", "/requests/req_1");
  assert.equal(status, 200);
  assert.equal(body.at, "2030-01-01T00:00:00.000Z");
  assert.deepEqual(body.usage, { input: 3, output: 4, cached_read: 1 });
  assert.deepEqual(body.attempts, [
    {
      channel_id: "chn_1",
      provider: "openai",
      model: "gpt-1",
      status: 401,
      cause: "upstream.credential_rejected",
      ms: 12,
      credential_id: "crd_1",
      operator: "Incorrect API key provided",
    },
  ]);
});

test("a tenant reads its own requests, without what concerns the platform's account", async () => {
  admin.as(tenant);
  const reply = await admin.send("GET", "/requests/req_1");
  assert.equal(reply.status, 200);
  assert.ok(!reply.text.includes("Incorrect API key") && !reply.text.includes("crd_1"));
  assert.deepEqual(problem(await admin.send("GET", "/requests/req_4")), [
    404,
    "resource_not_found",
    null,
  ]);
  assert.equal((await admin.send("GET", "/usage?account=acc_other")).status, 404);
});

test("a row that was appended a moment ago is found", async () => {
  admin.stores.usage.append(row(9, "acc_late"));
  assert.equal((await admin.send("GET", "/requests/req_9")).status, 200);
  assert.equal((await admin.send("GET", "/requests/req_none")).status, 404);
});

test("usage is listed newest first, filtered and page by page", async () => {
  const ids = async (query: string) => {
    const { body } = await admin.send("GET", `/usage?${query}`);
    assert.ok(Array.isArray(body.data), JSON.stringify(body));
    return [...body.data.map((one) => Object(one).id), body.has_more];
  };
  assert.deepEqual(await ids("account=acc_t&limit=2"), ["req_3", "req_2", true]);
  assert.deepEqual(await ids("account=acc_t&limit=2&after=req_2"), ["req_1", false]);
  assert.deepEqual(await ids("from=2030-01-02&to=2030-01-03T00:00:00Z"), ["req_3", "req_2", false]);
  assert.deepEqual(await ids(`key=key_1&from=${Date.UTC(2030, 0, 9)}`), ["req_9", false]);
  assert.deepEqual(problem(await admin.send("GET", "/usage?from=yesterday")), [
    400,
    "invalid_parameter_value",
    "from",
  ]);
});

test("usage needs its scope", async () => {
  admin.as({ ...tenant, scopes: ["keys:read"] });
  for (const path of ["/usage", "/requests/req_1"])
    assert.equal((await admin.send("GET", path)).status, 403);
});
