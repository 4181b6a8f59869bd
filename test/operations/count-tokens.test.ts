/** Counting tokens, as Anthropic's and Google's clients ask for it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { errorOf, RunningGateway } from "../support/gateway.ts";
import { type Call, ScriptedUpstream, sendJson } from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;
let last: Call | undefined;

before(async () => {
  await upstream.start();
  const base_url = upstream.url("up").replace(/\/v1$/, "");
  const credential = "secret-of-channel";
  // Google's model stands in the path.
  upstream.on("undefined", (call) => {
    last = call;
    sendJson(call.response, 200, { totalTokens: 31 });
  });
  for (const model of ["claude-opus-4-5", "claude-other"]) {
    upstream.on(model, (call) => {
      last = call;
      sendJson(call.response, 200, { input_tokens: 42 });
    });
  }
  gateway = await RunningGateway.start({
    channels: [
      {
        name: "ant",
        provider: "anthropic",
        base_url,
        credential,
        model_mapping: { "claude-mapped": "claude-other" },
      },
      { name: "goo", provider: "gemini", base_url, credential },
      { name: "oai", provider: "openai", base_url: upstream.url("up"), credential },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const messages = [{ role: "user", content: "How long is this?" }];
const contents = [{ role: "user", parts: [{ text: "How long is this?" }] }];

function count(model: string, more = {}, headers = {}) {
  return gateway.send("/v1/messages/count_tokens", { body: { model, messages, ...more }, headers });
}
function countAsGoogle(model: string, body = {}) {
  return gateway.send(`/v1beta/models/${model}:countTokens`, { body: { contents, ...body } });
}

test("Anthropic counts its own models' tokens, from the client's own bytes", async () => {
  const answer = await count(
    "claude-opus-4-5",
    { system: "Be short.", thinking: { type: "enabled", budget_tokens: 2000 } },
    { "anthropic-version": "2023-06-01", "anthropic-beta": "some-beta" },
  );
  assert.deepEqual(answer.body, { input_tokens: 42 });
  assert.equal(answer.headers.get("x-parley-warnings"), null);
  assert.equal(last?.path, "/up/v1/messages/count_tokens");
  assert.equal(last?.headers["anthropic-beta"], "some-beta");
  assert.deepEqual(last?.body, {
    model: "claude-opus-4-5",
    messages,
    system: "Be short.",
    thinking: { type: "enabled", budget_tokens: 2000 },
  });
});

test("a mapped model is asked for by the provider's name", async () => {
  assert.equal((await count("claude-mapped")).status, 200);
  assert.equal(last?.body.model, "claude-other");
});

test("Google's client has Anthropic count, without what only shapes the answer", async () => {
  const answer = await countAsGoogle("claude-opus-4-5");
  assert.deepEqual(answer.body, { totalTokens: 42 });
  assert.deepEqual(last?.body, { model: "claude-opus-4-5", messages });
});

test("Anthropic's client has Google count a whole request", async () => {
  const answer = await count("gemini-3-pro", { system: "Be short." });
  assert.deepEqual(answer.body, { input_tokens: 31 }, answer.text);
  assert.equal(last?.path, "/up/v1beta/models/gemini-3-pro:countTokens");
  assert.match(
    JSON.stringify(last?.body.generateContentRequest),
    /"model":"models\/gemini-3-pro".*|"systemInstruction"/,
  );
  assert.match(JSON.stringify(last?.body), /Be short\./);
});

test("Google's client may send a whole request", async () => {
  const answer = await countAsGoogle("gemini-3-pro", {
    contents: undefined,
    generateContentRequest: { model: "models/gemini-3-pro", contents },
  });
  assert.deepEqual(answer.body, { totalTokens: 31 }, answer.text);
});

for (const model of ["sandbox/chat", "gpt-4o"]) {
  test(`${model}: nobody counts, so the figure is an estimate and says so`, async () => {
    const short = await count(model);
    assert.equal(short.status, 200, short.text);
    assert.match(short.headers.get("x-parley-warnings") ?? "", /tokens_estimated/);
    const long = await count(model, { system: "word ".repeat(400) });
    const [a, b] = [Number(short.body.input_tokens), Number(long.body.input_tokens)];
    assert.ok(a >= 5 && a < 20, `${a}`);
    assert.ok(b - a >= 400 && b - a < 600, `${b}`);
    const google = await countAsGoogle(encodeURIComponent(model));
    assert.equal(google.body.totalTokens, a);
    assert.match(google.headers.get("x-parley-warnings") ?? "", /tokens_estimated/);
    assert.equal(upstream.calls(model).length, 0);
  });
}

test("what cannot be counted is refused in the client's own envelope", async () => {
  const embedding = await count("sandbox/embed");
  assert.equal(embedding.body.type, "error", embedding.text);
  assert.equal(embedding.headers.get("x-parley-error"), "model.no_endpoint");
  const without = await gateway.send("/v1/messages/count_tokens", { body: { model: "gpt-4o" } });
  assert.equal(without.status, 400);
  assert.equal(errorOf(without).type, "invalid_request_error");
  const unknown = await countAsGoogle("nobody-has-this");
  assert.equal(errorOf(unknown).status, "NOT_FOUND", unknown.text);
});

test("an answer without a count is no answer", async () => {
  upstream.on("claude-broken", ({ response }) => sendJson(response, 200, { tokens: "many" }));
  const answer = await count("claude-broken");
  assert.equal(answer.headers.get("x-parley-error"), "upstream.shape_unknown");
});
