/** :embedContent and :batchEmbedContents, as Google's clients ask. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { errorOf, RunningGateway } from "../support/gateway.ts";
import { type Call, ScriptedUpstream, sendJson } from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;
let last: Call | undefined;

before(async () => {
  await upstream.start();
  const credential = "secret-of-channel";
  upstream.on("undefined", (call) => {
    last = call;
    const requests = Array.isArray(call.body.requests) ? call.body.requests : [];
    sendJson(call.response, 200, { embeddings: requests.map((_, at) => ({ values: [at, 1] })) });
  });
  gateway = await RunningGateway.start({
    channels: [
      {
        name: "goo",
        provider: "gemini",
        base_url: upstream.url("up").replace(/\/v1$/, ""),
        credential,
      },
      { name: "oai", provider: "openai", base_url: upstream.url("up"), credential },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function embed(model: string, body: JsonObject, action = "embedContent") {
  return gateway.send(`/v1beta/models/${model}:${action}`, { body });
}
const content = { parts: [{ text: "one" }] };

test("one content goes to Google with its task, its title and its size", async () => {
  const answer = await embed("gemini-embedding-001", {
    content,
    taskType: "RETRIEVAL_DOCUMENT",
    title: "A title",
    output_dimensionality: 2,
  });
  assert.deepEqual(answer.body, { embedding: { values: [0, 1] } }, answer.text);
  assert.equal(last?.path, "/up/v1beta/models/gemini-embedding-001:batchEmbedContents");
  assert.deepEqual(last?.body, {
    requests: [
      {
        model: "models/gemini-embedding-001",
        content,
        taskType: "RETRIEVAL_DOCUMENT",
        title: "A title",
        outputDimensionality: 2,
      },
    ],
  });
});

test("pictures go to Google as they are, and to nobody else", async () => {
  const picture = { parts: [{ inlineData: { mimeType: "image/png", data: "aGk=" } }] };
  assert.equal((await embed("gemini-embedding-2", { content: picture })).status, 200);
  assert.match(
    JSON.stringify(last?.body),
    /"inlineData":\{"mimeType":"image\/png","data":"aGk="\}/,
  );
  const refused = await embed("text-embedding-3-small", { content: picture });
  assert.equal(refused.headers.get("x-parley-error"), "request.not_expressible", refused.text);
  assert.equal(upstream.calls("text-embedding-3-small").length, 0);
});

test("a batch reaches OpenAI and comes back in Google's shape", async () => {
  upstream.on("text-embedding-3-large", ({ response }) =>
    sendJson(response, 200, {
      object: "list",
      model: "text-embedding-3-large",
      data: [
        { object: "embedding", index: 1, embedding: [0, 1] },
        { object: "embedding", index: 0, embedding: [1, 0] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    }),
  );
  const model = "models/text-embedding-3-large";
  const answer = await embed(
    "text-embedding-3-large",
    {
      requests: [
        { model, content },
        { model, content: { parts: [{ text: "two" }] } },
      ],
    },
    "batchEmbedContents",
  );
  assert.deepEqual(answer.body, {
    embeddings: [{ values: [1, 0] }, { values: [0, 1] }],
    usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
  });
  assert.deepEqual(upstream.calls("text-embedding-3-large")[0]?.body.input, ["one", "two"]);
});

test("the sandbox embeds, and a model that chats does not", async () => {
  const answer = await embed("sandbox%2Fembed", { content, outputDimensionality: 8 });
  const { embedding } = answer.body;
  const values = isObject(embedding) && Array.isArray(embedding.values) ? embedding.values : [];
  assert.equal(values.length, 8);
  const chat = await embed("gemini-3-pro", { content });
  assert.equal(chat.headers.get("x-parley-error"), "model.no_endpoint");
  assert.equal(errorOf(chat).code, chat.status);
});

for (const [what, body, action] of [
  ["no content", {}, "embedContent"],
  ["an unknown task", { content, taskType: "GUESS" }, "embedContent"],
  ["another model than the path's", { content, model: "models/other" }, "embedContent"],
  ["an empty batch", { requests: [] }, "batchEmbedContents"],
  [
    "two sizes in one batch",
    { requests: [{ content }, { content, outputDimensionality: 3 }] },
    "batchEmbedContents",
  ],
] as const) {
  test(`${what} is refused`, async () => {
    const answer = await embed("sandbox/embed", JSON.parse(JSON.stringify(body)), action);
    assert.equal(answer.status, 400, answer.text);
    assert.equal(errorOf(answer).status, "INVALID_ARGUMENT");
  });
}
