import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isObject, type Json } from "../../core/json.ts";
import { isCause } from "../../failures/catalogue/index.ts";
import { providers } from "../registry.ts";
import { compatible, compatibleVendors } from "./index.ts";

const provider = (name: string) => {
  const found = compatible.find((entry) => entry.name === name);
  assert.ok(found, `no vendor ${name}`);
  return found;
};

test("at least forty vendors, each once, each in the registry", () => {
  assert.ok(compatibleVendors.length >= 40);
  assert.equal(
    new Set(compatibleVendors.map((vendor) => vendor.name)).size,
    compatibleVendors.length,
  );
  for (const entry of compatible) assert.equal(providers.get(entry.name), entry);
});

for (const vendor of compatibleVendors) {
  test(`${vendor.name} is well-formed`, () => {
    assert.match(vendor.name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(vendor.title.length > 0);
    assert.equal(new URL(vendor.docs).protocol, "https:");
    if (vendor.baseUrl !== undefined) {
      const url = new URL(vendor.baseUrl);
      const own = url.hostname === "localhost";
      assert.equal(url.protocol, own ? "http:" : "https:");
      assert.ok(!own || vendor.keyless === true, "a local server needs no key");
      assert.doesNotMatch(vendor.baseUrl, /\/$|chat\/completions/);
    } else {
      assert.equal(vendor.key, undefined, "a key alone cannot make a channel without an address");
    }
    if (vendor.path !== undefined) assert.match(vendor.path, /^\/[a-z/]+$/);
    if (vendor.key !== undefined) assert.match(vendor.key, /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/);
    for (const row of vendor.failures ?? []) assert.equal(new URL(row.source).protocol, "https:");
  });
}

test("no two vendors claim the same bare model names or key variable", () => {
  const patterns = compatibleVendors.flatMap((vendor) => vendor.models ?? []);
  assert.equal(new Set(patterns).size, patterns.length);
  const keys = compatibleVendors.flatMap((vendor) => vendor.key ?? []);
  assert.equal(new Set(keys).size, keys.length);
});

test("a call goes to the channel's base URL with its key, or without one where there is none", () => {
  const call = {
    options: {},
    dialect: "openai-chat",
    model: "m",
    stream: false,
    body: new Uint8Array(),
  } as const;
  const groq = provider("groq").address({
    ...call,
    baseUrl: "https://proxy.example/v1",
    credential: "k",
  });
  assert.deepEqual(groq, {
    url: "https://proxy.example/v1/chat/completions",
    headers: { authorization: "Bearer k" },
  });
  const ollama = provider("ollama");
  assert.deepEqual(ollama.address({ ...call, baseUrl: ollama.baseUrl ?? "", credential: "" }), {
    url: "http://localhost:11434/v1/chat/completions",
    headers: {},
  });
});

const told: readonly [string, number, Json, string][] = [
  ["deepseek", 402, { error: { message: "Insufficient Balance" } }, "upstream.account_exhausted"],
  [
    "deepseek",
    400,
    { error: { message: "This model's maximum context length is 65536 tokens" } },
    "upstream.context_too_long",
  ],
  ["groq", 498, { error: { message: "capacity", type: "x" } }, "upstream.overloaded"],
  ["groq", 400, { error: { code: "tool_use_failed", message: "x" } }, "tool.arguments_invalid"],
  [
    "mistral",
    422,
    { object: "error", message: { detail: [{ loc: ["body", "seed"], msg: "Extra inputs" }] } },
    "upstream.parameter_rejected",
  ],
  [
    "mistral",
    400,
    { object: "error", message: "Invalid model: x", type: "invalid_model", code: "1500" },
    "upstream.model_unknown",
  ],
  [
    "together",
    403,
    { error: { message: "input tokens + max_tokens must be less" } },
    "upstream.context_too_long",
  ],
  ["fireworks", 412, { error: { message: "Account suspended" } }, "upstream.account_exhausted"],
  [
    "xai",
    400,
    { code: "invalid-argument", error: "Incorrect API key provided: xa***" },
    "upstream.credential_rejected",
  ],
  [
    "openrouter",
    200,
    { error: { code: 429, message: "x", metadata: { error_type: "rate_limit_exceeded" } } },
    "upstream.rate_limited",
  ],
  [
    "openrouter",
    402,
    { error: { code: 402, message: "Insufficient credits" } },
    "upstream.account_exhausted",
  ],
  [
    "minimax",
    200,
    { base_resp: { status_code: 1026, status_msg: "x" } },
    "upstream.content_filtered",
  ],
  ["zai", 429, { error: { code: "1113", message: "x" } }, "upstream.account_exhausted"],
  ["zai", 429, { error: { code: "1302", message: "x" } }, "upstream.rate_limited"],
  [
    "alibaba",
    429,
    { error: { code: "insufficient_quota", message: "You exceeded your current quota" } },
    "upstream.rate_limited",
  ],
  [
    "moonshot",
    429,
    { error: { type: "engine_overloaded_error", message: "x" } },
    "upstream.overloaded",
  ],
  ["stepfun", 451, { error: { message: "x" } }, "upstream.content_filtered"],
  ["tgi", 429, { error: "Model is overloaded", error_type: "overloaded" }, "upstream.overloaded"],
  ["ollama", 404, { error: "model 'x' not found" }, "upstream.model_unknown"],
];
for (const [name, status, body, cause] of told) {
  test(`${name}'s ${status} ${JSON.stringify(body).slice(0, 60)} is ${cause}`, () => {
    assert.equal(provider(name).failure({ status, body }).cause, cause);
  });
}

const folder = new URL("../../../test/recorded/documented/", import.meta.url);
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  test(`the documented exchange ${file} belongs to an entry and, if an error, is what it says`, () => {
    const exchange: Json = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    assert.ok(isObject(exchange) && isObject(exchange.response) && isObject(exchange.expect));
    assert.equal(`${exchange.vendor}.json`, file);
    const { status, body } = exchange.response;
    assert.ok(typeof status === "number" && body !== undefined);
    const { failure: expected, param } = exchange.expect;
    const entry = provider(String(exchange.vendor));
    if (expected === undefined) return assert.equal(status, 200);
    assert.ok(typeof expected === "string" && isCause(expected));
    const failure = entry.failure({ status, body });
    assert.equal(failure.cause, expected);
    assert.equal(failure.param, param);
  });
}

const fixtures = new URL("../../../../shared/fixtures/", import.meta.url);
test("the recorded traffic that the table names exists", {
  skip: existsSync(fixtures) ? false : "no folder of fixtures",
}, () => {
  for (const path of compatibleVendors.flatMap((vendor) => vendor.recorded ?? [])) {
    const [kind, name, start] = path.split("/");
    const inside = new URL(start === undefined ? `${kind}/` : `${kind}/${name}/`, fixtures);
    const beginning = start ?? name ?? "";
    assert.ok(
      readdirSync(inside).some((entry) => entry.startsWith(beginning)),
      path,
    );
  }
});
