/** OpenAI's own SDK, pointed at Parley: what it asks for besides chat. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { ScriptedUpstream, says, sendJson } from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;
let client: OpenAI;

before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: [
      { name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" },
      {
        name: "goo",
        provider: "gemini",
        base_url: upstream.url().replace(/\/v1$/, ""),
        credential: "goo",
      },
    ],
  });
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

test("embeddings come as numbers, though the SDK asks for base64 unless told otherwise", async () => {
  upstream.on("text-embedding-3-small", ({ response }) =>
    // A server that knows only floats.
    sendJson(response, 200, {
      object: "list",
      data: [{ object: "embedding", index: 0, embedding: [0.5, -2] }],
      model: "text-embedding-3-small",
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }),
  );
  const { data, usage } = await client.embeddings.create({
    model: "text-embedding-3-small",
    input: "x",
  });
  assert.equal(upstream.calls("text-embedding-3-small")[0]?.body.encoding_format, "base64");
  assert.deepEqual(data[0]?.embedding, [0.5, -2]);
  assert.equal(usage.total_tokens, 1);
});

test("the sandbox's and Gemini's embeddings are the same whichever way they travel", async () => {
  upstream.on("undefined", ({ response }) =>
    sendJson(response, 200, { embeddings: [{ values: [0.25, 0.5] }] }),
  );
  for (const model of ["sandbox/embed", "gemini-embedding-001"]) {
    const ask = (more: { encoding_format?: "float" }) =>
      client.embeddings.create({ model, input: "a cat sat", dimensions: 2, ...more });
    const [packed, plain] = await Promise.all([ask({}), ask({ encoding_format: "float" })]);
    const [a, b] = [packed, plain].map(({ data }) => data[0]?.embedding ?? []);
    assert.equal(a?.length, 2);
    for (const [at, value] of (a ?? []).entries())
      assert.ok(Math.abs(value - (b?.[at] ?? 9)) < 1e-6, model);
  }
});

test("a model that only chats makes no embeddings", async () => {
  const ask = client.embeddings.create({ model: "gpt-4o", input: "x" });
  await assert.rejects(ask, (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.code, "no_compatible_endpoint");
    assert.equal(error.param, "model");
    return true;
  });
});

test("moderations, one and several", async () => {
  const verdict = {
    flagged: false,
    categories: { violence: false },
    category_scores: { violence: 0 },
  };
  upstream.on("omni-moderation-latest", ({ body, response }) =>
    sendJson(response, 200, {
      id: "modr-1",
      model: "omni-moderation-2024-09-26",
      results: Array.isArray(body.input) ? body.input.map(() => verdict) : [verdict],
    }),
  );
  assert.equal((await client.moderations.create({ input: "Hello." })).results.length, 1);
  const several = await client.moderations.create({
    model: "omni-moderation-latest",
    input: ["Hello.", "Bye."],
  });
  assert.deepEqual(
    several.results.map(({ flagged }) => flagged),
    [false, false],
  );
});

for (const model of ["gpt-4o", "sandbox/chat"]) {
  test(`${model}: a legacy completion and its stream say the same`, async () => {
    upstream.on("gpt-4o", says("there was a fox."));
    const params = { model, prompt: "Once upon a time", max_tokens: 100 };
    const whole = await client.completions.create(params);
    assert.equal(whole.object, "text_completion");
    assert.notEqual(whole.choices[0]?.text, "");
    assert.equal(whole.choices[0]?.finish_reason, "stop");
    assert.ok((whole.usage?.completion_tokens ?? 0) > 0);
    let text = "";
    for await (const chunk of await client.completions.create({ ...params, stream: true }))
      text += chunk.choices[0]?.text ?? "";
    assert.equal(text, whole.choices[0]?.text);
  });
}
