/** What a key may do, and what becomes of a request beyond it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RunningGateway } from "../support/gateway.ts";
import { assertFailure } from "../support/judge.ts";
import { ScriptedUpstream } from "../support/upstream.ts";

let gateway: RunningGateway;
const upstream = new ScriptedUpstream();
before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    trusted_proxies: ["127.0.0.1"],
    channels: [
      {
        name: "gold",
        provider: "openai",
        base_url: upstream.url(),
        credential: "sk-gold",
        models: ["golden"],
        groups: ["gold"],
      },
    ],
    keys: [
      { name: "narrow", secret: "narrow-key", models: ["sandbox/ch*"] },
      { name: "homely", secret: "homely-key", addresses: ["192.0.2.0/24", "2001:db8::/32"] },
      { name: "gold", secret: "gold-key-1", group: "gold" },
      { name: "old", secret: "expired-key", expires_at: "2020-01-01" },
      { name: "off", secret: "disabled-key", enabled: false },
      { name: "few", secret: "limited-key", requests_per_minute: 3 },
      { name: "reader", secret: "reader-key", scopes: ["usage:read"] },
      { name: "newapi", secret: "newapi-key", contract: "newapi", models: ["sandbox/chat"] },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function ask(secret: string, model: string, headers: Record<string, string> = {}) {
  return gateway.chat({ model }, "native", { authorization: `Bearer ${secret}`, ...headers });
}

test("a key's models are the only ones", async () => {
  assert.equal((await ask("narrow-key", "sandbox/chat")).status, 200);
  assertFailure(await ask("narrow-key", "sandbox/reason"), "native", "key.model_forbidden", {
    status: 403,
    param: "model",
  });
  const list = await gateway.send("/v1/models", {
    headers: { authorization: "Bearer narrow-key" },
  });
  assert.match(list.text, /sandbox\/chat/);
  assert.doesNotMatch(list.text, /sandbox\/reason/);
});

test("a fallback is no way round a key's models", async () => {
  const answer = await gateway.chat(
    {
      model: "sandbox/chat;fail=upstream.overloaded",
      gateway: { fallback: ["sandbox/reason"] },
    },
    "native",
    { authorization: "Bearer narrow-key" },
  );
  assertFailure(answer, "native", "upstream.overloaded", { status: 503 });
});

test("a key's addresses are the only ones, and a trusted proxy says which one it is", async () => {
  assertFailure(await ask("homely-key", "sandbox/chat"), "native", "key.address_forbidden", {
    status: 403,
  });
  const from = (address: string) =>
    ask("homely-key", "sandbox/chat", { "x-forwarded-for": address });
  assert.equal((await from("192.0.2.7")).status, 200);
  assert.equal((await from("2001:db8::9")).status, 200);
  assertFailure(await from("198.51.100.1"), "native", "key.address_forbidden");
  assertFailure(await from("192.0.2.7, 198.51.100.1"), "native", "key.address_forbidden");
});

test("a group's channels are for its keys", async () => {
  assert.equal((await ask("gold-key-1", "golden")).status, 200);
  assertFailure(await ask("narrow-key", "golden"), "native", "key.model_forbidden");
  assertFailure(await ask("client-key-for-tests", "golden"), "native", "key.group_forbidden", {
    status: 403,
  });
});

test("what has ended, is switched off or lacks the scope is refused", async () => {
  assertFailure(await ask("expired-key", "sandbox/chat"), "native", "key.expired", { status: 401 });
  assertFailure(await ask("disabled-key", "sandbox/chat"), "native", "key.disabled", {
    status: 401,
  });
  assertFailure(await ask("reader-key", "sandbox/chat"), "native", "key.scope_missing", {
    status: 403,
  });
});

test("a key's contract holds under /v1", async () => {
  assertFailure(await ask("newapi-key", "sandbox/reason"), "newapi", "key.model_forbidden");
});

test("requests a minute: the one beyond is told exactly when the next may come", async () => {
  const before = Date.now();
  for (const remaining of ["2", "1", "0"]) {
    const answer = await ask("limited-key", "sandbox/chat");
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get("x-ratelimit-limit-requests"), "3");
    assert.equal(answer.headers.get("x-ratelimit-remaining-requests"), remaining);
  }
  const refused = await ask("limited-key", "sandbox/chat");
  assertFailure(refused, "native", "limit.requests", { status: 429 });
  const spent = (Date.now() - before) / 1000;
  const told = Number(refused.headers.get("retry-after"));
  assert.ok(told <= 60 && told >= Math.floor(60 - spent), `${told} s after ${spent} s`);
});
