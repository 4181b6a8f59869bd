import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Channel } from "../core/channel.ts";
import { Failure } from "../failures/failure.ts";
import { type Directory, findOfferings, type ProviderFacts } from "./offerings.ts";

const providers = new Map<string, ProviderFacts>([
  ["openai", { name: "openai", kind: "http", models: ["gpt-*"] }],
  ["ollama", { name: "ollama", kind: "http", keyless: true }],
  ["sandbox", { name: "sandbox", kind: "local", serves: (model) => model === "chat" }],
]);

function channel(name: string, changes: Partial<Channel> = {}): Channel {
  return {
    id: `chn_${name}`,
    name,
    provider: "openai",
    credentials: [{ id: "crd_1", secret: "s", hint: "", enabled: true }],
    modelMapping: {},
    priority: 0,
    weight: 1,
    groups: [],
    enabled: true,
    timeouts: {},
    overrides: {},
    options: {},
    definedIn: "api",
    createdAt: 0,
    updatedAt: 0,
    version: 1,
    ...changes,
  };
}

function names(
  channels: Channel[],
  model: string,
  extra: Partial<Directory> = {},
  random = Math.random,
): string[] {
  const directory = { channels, providers, aliases: new Map<string, string>(), ...extra };
  return findOfferings(directory, { account: "acc_a" }, model, random).map(
    (o) => `${o.channel.name}:${o.model}`,
  );
}

function cause(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.cause;
    throw thrown;
  }
  return "none";
}

describe("finding offerings", () => {
  it("takes `provider/model` for any model, a bare name by the provider's patterns, and the channel's own name as a prefix", () => {
    const channels = [channel("main")];
    assert.deepEqual(names(channels, "openai/brand-new"), ["main:brand-new"]);
    assert.deepEqual(names(channels, "main/brand-new"), ["main:brand-new"]);
    assert.deepEqual(names(channels, "gpt-5"), ["main:gpt-5"]);
    assert.equal(
      cause(() => names(channels, "brand-new")),
      "model.unknown",
    );
  });

  it("holds a channel with a list to its list", () => {
    const channels = [channel("main", { models: ["a", "b-*"] })];
    assert.deepEqual(names(channels, "b-2"), ["main:b-2"]);
    assert.deepEqual(names(channels, "openai/a"), ["main:a"]);
    assert.equal(
      cause(() => names(channels, "gpt-5")),
      "model.unknown",
    );
    assert.equal(
      cause(() => names(channels, "openai/c")),
      "model.unknown",
    );
  });

  it("does not let a provider's own patterns take a model that is asked of another", () => {
    const channels = [
      channel("wide", { models: undefined }),
      channel("local", { provider: "ollama", models: undefined }),
    ];
    assert.deepEqual(names(channels, "local/gpt-oss"), ["local:gpt-oss"]);
    assert.deepEqual(names(channels, "ollama/gpt-oss"), ["local:gpt-oss"]);
  });

  it("follows aliases and mappings", () => {
    const channels = [
      channel("main", {
        models: ["fast-*"],
        modelMapping: { "fast-*": "gpt-*-mini", "gpt-4-mini": "gpt-4.1-mini" },
      }),
    ];
    assert.deepEqual(names(channels, "quick", { aliases: new Map([["quick", "fast-4"]]) }), [
      "main:gpt-4.1-mini",
    ]);
  });

  it("gives an endless mapping no model, so that it fails when its turn comes", () => {
    const channels = [channel("main", { models: ["x-*"], modelMapping: { "x-*": "x-x-*" } })];
    assert.deepEqual(names(channels, "x-1"), ["main:"]);
  });

  it("tells why nobody can serve", () => {
    assert.equal(
      cause(() => names([channel("main", { enabled: false })], "gpt-5")),
      "model.no_offering_usable",
    );
    assert.equal(
      cause(() => names([channel("main", { credentials: [] })], "gpt-5")),
      "channel.no_key",
    );
    assert.equal(
      cause(() => names([], "openai/gpt-5")),
      "model.no_offering_usable",
    );
    assert.equal(
      cause(() => names([], "nobody/gpt-5")),
      "model.unknown",
    );
    assert.equal(
      cause(() => names([channel("main", { groups: ["vip"] })], "gpt-5")),
      "key.group_forbidden",
    );
    assert.equal(
      cause(() => names([channel("sandbox", { provider: "sandbox" })], "sandbox/nothing")),
      "model.unknown",
    );
  });

  it("keeps another account's own channel to that account", () => {
    const channels = [channel("own", { owner: "acc_b" }), channel("platform")];
    assert.deepEqual(names(channels, "gpt-5"), ["platform:gpt-5"]);
  });

  it("refuses a model that the key's list does not hold", () => {
    const directory = {
      channels: [channel("main")],
      providers,
      aliases: new Map([["quick", "gpt-5"]]),
    };
    const ask = (model: string) =>
      findOfferings(directory, { account: "a", models: ["gpt-5*"] }, model, Math.random);
    assert.equal(ask("gpt-5-mini").length, 1);
    assert.equal(ask("quick").length, 1);
    assert.equal(
      cause(() => ask("gpt-4")),
      "key.model_forbidden",
    );
    // The list names models as clients do: a prefix does not slip past it.
    assert.equal(
      cause(() => ask("openai/gpt-4")),
      "key.model_forbidden",
    );
  });

  it("tries higher priorities first and draws equals by weight", () => {
    const channels = [
      channel("low", { priority: -1 }),
      channel("a", { weight: 3 }),
      channel("b", { weight: 1 }),
    ];
    const first = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const [one, , last] = names(channels, "gpt-5");
      assert.equal(last, "low:gpt-5");
      first.set(one ?? "", (first.get(one ?? "") ?? 0) + 1);
    }
    assert.ok(Math.abs((first.get("a:gpt-5") ?? 0) / 20_000 - 0.75) < 0.02);
  });
});
