/** Bad bodies and bad credentials, under each prefix: each gets its own failure, at once, and the next request works. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "../../src/core/json.ts";
import type { Cause } from "../../src/failures/catalogue/index.ts";
import {
  type Answer,
  errorOf,
  KEY,
  type Prefixed,
  prefixed,
  prefixes,
  RunningGateway,
} from "../support/gateway.ts";
import { assertFailure, assertServes } from "../support/judge.ts";
import { RawConnection, requestHead } from "../support/raw-http.ts";
import { ScriptedUpstream } from "../support/upstream.ts";

const BODY_BYTES = 200_000;
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

const hello = [{ role: "user", content: "Hello" }];

interface Bad {
  what: string;
  cause: Cause;
  /** Under the native contract. */
  status: number;
  param?: string;
  body: string | Uint8Array | JsonObject;
  headers?: Record<string, string>;
}

const bodies: Bad[] = [
  { what: "no JSON", cause: "request.json_invalid", status: 400, body: "{nothing of the kind" },
  { what: "JSON cut short", cause: "request.json_invalid", status: 400, body: '{"model":"sand' },
  {
    what: "JSON and then more",
    cause: "request.json_invalid",
    status: 400,
    body: '{"model":"sandbox/chat"} {}',
  },
  { what: "an empty body", cause: "request.body_missing", status: 400, body: "" },
  { what: "blanks alone", cause: "request.json_invalid", status: 400, body: "  \n" },
  { what: "an array", cause: "request.json_not_object", status: 400, body: "[]" },
  { what: "null", cause: "request.json_not_object", status: 400, body: "null" },
  { what: "a number", cause: "request.json_not_object", status: 400, body: "1" },
  {
    what: "no model",
    cause: "request.field_missing",
    status: 400,
    param: "model",
    body: { messages: hello },
  },
  {
    what: "no messages",
    cause: "request.field_missing",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat" },
  },
  {
    what: "no messages in the list",
    cause: "request.field_value",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat", messages: [] },
  },
  {
    what: "an empty model name",
    cause: "request.field_value",
    status: 400,
    param: "model",
    body: { model: "", messages: hello },
  },
  {
    what: "a model that is a number",
    cause: "request.field_type",
    status: 400,
    param: "model",
    body: { model: 7, messages: hello },
  },
  {
    what: "a null model",
    cause: "request.field_type",
    status: 400,
    param: "model",
    body: { model: null, messages: hello },
  },
  {
    what: "messages that are text",
    cause: "request.field_type",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat", messages: "Hello" },
  },
  {
    what: "a message that is text",
    cause: "request.field_type",
    status: 400,
    param: "messages[1]",
    body: { model: "sandbox/chat", messages: [...hello, "Hello"] },
  },
  {
    what: "a message without a role",
    cause: "request.field_missing",
    status: 400,
    param: "messages[0].role",
    body: { model: "sandbox/chat", messages: [{ content: "Hello" }] },
  },
  {
    what: "a role that nobody has",
    cause: "request.field_value",
    status: 400,
    param: "messages[0].role",
    body: { model: "sandbox/chat", messages: [{ role: "wizard", content: "Hello" }] },
  },
  {
    what: "an image's address that is a number",
    cause: "request.field_type",
    status: 400,
    param: "messages[0].content[1].image_url.url",
    body: {
      model: "sandbox/vision",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: 7 } },
          ],
        },
      ],
    },
  },
  {
    what: "an image without an address",
    cause: "request.field_missing",
    status: 400,
    param: "messages[0].content[1].image_url",
    body: {
      model: "sandbox/vision",
      messages: [
        { role: "user", content: [{ type: "text", text: "What is it?" }, { type: "image_url" }] },
      ],
    },
  },
  {
    what: "a temperature that is text",
    cause: "request.field_type",
    status: 400,
    param: "temperature",
    body: { model: "sandbox/chat", messages: hello, temperature: "hot" },
  },
  {
    what: "stream that is text",
    cause: "request.field_type",
    status: 400,
    param: "stream",
    body: { model: "sandbox/chat", messages: hello, stream: "yes" },
  },
  {
    what: "a tool without a name",
    cause: "request.field_missing",
    status: 400,
    param: "tools[0].function.name",
    body: {
      model: "sandbox/tools",
      messages: hello,
      tools: [{ type: "function", function: { parameters: { type: "object" } } }],
    },
  },
  {
    what: "an unknown field of gateway",
    cause: "request.field_unknown",
    status: 400,
    param: "gateway.retry",
    body: { model: "sandbox/chat", messages: hello, gateway: { retry: 3 } },
  },
  {
    what: "an unknown model",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "no-such-model", messages: hello },
  },
  {
    what: "a model of a provider that is not configured",
    cause: "model.no_offering_usable",
    status: 503,
    param: "model",
    body: { model: "anthropic/claude", messages: hello },
  },
  {
    what: "a NUL in the model's name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "sand\u0000box", messages: hello },
  },
  {
    what: "half a surrogate pair as the model's name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: '{"model":"\\ud800","messages":[{"role":"user","content":"Hello"}]}',
  },
  {
    what: "a model's name in Greek",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "μοντέλο/🦜", messages: hello },
  },
  {
    what: "a very long model name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "m".repeat(100_000), messages: hello },
  },
  {
    what: "a model that is named like a property of every object",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "__proto__", messages: hello },
  },
  {
    what: "a body over the limit",
    cause: "request.body_too_large",
    status: 413,
    body: { model: "sandbox/chat", messages: [{ role: "user", content: "x".repeat(BODY_BYTES) }] },
  },
  {
    what: "a small body that grows over the limit",
    cause: "request.body_too_large",
    status: 413,
    body: gzipSync(Buffer.alloc(50_000_000, 0x20)),
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "a wrong content type",
    cause: "request.content_type",
    status: 400,
    body: '{"model":"sandbox/chat","messages":[]}',
    headers: { "content-type": "text/plain" },
  },
  {
    what: "a form",
    cause: "request.content_type",
    status: 400,
    body: "model=sandbox/chat",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  {
    what: "another character set",
    cause: "request.content_type",
    status: 400,
    body: "{}",
    headers: { "content-type": "application/json; charset=utf-16" },
  },
  {
    what: "JSON that is nested 90,000 levels deep",
    cause: "request.json_too_deep",
    status: 400,
    body: `{"model":"sandbox/chat","messages":${"[".repeat(90_000)}${"]".repeat(90_000)}}`,
  },
  {
    what: "nesting that never ends",
    cause: "request.json_too_deep",
    status: 400,
    body: "[".repeat(100_000),
  },
  {
    what: "bytes that are not UTF-8",
    cause: "request.utf8_invalid",
    status: 400,
    body: Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  },
  {
    what: "a surrogate in UTF-8",
    cause: "request.utf8_invalid",
    status: 400,
    body: Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  },
  {
    what: "corrupt gzip",
    cause: "request.body_unreadable",
    status: 400,
    body: "not gzip at all",
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "gzip that ends too early",
    cause: "request.body_unreadable",
    status: 400,
    body: gzipSync('{"model":"sandbox/chat"}').subarray(0, -6),
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "a content encoding that nobody knows",
    cause: "request.body_unreadable",
    status: 400,
    body: "{}",
    headers: { "content-encoding": "rot13" },
  },
];

for (const { what, cause, status, param, body, headers } of bodies) {
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

interface Credential {
  what: string;
  headers: readonly (readonly [string, string])[];
  query?: string;
  cause: Cause | "none";
}

const good = `Bearer ${KEY}`;
const credentials: Credential[] = [
  { what: "none", headers: [], cause: "key.missing" },
  { what: "an empty bearer", headers: [["authorization", "Bearer "]], cause: "key.missing" },
  { what: "an empty header", headers: [["authorization", ""]], cause: "key.missing" },
  {
    what: "Basic",
    headers: [["authorization", "Basic dXNlcjpwdw=="]],
    cause: "key.header_unreadable",
  },
  {
    what: "a key without its scheme",
    headers: [["authorization", KEY]],
    cause: "key.header_unreadable",
  },
  {
    what: "two Authorization headers",
    headers: [
      ["authorization", good],
      ["authorization", good],
    ],
    cause: "key.header_unreadable",
  },
  {
    what: "two x-api-key headers",
    headers: [
      ["x-api-key", KEY],
      ["x-api-key", KEY],
    ],
    cause: "key.header_unreadable",
  },
  {
    what: "?key= twice",
    headers: [],
    query: `?key=${KEY}&key=${KEY}`,
    cause: "key.header_unreadable",
  },
  {
    what: "another's key",
    headers: [["authorization", "Bearer somebody-elses-key"]],
    cause: "key.unknown",
  },
  {
    what: "a key with a mistake in it",
    headers: [["authorization", `Bearer prl_${"0".repeat(42)}`]],
    cause: "key.malformed",
  },
  {
    what: "a key in quotes",
    headers: [["authorization", `Bearer "${KEY}"`]],
    cause: "key.malformed",
  },
  {
    what: "a bad Authorization before a good x-api-key",
    headers: [
      ["authorization", "Bearer other-key"],
      ["x-api-key", KEY],
    ],
    cause: "key.unknown",
  },
  {
    what: "a bad x-api-key before a good x-goog-api-key",
    headers: [
      ["x-api-key", "other-key"],
      ["x-goog-api-key", KEY],
    ],
    cause: "key.unknown",
  },
  {
    what: "a bad x-goog-api-key before a good ?key=",
    headers: [["x-goog-api-key", "other-key"]],
    query: `?key=${KEY}`,
    cause: "key.unknown",
  },
  {
    what: "a good Authorization before a repeated x-api-key",
    headers: [
      ["authorization", good],
      ["x-api-key", "a"],
      ["x-api-key", "b"],
    ],
    cause: "none",
  },
  { what: "bearer in small letters", headers: [["authorization", `bearer ${KEY}`]], cause: "none" },
  { what: "x-api-key", headers: [["x-api-key", KEY]], cause: "none" },
  { what: "x-goog-api-key", headers: [["x-goog-api-key", KEY]], cause: "none" },
  { what: "?key=", headers: [], query: `?key=${KEY}`, cause: "none" },
];

for (const { what, headers, query = "", cause } of credentials) {
  test(`credential: ${what}: ${cause === "none" ? "served" : cause}`, async () => {
    for (const prefix of prefixed) {
      const answer = await rawChat(prefix, headers, query);
      if (cause === "none") assert.equal(answer.status, 200, answer.text);
      else {
        assertFailure(answer, prefix, cause, { status: 401 });
        assert.doesNotMatch(answer.text, new RegExp(KEY), "no key is repeated");
      }
    }
  });
}

async function rawChat(
  prefix: Prefixed,
  headers: readonly (readonly [string, string])[],
  query: string,
): Promise<Answer> {
  const body = JSON.stringify({ model: "sandbox/chat", messages: hello });
  const connection = new RawConnection(gateway.port);
  const line = `POST ${prefixes[prefix]}/chat/completions${query}`;
  connection.write(
    requestHead(line, [["content-type", "application/json"], ...headers], body.length) + body,
  );
  const answer = await connection.answer({ ms: AT_ONCE });
  connection.close();
  return answer;
}

test("what the model was called is quoted, cut, and never broken", async () => {
  const long = await gateway.chat({ model: "é".repeat(5000) });
  assert.ok(String(errorOf(long).message).length < 400, String(errorOf(long).message));
});
