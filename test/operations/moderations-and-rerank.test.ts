/** POST /v1/moderations and POST /v1/rerank against scripted providers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { errorOf, RunningGateway } from "../support/gateway.ts";
import { fails, ScriptedUpstream, sendJson } from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;

before(async () => {
  await upstream.start();
  const credential = "secret-of-channel";
  const base_url = upstream.url("up");
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: [
      { name: "oai", provider: "openai", base_url, credential },
      { name: "any", provider: "compatible", base_url, credential },
      { name: "coh", provider: "cohere", base_url: base_url.replace(/\/v1$/, ""), credential },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function plays(model: string, answer: JsonObject): void {
  upstream.on(model, ({ response }) => sendJson(response, 200, answer));
}

const verdict = {
  flagged: true,
  categories: { violence: true, "violence/graphic": false },
  category_scores: { violence: 0.9, "violence/graphic": 0.001 },
};

test("moderations go to OpenAI's newest model where none is named, and come back as they are", async () => {
  const told = { id: "modr-1", model: "omni-moderation-2024-09-26", results: [verdict] };
  plays("omni-moderation-latest", told);
  const answer = await gateway.send("/v1/moderations", { body: { input: "I will hurt you." } });
  assert.deepEqual(answer.body, told);
  const [call] = upstream.calls("omni-moderation-latest");
  assert.equal(call?.path, "/up/v1/moderations");
  assert.deepEqual(call?.body, { model: "omni-moderation-latest", input: "I will hurt you." });
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.equal(row.surface, "moderations");
});

test("text and image together are one input, several texts are several", async () => {
  plays("omni-moderation-two", { id: "m", model: "x", results: [verdict] });
  const parts = [
    { type: "text", text: "a" },
    { type: "image_url", image_url: { url: "https://example.com/a.png" } },
  ];
  const one = await gateway.send("/v1/moderations", {
    body: { model: "omni-moderation-two", input: parts },
  });
  assert.equal(one.status, 200, one.text);
  const two = await gateway.send("/v1/moderations", {
    body: { model: "omni-moderation-two", input: ["a", "b"] },
  });
  assert.equal(two.headers.get("x-parley-error"), "upstream.shape_unknown");
});

test("moderation asked of a model that chats, and of an embedding model, is refused", async () => {
  for (const model of ["gpt-4o", "text-embedding-3-small", "sandbox/chat"]) {
    const answer = await gateway.send("/v1/moderations", { body: { model, input: "x" } });
    assert.equal(errorOf(answer).code, "no_compatible_endpoint", answer.text);
    assert.equal(upstream.calls(model).length, 0);
  }
});

const documents = ["Oslo is in Norway.", { text: "Rome is in Italy." }, "Cats purr."];

test("Cohere ranks, and its answer has its units and the documents that were asked for", async () => {
  plays("rerank-v3.5", {
    id: "r1",
    results: [
      { index: 1, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.2 },
    ],
    meta: { api_version: { version: "2" }, billed_units: { search_units: 1 } },
  });
  const answer = await gateway.send("/v1/rerank", {
    body: { model: "rerank-v3.5", query: "Italy?", documents, top_n: 2, return_documents: true },
  });
  const [call] = upstream.calls("rerank-v3.5");
  assert.equal(call?.path, "/up/v2/rerank");
  assert.deepEqual(call?.body, {
    model: "rerank-v3.5",
    query: "Italy?",
    documents: ["Oslo is in Norway.", "Rome is in Italy.", "Cats purr."],
    top_n: 2,
  });
  assert.deepEqual(answer.body, {
    id: "r1",
    object: "list",
    model: "rerank-v3.5",
    results: [
      { index: 1, relevance_score: 0.9, document: { text: "Rome is in Italy." } },
      { index: 0, relevance_score: 0.2, document: { text: "Oslo is in Norway." } },
    ],
    meta: { billed_units: { search_units: 1 } },
  });
});

test("a server of Jina's format answers with its own bytes", async () => {
  const told = {
    model: "jina-reranker",
    usage: { total_tokens: 21 },
    results: [{ index: 2, relevance_score: 0.5, document: { text: "Cats purr." } }],
  };
  plays("jina-reranker", told);
  const answer = await gateway.send("/v1/rerank", {
    body: { model: "any/jina-reranker", query: "cats", documents, vendor_field: true },
  });
  assert.equal(answer.text, JSON.stringify(told));
  const [call] = upstream.calls("jina-reranker");
  assert.equal(call?.path, "/up/v1/rerank");
  assert.equal(call?.body.vendor_field, true);
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.match(JSON.stringify(row.usage), /"input(_tokens)?":21/);
});

test("results under `data` come back under `results`, where clients look for them", async () => {
  plays("listed", {
    object: "list",
    model: "listed",
    data: [{ index: 0, relevance_score: 0.5 }],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
  const answer = await gateway.send("/v1/rerank", {
    body: { model: "any/listed", query: "cats", documents, top_n: 1 },
  });
  assert.deepEqual(answer.body.results, [{ index: 0, relevance_score: 0.5 }]);
  assert.deepEqual(answer.body.usage, { total_tokens: 3 });
});

for (const [what, results] of [
  ["a document that was not sent", [{ index: 7, relevance_score: 1 }]],
  [
    "a document twice",
    [
      { index: 0, relevance_score: 1 },
      { index: 0, relevance_score: 1 },
    ],
  ],
  ["no score", [{ index: 0 }]],
  ["more than were asked for", [0, 1].map((index) => ({ index, relevance_score: 1 }))],
] as const) {
  test(`a ranking with ${what} is no answer`, async () => {
    const model = `rank-${what.replaceAll(" ", "-")}`;
    plays(model, { results: JSON.parse(JSON.stringify(results)) });
    const answer = await gateway.send("/v1/rerank", {
      body: { model: `any/${model}`, query: "x", documents, top_n: 1 },
    });
    assert.equal(answer.headers.get("x-parley-error"), "upstream.shape_unknown", answer.text);
  });
}

test("what rerank cannot carry or does not have is refused before a provider is called", async () => {
  const fields = await gateway.send("/v1/rerank", {
    body: { model: "rerank-fields", query: "x", documents: [{ title: "a", text: "b" }] },
  });
  assert.equal(errorOf(fields).param, "documents[0]", fields.text);
  const chat = await gateway.send("/newapi/v1/rerank", {
    body: { model: "command-a-03-2025", query: "x", documents },
  });
  assert.equal(errorOf(chat).code, "invalid_api_type");
  assert.equal(upstream.calls("rerank-fields").length, 0);
  assert.equal(upstream.calls("command-a-03-2025").length, 0);
});

test("the provider's errors are told with their causes", async () => {
  upstream.on("limited", fails(429, { message: "Slow down", code: "rate_limit_exceeded" }));
  const answer = await gateway.send("/v1/rerank", {
    body: { model: "any/limited", query: "x", documents },
  });
  assert.equal(answer.headers.get("x-parley-error"), "upstream.rate_limited");
});
