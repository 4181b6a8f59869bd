import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { adminForTest, problem } from "../../test/support/admin.ts";
import { keyActor, operatorActor } from "../accounts/actor.ts";
import { createKey, type KeySettings } from "../accounts/keys.ts";
import { SecretBox } from "../accounts/secret-box.ts";
import { credentialOpener } from "./channel-service.ts";

let admin: Awaited<ReturnType<typeof adminForTest>>;
before(async () => {
  admin = await adminForTest();
});
after(() => admin.close());
beforeEach(() => admin.as(operatorActor("acc_default")));

let count = 0;
async function made(body: object = {}): Promise<string> {
  const reply = await admin.send("POST", "/channels", {
    name: `channel ${count++}`,
    provider: "openai",
    ...body,
  });
  assert.equal(reply.status, 201, reply.text);
  return String(reply.body.id);
}

function tenant(scopes: KeySettings["scopes"]) {
  return keyActor(createKey({ name: "t", scopes }, { account: "acc_t", project: "p" }, 1).key);
}

test("a channel is made; its credential is sealed in the store, open in memory and never answered", async () => {
  const secret = "sk-very-secret-9876";
  const before = admin.channelDirectory.version;
  const reply = await admin.send("POST", "/channels", {
    name: "main",
    provider: "compatible",
    base_url: "http://127.0.0.1:9/v1/",
    credential: secret,
    models: ["gpt-*"],
    model_mapping: { fast: "gpt-mini" },
    timeouts: { connect_ms: 500 },
    overrides: { body: { seed: 1 }, headers: { "x-team": "a", authorization: "Basic hush" } },
    options: { region: "eu" },
  });
  assert.equal(reply.status, 201, reply.text);
  const channel = admin.channelDirectory.named("main");
  assert.equal(channel?.credentials[0]?.secret, secret);
  assert.equal(channel?.baseUrl, "http://127.0.0.1:9/v1");
  assert.deepEqual(channel?.timeouts, { connect: 500 });
  assert.ok(admin.channelDirectory.version > before);
  assert.deepEqual(reply.body.credentials, [
    { id: channel?.credentials[0]?.id, hint: "9876", enabled: true },
  ]);
  assert.deepEqual(reply.body.unreadable_credentials, []);
  assert.ok(!reply.text.includes("very-secret") && !reply.text.includes("hush"));
  const stored = JSON.stringify(await admin.stores.state.channels.list());
  assert.ok(!stored.includes("very-secret"));
});

test("bad channels are refused with the field's path", async () => {
  const cases: [object, number, string, string | null][] = [
    [{ provider: "openai" }, 400, "missing_required_parameter", "name"],
    [{ name: "x", provider: "opanai" }, 400, "invalid_parameter_value", "provider"],
    [{ name: "x", provider: "compatible" }, 400, "missing_required_parameter", "base_url"],
    [
      { name: "x", provider: "openai", base_url: "ftp://a" },
      400,
      "invalid_parameter_value",
      "base_url",
    ],
    [
      { name: "x", provider: "openai", timeouts: { conect: 1 } },
      400,
      "unknown_field",
      "timeouts.conect",
    ],
    [{ name: "x", provider: "openai", weight: -1 }, 400, "invalid_parameter_value", "weight"],
    [
      { name: "x", provider: "openai", model_mapping: { a: "b", b: "a" } },
      400,
      "invalid_parameter_value",
      "model_mapping",
    ],
    [
      { name: "x", provider: "openai", overrides: { headers: { "a b": "c" } } },
      400,
      "invalid_parameter_value",
      'overrides.headers["a b"]',
    ],
    [
      { name: "x", provider: "openai", credentials: [{ key: "s" }] },
      400,
      "unknown_field",
      "credentials[0].key",
    ],
  ];
  for (const [body, status, code, param] of cases)
    assert.deepEqual(problem(await admin.send("POST", "/channels", body)), [status, code, param]);
});

test("a mapping that may grow for some names is a matter of the request, not of saving", async () => {
  await made({ model_mapping: { "x-*": "x-x-*" } });
});

test("a name is taken once, whether the other is stored or configured", async () => {
  const id = await made({ name: "taken" });
  const again = await admin.send("POST", "/channels", { name: "taken", provider: "openai" });
  assert.deepEqual(problem(again), [409, "duplicate_resource", "name"]);
  const channel = admin.channelDirectory.get(id);
  assert.ok(channel);
  admin.channelDirectory.define([
    { ...channel, id: "chn_env", name: "env-openai", definedIn: "environment" },
  ]);
  const renamed = await admin.send("PATCH", `/channels/${id}`, { name: "env-openai" });
  assert.deepEqual(problem(renamed), [409, "duplicate_resource", "name"]);
  for (const reply of [
    await admin.send("PATCH", "/channels/chn_env", { enabled: false }),
    await admin.send("DELETE", "/channels/chn_env"),
    await admin.send("POST", "/channels/chn_env/credentials", { secret: "s" }),
  ]) {
    assert.deepEqual(problem(reply), [400, "operation_not_allowed", null]);
    assert.match(reply.text, /environment variable/);
  }
  admin.channelDirectory.define([]);
});

test("the provider is fixed, and credentials have a path of their own", async () => {
  const id = await made();
  const change = (body: object) => admin.send("PATCH", `/channels/${id}`, body);
  assert.deepEqual(problem(await change({ provider: "compatible" })), [
    400,
    "field_immutable",
    "provider",
  ]);
  const credentials = await change({ credentials: [{ id: "x" }] });
  assert.deepEqual(problem(credentials), [400, "field_immutable", "credentials"]);
  assert.match(credentials.text, /\/credentials/);
});

test("a channel sent back as it was answered stays as it is, hidden values included", async () => {
  const id = await made({
    credential: "sk-123456789abc",
    overrides: { headers: { "x-api-key": "hush", "x-team": "a" } },
  });
  const { body } = await admin.send("GET", `/channels/${id}`);
  const reply = await admin.send("PATCH", `/channels/${id}`, { ...body, enabled: false });
  assert.equal(reply.status, 200, reply.text);
  const channel = admin.channelDirectory.get(id);
  assert.deepEqual(channel?.overrides.headers, { "x-api-key": "hush", "x-team": "a" });
  assert.deepEqual(
    [channel?.enabled, channel?.version, channel?.credentials[0]?.secret],
    [false, 2, "sk-123456789abc"],
  );
});

test("credentials are added, replaced and removed", async () => {
  const id = await made({ credential: "sk-first-000001" });
  const secrets = () => admin.channelDirectory.get(id)?.credentials.map(({ secret }) => secret);
  const added = await admin.send("POST", `/channels/${id}/credentials`, {
    secret: "sk-second-00002",
  });
  assert.equal(added.status, 201);
  assert.deepEqual(secrets(), ["sk-first-000001", "sk-second-00002"]);
  const first = admin.channelDirectory.get(id)?.credentials[0]?.id;
  assert.equal((await admin.send("DELETE", `/channels/${id}/credentials/${first}`)).status, 200);
  assert.deepEqual(secrets(), ["sk-second-00002"]);
  assert.equal((await admin.send("DELETE", `/channels/${id}/credentials/${first}`)).status, 404);
  await admin.send("PUT", `/channels/${id}/credentials`, { secret: "short" });
  assert.deepEqual(secrets(), ["short"]);
  assert.equal(admin.channelDirectory.get(id)?.credentials[0]?.hint, "");
});

test("a credential sealed under another master key is listed as unreadable and survives a change", async () => {
  const id = await made({ credential: "sk-123456789abc" });
  const record = admin.channelDirectory.record(id);
  assert.ok(record);
  const credential = record.credentials[0];
  assert.ok(credential);
  const sealed = new SecretBox("another").seal("sk-old", `${id}/${credential.id}`);
  const foreign = { ...record, version: 2, credentials: [{ ...credential, sealed }] };
  await admin.stores.state.channels.replace(foreign, 1);
  admin.channelDirectory.upsert(foreign);
  const { body } = await admin.send("GET", `/channels/${id}`);
  assert.deepEqual(body.unreadable_credentials, [credential.id]);
  const reply = await admin.send("PATCH", `/channels/${id}`, { priority: 5 });
  assert.equal(reply.status, 200, reply.text);
  const kept = admin.channelDirectory.record(id)?.credentials[0]?.sealed ?? "";
  assert.equal(credentialOpener(new SecretBox("another"))(kept, id, credential.id), "sk-old");
});

test("a removed channel is gone at once; an If-Match guards it", async () => {
  const id = await made();
  const stale = await admin.send("DELETE", `/channels/${id}`, undefined, { "if-match": '"9"' });
  assert.deepEqual(problem(stale), [409, "state_precondition_failed", null]);
  const gone = await admin.send("DELETE", `/channels/${id}`);
  assert.deepEqual(gone.body, { id, object: "channel", deleted: true });
  assert.equal(admin.channelDirectory.get(id), undefined);
  assert.equal((await admin.send("GET", `/channels/${id}`)).status, 404);
  assert.ok(!(await admin.stores.state.channels.list()).some((one) => one.id === id));
});

test("a tenant has channels of its own, at the vendor's own address, and sees no other", async () => {
  const platform = await made();
  admin.as(tenant(["channels:read", "channels:write"]));
  const own = await made({ credential: "sk-tenants-own-1" });
  assert.equal(admin.channelDirectory.get(own)?.owner, "acc_t");
  const { body } = await admin.send("GET", "/channels");
  assert.ok(Array.isArray(body.data));
  assert.deepEqual(
    body.data.map((channel) => Object(channel).id),
    [own],
  );
  assert.equal((await admin.send("DELETE", `/channels/${platform}`)).status, 404);
  const internal = { base_url: "http://169.254.169.254/v1" };
  assert.deepEqual(problem(await admin.send("PATCH", `/channels/${own}`, internal)), [
    403,
    "insufficient_permissions",
    "base_url",
  ]);
  admin.as(tenant(["channels:read"]));
  assert.equal((await admin.send("DELETE", `/channels/${own}`)).status, 403);
});

test("the audit log of a channel holds no secret", async () => {
  const id = await made({
    credential: "sk-never-logged-1",
    overrides: { headers: { "x-api-token": "hush-hush" } },
  });
  await admin.send("POST", `/channels/${id}/credentials`, { secret: "sk-never-logged-2" });
  await admin.send("DELETE", `/channels/${id}`);
  const log = await admin.send("GET", `/audit?resource=${id}`);
  assert.ok(Array.isArray(log.body.data));
  assert.deepEqual(
    log.body.data.map((entry) => Object(entry).action),
    ["channel.delete", "channel.credential_add", "channel.create"],
  );
  assert.ok(!log.text.includes("never-logged") && !log.text.includes("hush"));
});
