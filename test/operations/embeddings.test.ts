/** POST /v1/embeddings against the sandbox and scripted providers of each format. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { errorOf, RunningGateway } from "../support/gateway.ts";
import { type Call, fails, ScriptedUpstream, sendJson } from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;

before(async () => {
  await upstream.start();
  const root = upstream.url("up").replace(/\/v1$/, "");
  const channel = { base_url: upstream.url("up"), credential: "secret-of-channel" };
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: [
      { ...channel, name: "oai", provider: "openai" },
      { ...channel, name: "any", provider: "compatible" },
      { ...channel, name: "goo", provider: "gemini", base_url: root },
      { ...channel, name: "coh", provider: "cohere", base_url: root },
      { ...channel, name: "ant", provider: "anthropic", base_url: root },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function embed(body: JsonObject, prefix = "/v1") {
  return gateway.send(`${prefix}/embeddings`, { body });
}

/** An answer of OpenAI's. */
function vectors(...embeddings: Json[]): JsonObject {
  return {
    object: "list",
    data: embeddings.map((embedding, index) => ({ object: "embedding", index, embedding })),
    model: "served-embedding",
    usage: { prompt_tokens: 9, total_tokens: 9 },
  };
}

function plays(model: string, answer: JsonObject): void {
  upstream.on(model, ({ response }) => sendJson(response, 200, answer));
}

const base64 = Buffer.from(new Float32Array([0.5, -2]).buffer).toString("base64");

test("OpenAI's answer passes through byte for byte, and its usage is written down", async () => {
  const sent = `{ "model": "text-embedding-3-small", "input": ["a", "b"],  "vendor_field": 1 }`;
  const told = `{"object":"list", "data":[{"object":"embedding","index":0,"embedding":[1e-1,2]},{"object":"embedding","index":1,"embedding":[3,4]}],"model":"served-embedding","usage":{"prompt_tokens":9,"total_tokens":9}}`;
  upstream.on("text-embedding-3-small", ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(told);
  });
  const answer = await gateway.send("/v1/embeddings", { body: sent });
  assert.equal(answer.text, told);
  const [call] = upstream.calls("text-embedding-3-small");
  assert.equal(call?.path, "/up/v1/embeddings");
  assert.equal(call?.bytes.toString(), sent);
  assert.equal(call?.headers.authorization, "Bearer secret-of-channel");
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.equal(row.surface, "embeddings");
  assert.equal(row.model_served, "served-embedding");
  assert.match(JSON.stringify(row.usage), /"input(_tokens)?":9/);
});

test("vectors come in the encoding that was asked for, whichever the provider gives", async () => {
  plays("floats", vectors([0.5, -2]));
  plays("texts", vectors(base64));
  const ask = async (model: string, encoding: string) =>
    (await embed({ model: `any/${model}`, input: "x", encoding_format: encoding })).text;
  for (const model of ["floats", "texts"]) {
    assert.match(await ask(model, "float"), /"embedding":\[0\.5,-2\]/);
    assert.ok((await ask(model, "base64")).includes(`"embedding":"${base64}"`));
  }
});

test("Gemini is asked by batchEmbedContents and answers in OpenAI's shape", async () => {
  // The model stands in the path.
  let call: Call | undefined;
  upstream.on("undefined", (came) => {
    call = came;
    sendJson(came.response, 200, { embeddings: [{ values: [1, 0] }, { values: [0, 1] }] });
  });
  const answer = await embed({
    model: "gemini-embedding-001",
    input: ["one", "two"],
    dimensions: 2,
    user: "someone",
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(call?.path, "/up/v1beta/models/gemini-embedding-001:batchEmbedContents");
  assert.deepEqual(call?.body.requests, [
    {
      model: "models/gemini-embedding-001",
      content: { parts: [{ text: "one" }] },
      outputDimensionality: 2,
    },
    {
      model: "models/gemini-embedding-001",
      content: { parts: [{ text: "two" }] },
      outputDimensionality: 2,
    },
  ]);
  assert.deepEqual(answer.body.data, [
    { object: "embedding", index: 0, embedding: [1, 0] },
    { object: "embedding", index: 1, embedding: [0, 1] },
  ]);
  assert.equal(answer.headers.get("x-parley-warnings"), "field_dropped:user");
});

test("Cohere is asked with the use of the vectors and answers in OpenAI's shape", async () => {
  plays("embed-v4.0", {
    id: "e1",
    embeddings: { float: [[0.5, -2]] },
    texts: ["one"],
    meta: { billed_units: { input_tokens: 3 } },
  });
  const answer = await embed({ model: "embed-v4.0", input: "one", encoding_format: "base64" });
  const [call] = upstream.calls("embed-v4.0");
  assert.equal(call?.path, "/up/v2/embed");
  assert.deepEqual(call?.body, {
    model: "embed-v4.0",
    texts: ["one"],
    input_type: "search_document",
    embedding_types: ["float"],
  });
  assert.deepEqual(answer.body, {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: base64 }],
    model: "embed-v4.0",
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
});

test("token numbers go to OpenAI's tokenizer and to no other", async () => {
  plays("tokens", vectors([1]));
  assert.equal((await embed({ model: "any/tokens", input: [1, 2, 3] })).status, 200);
  const refused = await embed({ model: "embed-tokens", input: [[1, 2, 3]] });
  assert.equal(refused.status, 400);
  assert.equal(errorOf(refused).param, "input");
  assert.equal(upstream.calls("embed-tokens").length, 0);
});

test("the sandbox gives the same unit vector for the same text, in the size asked for", async () => {
  const ask = (input: Json, dimensions: number) =>
    embed({ model: "sandbox/embed", input, dimensions });
  const [one, again] = await Promise.all([ask("a cat sat", 64), ask("a cat sat", 64)]);
  assert.equal(one.text, again.text);
  const [near, far] = await Promise.all([ask("a cat stood", 64), ask("quantum fields", 64)]);
  const [a, b, c] = [one, near, far].map(({ body }) => vectorIn(body));
  assert.equal(a?.length, 64);
  assert.ok(Math.abs(dot(a, a) - 1) < 1e-9);
  assert.ok(dot(a, b) > dot(a, c), "texts with words in common lie nearer");
});

function vectorIn(body: JsonObject): number[] {
  const found: { embedding: number[] }[] = JSON.parse(JSON.stringify(body.data));
  return found[0]?.embedding ?? [];
}

function dot(a: number[] = [], b: number[] = []): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

test("the sandbox's embeddings fail on demand", async () => {
  const answer = await embed({ model: "sandbox/embed;fail=upstream.overloaded", input: "x" });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("x-parley-simulated"), "true");
});

for (const model of [
  "sandbox/chat",
  "gpt-4o",
  "gemini-3-pro",
  "command-a-03-2025",
  "claude-opus-4-5",
]) {
  test(`${model} only chats: embeddings are refused before a provider is called`, async () => {
    const native = await embed({ model, input: "x" });
    assert.equal(errorOf(native).code, "no_compatible_endpoint", native.text);
    assert.equal(native.headers.get("x-parley-error"), "model.no_endpoint");
    const newapi = await embed({ model, input: "x" }, "/newapi/v1");
    assert.equal(errorOf(newapi).code, "invalid_api_type", newapi.text);
    assert.equal(upstream.calls(model).length, 0);
  });
}

for (const model of ["sandbox/embed", "text-embedding-3-large", "embed-v4.0"]) {
  test(`${model} does not chat`, async () => {
    const before = upstream.calls(model).length;
    const answer = await gateway.chat({ model });
    assert.equal(errorOf(answer).code, "no_compatible_endpoint", answer.text);
    assert.equal(upstream.calls(model).length, before);
  });
}

const faults: [string, string, JsonObject | string][] = [
  ["an empty body", "upstream.empty", ""],
  ["an empty object", "upstream.empty", {}],
  ["no vectors", "upstream.empty", vectors()],
  ["HTML", "upstream.not_json", "<html><body>Bad gateway</body></html>"],
  ["too few vectors", "upstream.shape_unknown", vectors([1])],
  ["too many vectors", "upstream.shape_unknown", vectors([1], [2], [3])],
  ["words for a vector", "upstream.shape_unknown", vectors([1], "not base64!")],
  ["an empty vector", "upstream.shape_unknown", vectors([1], [])],
  [
    "one input twice",
    "upstream.shape_unknown",
    {
      ...vectors([1]),
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [2] },
      ],
    },
  ],
  ["another shape", "upstream.shape_unknown", { result: "fine" }],
  [
    "an error in a 200",
    "upstream.rate_limited",
    {
      error: { message: "slow down", type: "rate_limit", code: "rate_limit_exceeded", status: 429 },
    },
  ],
];
for (const [what, cause, body] of faults) {
  test(`${what} is told as ${cause}`, async () => {
    const model = `fault-${what.replaceAll(" ", "-")}`;
    upstream.on(model, ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
    const answer = await embed({ model: `any/${model}`, input: ["a", "b"] });
    assert.equal(answer.headers.get("x-parley-error"), cause, answer.text);
    assert.ok(answer.status >= 400);
  });
}

test("a provider's error is told as in chat, without its secrets", async () => {
  upstream.on(
    "denied",
    fails(401, { message: "Bad key secret-of-channel", code: "invalid_api_key" }),
  );
  const answer = await embed({ model: "oai/denied", input: "x" });
  assert.equal(answer.headers.get("x-parley-error"), "upstream.credential_rejected");
  assert.ok(!answer.text.includes("secret-of-channel"));
});

for (const [what, body, param] of [
  ["no input", { model: "sandbox/embed" }, "input"],
  ["no model", { input: "x" }, "model"],
  ["an input that is a number", { model: "sandbox/embed", input: 5 }, "input"],
  [
    "an encoding of its own",
    { model: "sandbox/embed", input: "x", encoding_format: "hex" },
    "encoding_format",
  ],
  ["no dimensions", { model: "sandbox/embed", input: "x", dimensions: 0 }, "dimensions"],
] as const) {
  test(`${what} is refused, and the field is named`, async () => {
    const answer = await embed(body);
    assert.equal(answer.status, 400);
    assert.equal(errorOf(answer).param, param, answer.text);
  });
}
