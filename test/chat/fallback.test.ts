/** Trying again, and elsewhere: which channels are asked, in which order, and when it ends. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { type Answer, errorOf, eventsOf, RunningGateway } from "../support/gateway.ts";
import { assertFailure } from "../support/judge.ts";
import {
  answers,
  beginStream,
  chunk,
  event,
  fails,
  inTurn,
  ScriptedUpstream,
  says,
  silent,
  streams,
} from "../support/upstream.ts";

let gateway: RunningGateway;
const upstream = new ScriptedUpstream();

/** A channel of the scripted provider: it answers under `http://…/<name>/v1`. */
function channel(name: string, models: string[], more: JsonObject = {}): JsonObject {
  const base_url = upstream.url(name);
  const credentials = [`sk-${name}`];
  return { name, provider: "openai", base_url, credentials, models, ...more };
}

before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 2, base_ms: 10, max_ms: 1500 },
    channels: [
      channel("first", ["twice-*", "alone-*"], { priority: 10 }),
      channel("second", ["twice-*"], { priority: 5, retries: 0 }),
      channel("heavy", ["shared"], { weight: 3, retries: 0 }),
      channel("light", ["shared"], { weight: 1, retries: 0 }),
      channel("idle", ["shared"], { weight: 0, priority: -1, retries: 0 }),
      channel("mapped", ["fast", "eu-*"], {
        model_mapping: { fast: "gpt-fast", "eu-*": "gpt-*" },
        overrides: {
          body: { temperature: 0.5, user: null, metadata: { team: "blue", gone: null } },
          headers: { "x-team": "blue" },
        },
      }),
      channel("spoiled", ["spoiled"], { overrides: { body: { messages: "none" } } }),
      channel("off", ["switched-off"], { enabled: false }),
      channel("keyless", ["without-key"], {
        credentials: [{ id: "resting", secret: "sk-resting", enabled: false }],
      }),
    ],
    models: { aliases: { nick: "alone-alias" } },
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

/** The channels that were asked for a model, in turn. */
function asked(model: string): string[] {
  return upstream.calls(model).map(({ channel: name }) => name);
}

/** What each attempt of a request came to: its channel's status and cause. */
async function attemptsOf(answer: Answer): Promise<[unknown, unknown][]> {
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  const attempts = Array.isArray(row.attempts) ? row.attempts.filter(isObject) : [];
  return attempts.map(({ status, cause }) => [status, cause]);
}

test("a failure that may pass is tried again on the same channel, then on the next", async () => {
  upstream.on("first:twice-a", fails(503));
  upstream.on("second:twice-a", says("From the second."));
  const answer = await gateway.chat({ model: "twice-a" });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /From the second/);
  assert.deepEqual(asked("twice-a"), ["first", "first", "first", "second"]);
  assert.equal(answer.headers.get("x-parley-attempts"), "4");
  // How the operator has named things is no business of the client's.
  assert.equal(answer.headers.get("x-parley-channel"), null);
  assert.deepEqual(await attemptsOf(answer), [
    [503, "upstream.overloaded"],
    [503, "upstream.overloaded"],
    [503, "upstream.overloaded"],
    [200, null],
  ]);
});

test("what passes the second time is told as nothing", async () => {
  upstream.on("alone-b", inTurn(fails(500), says("Now.")));
  const answer = await gateway.chat({ model: "alone-b" });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(asked("alone-b"), ["first", "first"]);
});

test("when all have failed, the last failure is told", async () => {
  upstream.on("first:twice-c", fails(500));
  upstream.on("second:twice-c", fails(503));
  const answer = await gateway.chat({ model: "twice-c" });
  assertFailure(answer, "native", "upstream.overloaded", { status: 503 });
  assert.equal(errorOf(answer).provider, "openai");
});

test("a rejected credential goes to the next channel at once, and is never the client's 401", async () => {
  upstream.on("first:twice-d", fails(401, { message: "Incorrect API key provided: sk-first." }));
  const answer = await gateway.chat({ model: "twice-d" });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(asked("twice-d"), ["first", "second"]);

  upstream.on("alone-d", fails(401, { message: "Incorrect API key provided: sk-first." }));
  const alone = await gateway.chat({ model: "alone-d" });
  assertFailure(alone, "native", "upstream.credential_rejected", { status: 503 });
  assert.doesNotMatch(alone.text, /sk-first/);
  assert.equal(upstream.calls("alone-d").length, 1);
});

test("a request that no channel would take is the end", async () => {
  upstream.on(
    "first:twice-e",
    fails(400, { code: "context_length_exceeded", message: "maximum context length is 10" }),
  );
  const answer = await gateway.chat({ model: "twice-e" });
  assertFailure(answer, "native", "upstream.context_too_long", { status: 400 });
  assert.deepEqual(asked("twice-e"), ["first"]);
});

test("Retry-After is waited for where it is short", async () => {
  upstream.on("alone-f", inTurn(fails(429, {}, { "retry-after": "1" }), says("Later.")));
  const answer = await gateway.chat({ model: "alone-f" });
  assert.equal(answer.status, 200, answer.text);
  const [first, second] = upstream.calls("alone-f");
  const waited = (second?.at ?? 0) - (first?.at ?? 0);
  assert.ok(waited >= 990 && waited < 2000, `waited ${waited} ms`);
});

test("a longer Retry-After is left for the next channel; where there is none, it is told", async () => {
  upstream.on("first:twice-g", fails(429, {}, { "retry-after": "30" }));
  const started = performance.now();
  const answer = await gateway.chat({ model: "twice-g" });
  assert.equal(answer.status, 200, answer.text);
  assert.ok(performance.now() - started < 1000, "at once");
  assert.deepEqual(asked("twice-g"), ["first", "second"]);

  upstream.on("alone-g", fails(429, {}, { "retry-after": "30" }));
  const alone = await gateway.chat({ model: "alone-g" });
  assertFailure(alone, "native", "upstream.rate_limited", { status: 429 });
  assert.equal(alone.headers.get("retry-after"), "30");
  assert.equal(upstream.calls("alone-g").length, 1);
});

test("among equals a channel's chance to be first is its share of the weight", async () => {
  upstream.on("shared", says("Hello."));
  await Promise.all(Array.from({ length: 80 }, () => gateway.chat({ model: "shared" })));
  const counts = { heavy: 0, light: 0, idle: 0 };
  for (const name of asked("shared")) if (name in counts) counts[name as keyof typeof counts]++;
  // 60 expected of 80; six standard deviations either way.
  assert.ok(counts.heavy > 36 && counts.light > 1, JSON.stringify(counts));
  assert.equal(counts.idle, 0, "a lower priority is not asked while a higher one answers");
});

test("a model that fails is followed by those to fall back to", async () => {
  upstream.on("alone-h", fails(503));
  upstream.on("alone-spare", says("From the spare model."));
  const answer = await gateway.chat({
    model: "alone-h",
    gateway: { fallback: ["sandbox/embed", "alone-spare"], retries: 0 },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /From the spare model/);
  assert.equal(answer.headers.get("x-parley-model"), "alone-spare");
  assert.equal(upstream.calls("alone-h").length, 1, "retries: 0");
  assert.doesNotMatch(upstream.calls("alone-spare")[0]?.bytes.toString() ?? "", /gateway|fallback/);
});

test("a model to fall back to that does not exist is told before anything is called", async () => {
  const answer = await gateway.chat({
    model: "alone-i",
    gateway: { fallback: ["no-such-model"] },
  });
  assertFailure(answer, "native", "model.unknown", { status: 404 });
  assert.equal(upstream.calls("alone-i").length, 0);
});

test("Concurred's fallback, retries and timeout are Parley's, and are not passed on", async () => {
  upstream.on("alone-j", fails(503));
  upstream.on("alone-k", says("From k."));
  const answer = await gateway.chat(
    { model: "alone-j", fallback: ["alone-k"], retries: 1, timeout: 5000 },
    "concurred",
  );
  assert.equal(answer.status, 200, answer.text);
  assert.equal(upstream.calls("alone-j").length, 2);
  const sent = upstream.calls("alone-k")[0]?.body ?? {};
  for (const field of ["fallback", "retries", "timeout"]) assert.ok(!(field in sent), field);

  upstream.on("alone-l", silent);
  const started = performance.now();
  const late = await gateway.chat({ model: "alone-l", timeout: 200, retries: 0 }, "concurred");
  assertFailure(late, "concurred", "upstream.timeout");
  assert.ok(performance.now() - started < 1000);
});

test("under /v1 those names are the provider's business", async () => {
  upstream.on("alone-m", says("Hello."));
  await gateway.chat({ model: "alone-m", retries: 4 });
  assert.equal(upstream.calls("alone-m")[0]?.body.retries, 4);
});

test("lifecycle events are not content: what fails after them falls back", async () => {
  upstream.on("first:twice-n", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { role: "assistant", content: "" }));
    response.end(event({ error: { message: "overloaded", type: "overloaded_error" } }));
  });
  upstream.on("second:twice-n", says("From the second."));
  const answer = await gateway.chat({ model: "twice-n", stream: true });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /second/);
  assert.doesNotMatch(answer.text, /overloaded/);
  const events = eventsOf(answer.text);
  assert.equal(events.at(-1), "[DONE]");
  const roles = answer.text.match(/"role":"assistant"/g) ?? [];
  assert.equal(roles.length, 1, "the first channel's chunk is not passed on");
});

test("a stream that fails after content ends with the dialect's error and [DONE], and asks nobody else", async () => {
  upstream.on("first:twice-o", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { role: "assistant", content: "Half of" }));
    setTimeout(() => response.destroy(), 50);
  });
  const answer = await gateway.chat({ model: "twice-o", stream: true });
  assert.equal(answer.status, 200);
  const events = eventsOf(answer.text);
  assert.equal(events.at(-1), "[DONE]");
  const error = events.at(-2);
  assert.ok(isObject(error) && isObject(error.error), answer.text);
  assert.equal(error.error.code, "upstream_error");
  assert.doesNotMatch(answer.text, /"finish_reason":"/, "no finish that was not given");
  assert.deepEqual(asked("twice-o"), ["first"]);
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.equal(row.status, 200);
  assert.equal(row.cause, "upstream.stream_broken");
});

test("a stream that breaks in a tool call is not a finished one", async () => {
  upstream.on("alone-p", ({ body, response }) => {
    beginStream(response);
    const call = { index: 0, id: "call_1", type: "function" };
    response.write(
      chunk(body, { tool_calls: [{ ...call, function: { name: "f", arguments: '{"a' } }] }),
    );
    response.end();
  });
  const answer = await gateway.chat({ model: "alone-p", stream: true });
  const events = eventsOf(answer.text);
  const error = events.at(-2);
  assert.ok(isObject(error) && isObject(error.error), answer.text);
  assert.equal(events.at(-1), "[DONE]");
});

test("names are mapped for the provider, and the client's name stays the client's", async () => {
  upstream.on("gpt-fast", says("Fast."));
  upstream.on("gpt-large", says("Large."));
  assert.equal((await gateway.chat({ model: "fast" })).status, 200);
  assert.equal((await gateway.chat({ model: "eu-large" })).status, 200);
  assert.equal((await gateway.chat({ model: "mapped/fast" })).status, 200);
  assert.equal(upstream.calls("gpt-fast").length, 2);
  const row = await gateway.rowOf("eu-large");
  assert.equal(row.model_requested, "eu-large");
  assert.equal(row.model_served, "gpt-large");
});

test("overrides are merged into what is sent, and null takes out", async () => {
  upstream.on("gpt-merged", says("Merged."));
  const metadata = { gone: "x", kept: "y" };
  const answer = await gateway.chat({ model: "eu-merged", temperature: 1, user: "me", metadata });
  assert.equal(answer.status, 200, answer.text);
  const [call] = upstream.calls("gpt-merged");
  assert.equal(call?.body.temperature, 0.5);
  assert.ok(!("user" in (call?.body ?? {})));
  assert.deepEqual(call?.body.metadata, { kept: "y", team: "blue" });
  assert.equal(call?.headers["x-team"], "blue");
  assert.equal(call?.headers.authorization, "Bearer sk-mapped");
});

test("an override that spoils the body is the operator's mistake", async () => {
  const answer = await gateway.chat({ model: "spoiled" });
  assertFailure(answer, "native", "channel.override_invalid", { status: 503 });
  assert.equal(upstream.calls("spoiled").length, 0);
});

test("a channel that is switched off, or has no key, does not serve", async () => {
  const off = await gateway.chat({ model: "switched-off" });
  assertFailure(off, "native", "model.no_offering_usable", { status: 503 });
  const keyless = await gateway.chat({ model: "without-key" });
  assertFailure(keyless, "native", "channel.no_key", { status: 503 });
});

test("an alias is another name", async () => {
  upstream.on("alone-alias", says("Hello."));
  assert.equal((await gateway.chat({ model: "nick" })).status, 200);
  assert.equal(upstream.calls("alone-alias").length, 1);
});

test("a row tells the model, the channel, the usage and the finish", async () => {
  upstream.on(
    "alone-q",
    answers({ role: "assistant", content: "Hi." }, "length", { input: 11, output: 3 }),
  );
  const answer = await gateway.chat({ model: "alone-q" });
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.equal(row.status, 200);
  assert.equal(row.finish_reason, "length");
  assert.deepEqual(row.usage, { input: 11, output: 3 });
  assert.equal(row.usage_source, "provider");
  upstream.on("alone-r", streams([{ content: "Hi." }], "stop", { input: 7, output: 1 }));
  const streamed = await gateway.chat({ model: "alone-r", stream: true });
  assert.doesNotMatch(streamed.text, /prompt_tokens/, "nobody asked for it");
  const streamRow = await gateway.row(streamed.headers.get("x-request-id") ?? "");
  assert.deepEqual(streamRow.usage, { input: 7, output: 1 });
});
