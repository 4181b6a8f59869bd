/** What reaches the provider, what becomes of it when the client leaves or dawdles, and what survives a kill. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { KEY, RunningGateway, until } from "../support/gateway.ts";
import { RawConnection, requestHead } from "../support/raw-http.ts";
import {
  beginStream,
  chunk,
  after as later,
  type Script,
  ScriptedUpstream,
  says,
  silent,
} from "../support/upstream.ts";

let gateway: RunningGateway;
const upstream = new ScriptedUpstream();
before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    channels: [{ name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" }],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const hello = [{ role: "user", content: "Hello" }];

for (const stream of [false, true]) {
  test(`a client that leaves ${stream ? "a stream before content" : "before the answer"} ends the provider's call`, async () => {
    const model = `left-${stream}`;
    upstream.on(model, silent);
    const abort = new AbortController();
    const asked = gateway.fetch("/v1/chat/completions", {
      body: { model: `openai/${model}`, messages: hello, stream },
      signal: abort.signal,
    });
    asked.catch(() => undefined);
    await until(() => upstream.calls(model).length === 1, 1000, "the provider is called");
    abort.abort();
    await assert.rejects(asked);
    const [call] = upstream.calls(model);
    await until(() => call?.lostAt !== undefined, 1000, "the provider's call is ended");
    const row = await gateway.rowOf(`openai/${model}`);
    assert.deepEqual([row.status, row.cause], [0, "client.disconnected"]);
  });
}

test("a client that leaves in mid-stream ends the provider's call", async () => {
  upstream.on("left-middle", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { content: "Once upon a time" }));
  });
  const abort = new AbortController();
  const response = await gateway.fetch("/v1/chat/completions", {
    body: { model: "openai/left-middle", messages: hello, stream: true },
    signal: abort.signal,
  });
  const first = await response.body?.getReader().read();
  assert.match(Buffer.from(first?.value ?? []).toString(), /Once upon/);
  abort.abort();
  const [call] = upstream.calls("left-middle");
  await until(() => call?.lostAt !== undefined, 1000, "the provider's call is ended");
  assert.equal((await gateway.rowOf("openai/left-middle")).status, 0);
});

test("a client that leaves while a retry is waited for is not called for again", async () => {
  upstream.on("left-waiting", ({ response }) => {
    response.writeHead(429, { "retry-after": "1" }).end("{}");
  });
  const abort = new AbortController();
  const asked = gateway.fetch("/v1/chat/completions", {
    body: { model: "openai/left-waiting", messages: hello },
    signal: abort.signal,
  });
  asked.catch(() => undefined);
  await until(() => upstream.calls("left-waiting").length === 1, 1000, "the first call");
  await pause(50);
  abort.abort();
  assert.equal((await gateway.rowOf("openai/left-waiting")).cause, "client.disconnected");
  await pause(1200);
  assert.equal(upstream.calls("left-waiting").length, 1);
});

test("a slow reader slows the provider down, and fills no memory", async (t) => {
  if (residentBytes(gateway.pid) === undefined) {
    t.skip("this system does not tell a process's memory");
    return;
  }
  const total = 200 * 1024 * 1024;
  let sent = 0;
  const flood =
    (bytes: number): Script =>
    async ({ body, response }) => {
      beginStream(response);
      const closed = once(response, "close");
      const piece = chunk(body, { content: "x".repeat(64 * 1024) });
      while (sent < bytes && !response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) await Promise.race([once(response, "drain"), closed]);
      }
      response.end(`${chunk(body, {}, "stop")}data: [DONE]\n\n`);
    };
  // A process that has just started has less than it works with: what counts is what comes on top of that.
  upstream.on("warm", flood(total / 4));
  await gateway.chat({ model: "openai/warm", stream: true });
  sent = 0;
  const memory = residentBytes(gateway.pid) ?? 0;
  upstream.on("flood", flood(total));
  const body = JSON.stringify({ model: "openai/flood", messages: hello, stream: true });
  const connection = new RawConnection(gateway.port);
  connection.socket.pause();
  const headers = [
    ["content-type", "application/json"],
    ["authorization", `Bearer ${KEY}`],
  ] as const;
  connection.write(requestHead("POST /v1/chat/completions", headers, body.length) + body);
  await until(() => sent > 0, 1000, "the stream begins");
  let before = -1;
  while (before !== sent) {
    before = sent;
    await pause(200);
  }
  const grown = (residentBytes(gateway.pid) ?? 0) - memory;
  // What the kernel's two connections hold, and a little of Parley's.
  assert.ok(sent < 40 * 1024 * 1024, `${sent} bytes were taken from the provider`);
  assert.ok(grown < 20 * 1024 * 1024, `memory grew by ${grown} bytes`);

  // The reader wakes up: all of it comes, in order, and memory stays.
  let received = 0;
  connection.socket.removeAllListeners("data");
  let end = Buffer.alloc(0);
  connection.socket.on("data", (bytes: Buffer) => {
    received += bytes.length;
    end = Buffer.concat([end, bytes]).subarray(-200);
  });
  connection.socket.resume();
  await until(() => end.includes("[DONE]"), 15_000, "the end of the stream");
  assert.ok(received > total, `${received} bytes came`);
  const after = (residentBytes(gateway.pid) ?? 0) - memory;
  // Pieces that have been passed on wait for the collector; were they held, all 200 MB would be here.
  assert.ok(after < total / 2, `memory grew by ${after} bytes in passing 200 MB on`);
  connection.close();
});

/** Linux only; undefined elsewhere. */
function residentBytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

test("what is passed through arrives as it was written, but for the model's name", async () => {
  const text =
    '{ "messages" :\t[ {"role":"user", "content":"\\u00e9\\ud83e\\udd9c"} ],\n "far":1e999,"big":12345678901234567890123,\r\n "z":-0.0, "a":{"b":[ ]}, "model" : "openai/spaced" , "seed":7 }';
  const answer = await gateway.send("/v1/chat/completions", { body: text });
  assert.equal(answer.status, 200, answer.text);
  const expected = text.replace("openai/spaced", "spaced");
  assert.equal(upstream.calls("spaced")[0]?.bytes.toString(), expected);
});

test("a stream is asked for its usage, and nothing else is touched", async () => {
  const text =
    '{"stream":true,"far":1e999, "model":"openai/streamed","messages":[{"role":"user","content":"x"}]}';
  const answer = await gateway.send("/v1/chat/completions", { body: text });
  assert.match(answer.text, /\[DONE\]/);
  const expected = text
    .replace("openai/streamed", "streamed")
    .replace("{", '{"stream_options":{"include_usage":true},');
  assert.equal(upstream.calls("streamed")[0]?.bytes.toString(), expected);
});

test("what the provider answers arrives as it was written", async () => {
  const odd =
    '{"id":"x", "object":"chat.completion","created":1,"model":"odd","choices":[{"index":0,"message":{"role":"assistant","content":"\\u0041"},"finish_reason":"stop"}],"far":1e999,"big":12345678901234567890123}';
  upstream.on("odd", ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" }).end(odd);
  });
  const answer = await gateway.chat({ model: "openai/odd" });
  assert.equal(answer.text, odd);
});

test("the provider sees its own credential and none of the client's headers", async () => {
  await gateway.chat({ model: "openai/headers" }, "native", {
    cookie: "session=1",
    "x-api-key": "mine",
    "x-forwarded-for": "192.0.2.1",
  });
  const headers = upstream.calls("headers")[0]?.headers ?? {};
  assert.equal(headers.authorization, "Bearer sk-up");
  for (const name of ["cookie", "x-api-key", "x-forwarded-for"])
    assert.ok(!(name in headers), name);
});

test("kill -9 in mid-request: the next start serves, and what was settled is kept", async () => {
  upstream.on("slow", later(5000, says("Too late.")));
  await gateway.chat({ model: "openai/settled" });
  await gateway.rowOf("openai/settled");
  const lost = gateway.chat({ model: "openai/slow" });
  lost.catch(() => undefined);
  await until(() => upstream.calls("slow").length === 1, 1000, "the call is under way");
  await gateway.killAndStartAgain();
  await assert.rejects(lost);
  const answer = await gateway.chat({ model: "openai/again" });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await gateway.rowOf("openai/settled")).status, 200);
});
