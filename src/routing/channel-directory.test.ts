import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredChannel } from "../storage/ports.ts";
import { ChannelDirectory } from "./channel-directory.ts";

function record(name: string, sealed: string): StoredChannel {
  return {
    id: `chn_${name}`,
    name,
    provider: "openai",
    credentials: [{ id: "crd_1", sealed, hint: "abcd", enabled: true }],
    modelMapping: {},
    priority: 0,
    weight: 1,
    groups: [],
    enabled: true,
    timeouts: {},
    overrides: {},
    options: {},
    definedIn: "api",
    createdAt: 1,
    updatedAt: 1,
    version: 1,
  };
}

const open = (sealed: string, channel: string, credential: string) =>
  sealed === "bad" ? undefined : `${sealed}@${channel}/${credential}`;

test("credentials are opened on load; one that does not open is listed without its secret", () => {
  const directory = new ChannelDirectory(open);
  directory.load([record("a", "x"), record("b", "bad")]);
  assert.deepEqual(directory.get("chn_a")?.credentials, [
    { id: "crd_1", hint: "abcd", enabled: true, secret: "x@chn_a/crd_1" },
  ]);
  assert.deepEqual(directory.named("b")?.credentials, [
    { id: "crd_1", hint: "abcd", enabled: true },
  ]);
  assert.equal(directory.record("chn_b")?.credentials[0]?.sealed, "bad");
});

test("the version rises with every change, and the list stays the same between changes", () => {
  const directory = new ChannelDirectory(open);
  const versions = [directory.version];
  const change = (make: () => void) => {
    make();
    versions.push(directory.version);
    assert.equal(directory.all(), directory.all());
  };
  change(() => directory.load([record("a", "x")]));
  change(() => directory.upsert({ ...record("b", "x"), enabled: false }));
  assert.deepEqual(
    directory.all().map(({ name }) => name),
    ["a", "b"],
  );
  assert.deepEqual(
    directory.enabled().map(({ name }) => name),
    ["a"],
  );
  const { credentials: _, ...fixed } = record("c", "x");
  change(() => directory.define([{ ...fixed, credentials: [], definedIn: "built-in" }]));
  assert.equal(directory.record("chn_c"), undefined);
  change(() => directory.remove("chn_a"));
  assert.deepEqual(
    directory.all().map(({ name }) => name),
    ["b", "c"],
  );
  assert.deepEqual(
    versions,
    [...new Set(versions)].sort((a, b) => a - b),
  );
});
