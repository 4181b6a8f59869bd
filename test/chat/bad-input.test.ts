/** Bad bodies and paths, under each prefix: each gets its own failure, at once, and the next request works. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { errorOf, prefixed, prefixes, RunningGateway } from "../support/gateway.ts";
import { assertFailure, assertServes } from "../support/judge.ts";
import { ScriptedUpstream } from "../support/upstream.ts";
import { BODY_BYTES, badBodies } from "./bad-bodies.ts";

/** What is bad is told within this many milliseconds. */
const AT_ONCE = 2000;

let gateway: RunningGateway;
const upstream = new ScriptedUpstream();

before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    limits: { body_bytes: BODY_BYTES },
    channels: [{ name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" }],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

for (const { what, cause, status, param, body, headers } of badBodies) {
  test(`${what}: ${cause}`, async () => {
    for (const prefix of prefixed) {
      const started = performance.now();
      const answer = await gateway.send(`${prefixes[prefix]}/chat/completions`, {
        method: "POST",
        headers,
        body,
      });
      assert.ok(performance.now() - started < AT_ONCE, "at once");
      assertFailure(answer, prefix, cause, { status, param });
    }
    await assertServes(gateway);
  });
}

/** Strange, but nothing is wrong with it. */
const harmless: { what: string; body: string | Uint8Array; headers?: Record<string, string> }[] = [
  {
    what: "10,000 unknown fields",
    body: chatText(Array.from({ length: 10_000 }, (_, i) => `"f${i}":1`).join(",")),
  },
  {
    what: "__proto__ and constructor",
    body: chatText('"__proto__":{"stream":true},"constructor":1'),
  },
  {
    what: "1e999 and a very long integer",
    body: chatText(`"far":1e999,"long":${"9".repeat(400)}`),
  },
  {
    what: "no content type's parameters but case",
    body: chatText('"a":1'),
    headers: { "content-type": "Application/JSON; Charset=UTF-8" },
  },
  {
    what: "valid gzip",
    body: gzipSync(chatText('"a":1')),
    headers: { "content-encoding": "gzip" },
  },
  { what: "half a surrogate pair in the text", body: chatText('"user":"\\ud800"') },
];

function chatText(more: string): string {
  return `{"model":"openai/good","messages":[{"role":"user","content":"Hello"}],${more}}`;
}

for (const { what, body, headers } of harmless) {
  test(`${what}: served`, async () => {
    for (const prefix of prefixed) {
      const answer = await gateway.send(`${prefixes[prefix]}/chat/completions`, { headers, body });
      assert.equal(answer.status, 200, `${prefix}: ${answer.text}`);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
    }
  });
}

test("a model that is named twice is one model for every reader", async () => {
  const answer = await gateway.send("/v1/chat/completions", {
    body: '{"model":"openai/first","messages":[{"role":"user","content":"Hello"}],"model":"openai/second"}',
  });
  assert.equal(answer.status, 200, answer.text);
  const [call] = upstream.calls("second");
  assert.doesNotMatch(call?.bytes.toString() ?? "first", /first/);
});

test("what is named twice is sent as it was checked, whichever of the two a reader takes", async () => {
  const answer = await gateway.send("/v1/chat/completions", {
    body: '{"model":"gpt-first","messages":[{"role":"user","content":"1st"}],"n":1,"model":"gpt-5","messages":[{"role":"user","content":"2nd"}]}',
  });
  assert.equal(answer.status, 200, answer.text);
  const sent = upstream.calls("gpt-5")[0]?.bytes.toString() ?? "";
  assert.match(sent, /2nd/);
  assert.doesNotMatch(sent, /gpt-first|1st/);
});

test("an unknown path and a wrong verb are told apart", async () => {
  for (const prefix of prefixed) {
    const base = prefixes[prefix];
    assertFailure(await gateway.send(`${base}/chat/completionz`), prefix, "request.path_unknown", {
      status: 404,
    });
    const wrong = await gateway.send(`${base}/chat/completions`);
    assertFailure(wrong, prefix, "request.method_wrong", { status: 405 });
    assert.equal(wrong.headers.get("allow"), "POST");
    const models = await gateway.send(`${base}/models`, { method: "DELETE" });
    assertFailure(models, prefix, "request.method_wrong", { status: 405 });
    assert.equal(models.headers.get("allow"), "GET, HEAD");
  }
});

test("what the model was called is quoted, cut, and never broken", async () => {
  const long = await gateway.chat({ model: "é".repeat(5000) });
  assert.ok(String(errorOf(long).message).length < 400, String(errorOf(long).message));
});
