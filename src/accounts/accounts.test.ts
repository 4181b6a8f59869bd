import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../failures/failure.ts";
import { adminKeyMatcher } from "./admin-key.ts";
import { KeyDirectory } from "./key-directory.ts";
import { hashSecret, newSecret, secretForm, shownPrefix } from "./key-secret.ts";
import { createKey, disableKey, enableKey, keyStatus, revokeKey, updateKey } from "./keys.ts";
import { SecretBox } from "./secret-box.ts";

const anyText = fc
  .array(fc.integer({ min: 0, max: 0xd7ff }))
  .map((points) => String.fromCodePoint(...points));
const owner = { account: "acc_a", project: "prj_a" };

test("a new secret has the form that secret scanners are told of", () => {
  const secrets = Array.from({ length: 200 }, newSecret);
  for (const secret of secrets) {
    assert.match(secret, /^prl_[0-9A-Za-z]{42}$/);
    assert.equal(secretForm(secret), "parley");
  }
  assert.equal(new Set(secrets).size, 200);
});

test("a secret with one character changed, or cut short, is known to be broken", () => {
  const secret = newSecret();
  fc.assert(
    fc.property(fc.integer({ min: 4, max: secret.length - 1 }), (at) => {
      const other = secret.charAt(at) === "x" ? "y" : "x";
      assert.equal(secretForm(secret.slice(0, at) + other + secret.slice(at + 1)), "broken");
      assert.equal(secretForm(secret.slice(0, at)), "broken");
    }),
  );
  assert.equal(secretForm("sk-other"), "foreign");
});

test("of a secret only its hash and its beginning are kept", () => {
  const { key, secret } = createKey({ name: "a" }, owner, 5);
  assert.equal(key.hash, hashSecret(secret));
  assert.equal(key.prefix, shownPrefix(secret));
  assert.equal(key.prefix.length, 8);
  assert.ok(!JSON.stringify(key).includes(secret.slice(8)));
  assert.deepEqual(key.scopes, ["inference"]);
});

test("a key is disabled, enabled, changed and revoked, each time with a new version", () => {
  const { key } = createKey({ name: "a", group: "g" }, owner, 1);
  const disabled = disableKey(key, 2);
  assert.equal(keyStatus(disabled, 2), "disabled");
  const enabled = enableKey(disabled, 3);
  const changed = updateKey(enabled, { group: undefined, expiresAt: 10 }, 4);
  assert.ok(!("group" in changed));
  assert.equal(keyStatus(changed, 9), "active");
  assert.equal(keyStatus(changed, 10), "expired");
  const revoked = revokeKey(changed, 5);
  assert.deepEqual([revoked.version, revoked.revokedAt, revoked.updatedAt], [5, 5, 5]);
  assert.equal(keyStatus(revoked, 20), "revoked");
  for (const change of [() => revokeKey(revoked, 6), () => enableKey(revoked, 6)])
    assert.throws(
      change,
      (thrown) => thrown instanceof Failure && thrown.cause === "resource.state_wrong",
    );
});

test("what a box seals, it opens again, at the same place only", () => {
  fc.assert(
    fc.property(anyText, fc.string({ minLength: 1 }), (secret, master) => {
      const box = new SecretBox(master);
      const sealed = box.seal(secret, "chn_1/crd_1");
      assert.deepEqual(box.open(sealed, "chn_1/crd_1"), { ok: true, secret });
      assert.deepEqual(box.open(sealed, "chn_2/crd_1"), { ok: false, reason: "corrupt" });
      assert.deepEqual(new SecretBox(`${master}!`).open(sealed, "chn_1/crd_1"), {
        ok: false,
        reason: "other-key",
      });
    }),
  );
});

test("a sealed text that was touched does not open, and nothing is thrown", () => {
  const box = new SecretBox("master");
  const sealed = box.seal("sk-secret", "p");
  assert.ok(!sealed.includes("secret"));
  assert.notEqual(box.seal("sk-secret", "p"), sealed);
  const middle = sealed.length - 20;
  const touched =
    sealed.slice(0, middle) + (sealed[middle] === "A" ? "B" : "A") + sealed.slice(middle + 1);
  for (const text of [touched, sealed.slice(0, 20), "", "v2.a.b", "v1", `${sealed}.x`])
    assert.deepEqual(box.open(text, "p"), { ok: false, reason: "corrupt" }, text);
});

test("the operator's key matches itself alone, and an empty one nothing", () => {
  const matches = adminKeyMatcher("operator-key");
  assert.equal(matches("operator-key"), true);
  assert.equal(matches("operator-kez"), false);
  assert.equal(matches(""), false);
  assert.equal(adminKeyMatcher("")(""), false);
  assert.equal(adminKeyMatcher(undefined)("undefined"), false);
});

test("the directory finds a key by its secret, and sees changes at once", () => {
  const directory = new KeyDirectory();
  const { key, secret } = createKey({ name: "a" }, owner, 1);
  const defined = createKey({ name: "b" }, owner, 1);
  directory.load([key]);
  directory.define([{ ...defined.key, definedIn: "config" }]);
  assert.equal(directory.find(secret)?.id, key.id);
  assert.equal(directory.find(defined.secret)?.definedIn, "config");
  assert.equal(directory.find("prl_other"), undefined);
  directory.upsert(revokeKey(key, 7));
  assert.equal(directory.find(secret)?.revokedAt, 7);
  directory.define([]);
  assert.equal(directory.find(defined.secret), undefined);
  directory.remove(key.id);
  assert.equal(directory.find(secret), undefined);
  assert.deepEqual(directory.list(), []);
});

test("the store hears of a key's use at most once a minute", () => {
  const directory = new KeyDirectory();
  const { key } = createKey({ name: "a" }, owner, 1);
  directory.load([key]);
  directory.noteUse(key.id, 100_000);
  assert.deepEqual(directory.takeUses(100_001), [{ id: key.id, at: 100_000 }]);
  directory.noteUse(key.id, 100_500);
  assert.deepEqual(directory.takeUses(101_000), []);
  assert.equal(directory.lastUsedAt(key.id), 100_500);
  directory.noteUse(key.id, 170_000);
  assert.deepEqual(directory.takeUses(170_001), [{ id: key.id, at: 170_000 }]);
  assert.deepEqual(directory.takeUses(400_000), []);
});
