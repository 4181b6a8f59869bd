import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { adminForTest, problem } from "../../test/support/admin.ts";
import { keyActor, operatorActor } from "../accounts/actor.ts";
import { createKey, type KeySettings } from "../accounts/keys.ts";

let admin: Awaited<ReturnType<typeof adminForTest>>;
before(async () => {
  admin = await adminForTest();
});
after(() => admin.close());
beforeEach(() => admin.as(operatorActor("acc_default")));

async function made(body: object): Promise<string> {
  const reply = await admin.send("POST", "/keys", body);
  assert.equal(reply.status, 201, reply.text);
  return String(reply.body.id);
}

function tenant(account: string, scopes: KeySettings["scopes"]) {
  return keyActor(createKey({ name: "t", scopes }, { account, project: "prj_t" }, 1).key);
}

test("a key is made, its secret answered once, and found by it at once and after a restart", async () => {
  const reply = await admin.send("POST", "/keys", {
    name: "mobile",
    models: ["gpt-*"],
    requests_per_minute: 5,
    expires_at: "2099-01-31",
  });
  assert.equal(reply.status, 201);
  const { id, secret } = reply.body;
  assert.equal(reply.headers.etag, '"1"');
  assert.equal(reply.headers.location, `/admin/v1/keys/${id}`);
  assert.match(String(secret), /^prl_/);
  assert.equal(admin.keyDirectory.find(String(secret))?.name, "mobile");

  const read = await admin.send("GET", `/keys/${id}`);
  const { secret: _, ...expected } = reply.body;
  assert.deepEqual(read.body, expected);
  assert.equal(read.body.expires_at, "2099-01-31T00:00:00.000Z");
  assert.equal(read.body.status, "active");
  const stored = (await admin.stores.state.keys.list()).find((key) => key.id === id);
  assert.deepEqual(stored, admin.keyDirectory.find(String(secret)));
  assert.ok(!JSON.stringify(stored).includes(String(secret)));
});

test("bad bodies are refused with the field's path", async () => {
  const cases: [unknown, string, string | null][] = [
    [{}, "missing_required_parameter", "name"],
    [{ name: "" }, "invalid_parameter_value", "name"],
    [{ name: "x", modles: [] }, "unknown_field", "modles"],
    [{ name: "x", models: ["a", 3] }, "invalid_parameter_value", "models[1]"],
    [{ name: "x", scopes: ["root"] }, "invalid_parameter_value", "scopes[0]"],
    [{ name: "x", addresses: ["10.0.0.0/99"] }, "invalid_parameter_value", "addresses[0]"],
    [{ name: "x", expires_at: "soon" }, "invalid_parameter_value", "expires_at"],
    [{ name: "x", requests_per_minute: 0 }, "invalid_parameter_value", "requests_per_minute"],
    [{ name: "x", id: "key_mine" }, "unknown_field", "id"],
    [[], "invalid_request", null],
    [undefined, "invalid_request", null],
  ];
  for (const [body, code, param] of cases)
    assert.deepEqual(problem(await admin.send("POST", "/keys", body)), [400, code, param]);
});

test("a change changes what it names, takes away what is null, and counts the version up", async () => {
  const id = await made({ name: "a", group: "g", models: ["m"] });
  const reply = await admin.send("PATCH", `/keys/${id}`, { group: null, enabled: false });
  assert.deepEqual(
    [reply.body.group, reply.body.models, reply.body.status, reply.body.version],
    [null, ["m"], "disabled", 2],
  );
  const whole = await admin.send("PATCH", `/keys/${id}`, { ...reply.body, name: "b" });
  assert.deepEqual([whole.status, whole.body.name], [200, "b"]);
  assert.deepEqual(problem(await admin.send("PATCH", `/keys/${id}`, { account_id: "acc_other" })), [
    400,
    "field_immutable",
    "account_id",
  ]);
});

test("a change under an If-Match that no longer holds is refused", async () => {
  const id = await made({ name: "a" });
  const change = (tag: string) =>
    admin.send("PATCH", `/keys/${id}`, { group: "g" }, { "if-match": tag });
  assert.equal((await change('"1"')).status, 200);
  assert.deepEqual(problem(await change('"1"')), [409, "state_precondition_failed", null]);
  assert.equal((await change('"7", "2"')).status, 200);
  assert.equal((await change("*")).status, 200);
});

test("of two changes at the same moment one wins and the other is told", async () => {
  const id = await made({ name: "a" });
  const replies = await Promise.all(
    ["g", "h"].map((group) => admin.send("PATCH", `/keys/${id}`, { group })),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
});

test("a revoked key stays listed, no longer works, and cannot be changed", async () => {
  const id = await made({ name: "a" });
  const reply = await admin.send("DELETE", `/keys/${id}`);
  assert.deepEqual([reply.status, reply.body.status], [200, "revoked"]);
  assert.ok(admin.keyDirectory.get(id)?.revokedAt);
  for (const again of [
    await admin.send("DELETE", `/keys/${id}`),
    await admin.send("PATCH", `/keys/${id}`, { enabled: true }),
  ])
    assert.deepEqual(problem(again), [409, "state_precondition_failed", null]);
  assert.equal((await admin.send("GET", `/keys/${id}`)).status, 200);
});

test("a list is answered page by page, each key once", async () => {
  for (let i = 0; i < 5; i++) await made({ name: `page ${i}` });
  const seen: unknown[] = [];
  let after = "";
  for (;;) {
    const { body } = await admin.send("GET", `/keys?limit=2&after=${after}`);
    assert.ok(Array.isArray(body.data) && body.data.length <= 2);
    for (const key of body.data) seen.push(Object(key).id);
    if (body.has_more !== true) break;
    after = String(body.next_after);
  }
  assert.deepEqual(
    seen,
    admin.keyDirectory.list().map(({ id }) => id),
  );
  assert.deepEqual(problem(await admin.send("GET", "/keys?limit=0")), [
    400,
    "invalid_parameter_value",
    "limit",
  ]);
  assert.deepEqual(problem(await admin.send("GET", "/keys?limt=5")), [
    400,
    "unknown_field",
    "limt",
  ]);
});

test("what the configuration defines is listed and read-only", async () => {
  const { key } = createKey({ name: "yaml" }, { account: "acc_default", project: "p" }, 1);
  admin.keyDirectory.define([{ ...key, definedIn: "config" }]);
  const { body } = await admin.send("GET", `/keys/${key.id}`);
  assert.equal(body.defined_in, "config");
  const reply = await admin.send("PATCH", `/keys/${key.id}`, { enabled: false });
  assert.deepEqual(problem(reply), [400, "operation_not_allowed", null]);
  assert.match(reply.text, /parley\.yaml/);
  admin.keyDirectory.define([]);
});

test("a key without the scope is refused, and told which", async () => {
  admin.as(tenant("acc_t", ["inference", "keys:read"]));
  assert.equal((await admin.send("GET", "/keys")).status, 200);
  const reply = await admin.send("POST", "/keys", { name: "x" });
  assert.deepEqual(problem(reply), [403, "insufficient_permissions", null]);
  assert.match(reply.text, /keys:write/);
});

test("a tenant's key sees and changes only keys of its account, and gives no right that it lacks", async () => {
  const foreign = await made({ name: "operator's" });
  admin.as(tenant("acc_t", ["keys:read", "keys:write"]));
  const own = await made({ name: "tenant's" });
  const { body } = await admin.send("GET", "/keys");
  assert.ok(Array.isArray(body.data));
  assert.deepEqual(
    body.data.map((key) => Object(key).id),
    [own],
  );
  for (const reply of [
    await admin.send("GET", `/keys/${foreign}`),
    await admin.send("DELETE", `/keys/${foreign}`),
    await admin.send("GET", "/keys/key_none"),
  ])
    assert.deepEqual(problem(reply), [404, "resource_not_found", null]);
  for (const reply of [
    await admin.send("POST", "/keys", { name: "x", scopes: ["operator"] }),
    await admin.send("PATCH", `/keys/${own}`, { scopes: ["channels:write"] }),
  ])
    assert.deepEqual(problem(reply), [403, "insufficient_permissions", null]);
  assert.equal((await admin.send("PATCH", `/keys/${own}`, { scopes: ["keys:read"] })).status, 200);
});

test("a tenant's key cannot lock out an operator's key of the same account", async () => {
  const id = await made({ name: "root", scopes: ["operator"] });
  admin.as(tenant("acc_default", ["keys:write"]));
  assert.deepEqual(problem(await admin.send("DELETE", `/keys/${id}`)), [
    403,
    "insufficient_permissions",
    null,
  ]);
});

test("every change is in the audit log, without secrets, with what was before and after", async () => {
  const { body } = await admin.send("POST", "/keys", { name: "audited" });
  await admin.send("PATCH", `/keys/${body.id}`, { enabled: false });
  await admin.send("PATCH", `/keys/${body.id}`, { enabled: 3 });
  await admin.send("DELETE", `/keys/${body.id}`);
  const log = await admin.send("GET", `/audit?resource=${body.id}`);
  assert.ok(Array.isArray(log.body.data));
  assert.deepEqual(
    log.body.data.map((entry) => [Object(entry).action, Object(entry).actor]),
    [
      ["key.revoke", "operator"],
      ["key.update", "operator"],
      ["key.create", "operator"],
    ],
  );
  const change = Object(log.body.data[1]);
  assert.deepEqual([change.before.enabled, change.after.enabled], [true, false]);
  assert.ok(!log.text.includes(String(body.secret).slice(8)));
  const next = await admin.send("GET", `/audit?resource=${body.id}&limit=2`);
  assert.equal(next.body.has_more, true);

  admin.as(tenant("acc_default", ["keys:read"]));
  assert.equal((await admin.send("GET", "/audit")).status, 403);
});
