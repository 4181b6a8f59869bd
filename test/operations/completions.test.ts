/** POST /v1/completions: passed through where the provider has it, a chat of one turn elsewhere. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { errorOf, eventsOf, RunningGateway } from "../support/gateway.ts";
import {
  beginStream,
  event,
  fails,
  type Script,
  ScriptedUpstream,
  says,
  sendJson,
} from "../support/upstream.ts";

const upstream = new ScriptedUpstream();
let gateway: RunningGateway;

before(async () => {
  await upstream.start();
  const channel = { base_url: upstream.url("up"), credential: "secret-of-channel" };
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: [
      { ...channel, name: "any", provider: "compatible" },
      { ...channel, name: "oai", provider: "openai" },
      {
        ...channel,
        name: "anth",
        provider: "anthropic",
        base_url: upstream.url("up").replace(/\/v1$/, ""),
      },
    ],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function complete(body: JsonObject, prefix = "/v1") {
  return gateway.send(`${prefix}/completions`, { body: { prompt: "Once upon", ...body } });
}

const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };

function completion(text: Json, finish: Json = "stop"): JsonObject {
  return {
    id: "cmpl-up",
    object: "text_completion",
    created: 1_700_000_000,
    model: "served",
    choices: [{ text, index: 0, logprobs: null, finish_reason: finish }],
    usage,
  };
}

/** Streams pieces, a finish unless there is none, and usage where asked for. */
function completes(pieces: string[], finish: string | null = "stop"): Script {
  return ({ body, response }) => {
    const { usage: _, ...head } = completion("");
    const chunk = (text: string, reason: string | null) =>
      event({ ...head, choices: [{ text, index: 0, logprobs: null, finish_reason: reason }] });
    beginStream(response);
    for (const piece of pieces) response.write(chunk(piece, null));
    if (finish !== null) response.write(chunk("", finish));
    const options = body.stream_options;
    if (finish !== null && isObject(options) && options.include_usage === true)
      response.write(event({ ...head, choices: [], usage }));
    response.end(finish === null ? "" : "data: [DONE]\n\n");
  };
}

/** The texts of a stream's chunks, joined. */
function textOf(text: string): string {
  return eventsOf(text)
    .filter(isObject)
    .flatMap(({ choices }) => (Array.isArray(choices) ? choices : []))
    .map((choice) => (isObject(choice) ? String(choice.text) : ""))
    .join("");
}

test("bytes go to a provider that has the API, and its answer comes back as it is", async () => {
  const told = JSON.stringify(completion(" a time"), null, 1);
  upstream.on("base", ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(told);
  });
  const body = {
    model: "any/base",
    prompt: [1, 2],
    echo: true,
    best_of: 3,
    suffix: ".",
    logprobs: 2,
  };
  const answer = await complete(body);
  assert.equal(answer.text, told);
  const [call] = upstream.calls("base");
  assert.equal(call?.path, "/up/v1/completions");
  assert.deepEqual(call?.body, { ...body, model: "base" });
  const row = await gateway.row(answer.headers.get("x-request-id") ?? "");
  assert.equal(row.surface, "openai-completions");
  assert.match(JSON.stringify(row.usage), /"input(_tokens)?":2/);
  assert.equal(row.finish_reason, "stop");
});

test("a stream passes chunk by chunk; usage is counted and shown where it was asked for", async () => {
  upstream.on("base-stream", completes([" a", " time"]));
  const plain = await complete({ model: "any/base-stream", stream: true });
  assert.equal(textOf(plain.text), " a time");
  assert.equal(eventsOf(plain.text).at(-1), "[DONE]");
  assert.ok(!plain.text.includes("usage"));
  const row = await gateway.row(plain.headers.get("x-request-id") ?? "");
  assert.match(JSON.stringify(row.usage), /"output(_tokens)?":3/);
  const asked = await complete({
    model: "any/base-stream",
    stream: true,
    stream_options: { include_usage: true },
  });
  assert.deepEqual(eventsOf(asked.text).at(-2), { ...completion(""), choices: [] });
});

test("OpenAI's instruct model is asked by the legacy API and does not chat", async () => {
  upstream.on("gpt-3.5-turbo-instruct", ({ response }) => sendJson(response, 200, completion("x")));
  assert.equal((await complete({ model: "gpt-3.5-turbo-instruct" })).status, 200);
  assert.equal(upstream.calls("gpt-3.5-turbo-instruct")[0]?.path, "/up/v1/completions");
  const chat = await gateway.chat({ model: "gpt-3.5-turbo-instruct" });
  assert.equal(errorOf(chat).code, "no_compatible_endpoint", chat.text);
  assert.equal(upstream.calls("gpt-3.5-turbo-instruct").length, 1);
});

for (const prefix of ["/v1", "/newapi/v1"]) {
  test(`${prefix}: a model that chats completes by one turn, and what is lost is named`, async () => {
    upstream.on("gpt-4o", says("a time there was.", { input: 7, output: 4 }));
    const answer = await complete(
      {
        model: "gpt-4o",
        temperature: 0.5,
        stop: "\n",
        max_tokens: 20,
        echo: true,
        best_of: 2,
        logprobs: 1,
      },
      prefix,
    );
    assert.equal(answer.status, 200, answer.text);
    const call = upstream.calls("gpt-4o").at(-1);
    assert.equal(call?.path, "/up/v1/chat/completions");
    assert.deepEqual(call?.body.messages, [{ role: "user", content: "Once upon" }]);
    assert.equal(call?.body.temperature, 0.5);
    assert.deepEqual(
      [call?.body.echo, call?.body.best_of, call?.body.logprobs],
      [undefined, undefined, undefined],
    );
    assert.deepEqual(answer.body.choices, [
      { text: "a time there was.", index: 0, logprobs: null, finish_reason: "stop" },
    ]);
    assert.equal(answer.body.object, "text_completion");
    assert.equal(isObject(answer.body.usage) && answer.body.usage.total_tokens, 11);
    const warnings = answer.headers.get("x-parley-warnings") ?? "";
    for (const name of ["echo", "best_of", "logprobs"])
      assert.ok(warnings.includes(`:${name}`), warnings);
  });
}

for (const model of ["gpt-4o-stream", "sandbox/chat"]) {
  test(`${model} streams a completion by one turn`, async () => {
    upstream.on("gpt-4o-stream", says("a time there was."));
    const body = { model, max_tokens: 100, stream_options: { include_usage: true } };
    const streamed = await complete({ ...body, stream: true });
    const whole = await complete({ model, max_tokens: 100 });
    const [choice] = Array.isArray(whole.body.choices) ? whole.body.choices : [];
    assert.ok(isObject(choice) && choice.text !== "");
    assert.equal(textOf(streamed.text), choice.text);
    const events = eventsOf(streamed.text);
    assert.equal(events.at(-1), "[DONE]");
    const last = events.at(-2);
    assert.ok(isObject(last) && isObject(last.usage));
    assert.equal(last.object, "text_completion");
  });
}

test("the documented default of sixteen tokens holds for a chat too", async () => {
  const answer = await complete({ model: "sandbox/chat;tokens=40" });
  const [choice] = Array.isArray(answer.body.choices) ? answer.body.choices : [];
  assert.equal(isObject(choice) && choice.finish_reason, "length");
  assert.equal(isObject(answer.body.usage) && answer.body.usage.completion_tokens, 16);
});

for (const [param, body] of [
  ["prompt", { prompt: ["a", "b"] }],
  ["prompt", { prompt: [1, 2, 3] }],
  ["prompt", { prompt: "" }],
  ["suffix", { suffix: " The end." }],
] as const) {
  test(`${JSON.stringify(body)} cannot be said in a chat and is refused before one is asked`, async () => {
    for (const model of ["gpt-4o-mini", "claude-x", "sandbox/chat"]) {
      const answer = await complete({ model, ...JSON.parse(JSON.stringify(body)) });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(errorOf(answer).param, param);
      assert.equal(upstream.calls(model).length, 0);
    }
  });
}

const faults: [string, string, Script][] = [
  ["no choices", "upstream.empty", ({ response }) => sendJson(response, 200, { choices: [] })],
  [
    "an empty text without an end",
    "upstream.empty",
    ({ response }) => sendJson(response, 200, completion("", null)),
  ],
  [
    "a number for a text",
    "upstream.shape_unknown",
    ({ response }) => sendJson(response, 200, completion(5)),
  ],
  [
    "an error in a 200",
    "upstream.rate_limited",
    ({ response }) =>
      sendJson(response, 200, {
        error: { message: "slow down", code: "rate_limit_exceeded", status: 429 },
      }),
  ],
  [
    "HTML",
    "upstream.not_json",
    ({ response }) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html></html>");
    },
  ],
  [
    "a refusal",
    "upstream.overloaded",
    fails(503, { message: "overloaded", code: "server_overloaded" }),
  ],
];
for (const [what, cause, script] of faults) {
  test(`${what} is told as ${cause}`, async () => {
    const model = `fault-${what.replaceAll(" ", "-")}`;
    upstream.on(model, script);
    const answer = await complete({ model: `any/${model}` });
    assert.equal(answer.headers.get("x-parley-error"), cause, answer.text);
  });
}

test("a stream that breaks off ends in an error, never in a finish", async () => {
  upstream.on("cut", completes([" a", " time"], null));
  const { text } = await complete({ model: "any/cut", stream: true });
  const events = eventsOf(text);
  assert.equal(textOf(text), " a time");
  assert.equal(events.at(-1), "[DONE]");
  const error = events.at(-2);
  assert.ok(isObject(error) && isObject(error.error), text);
  assert.ok(!text.includes('"finish_reason":"'));
});

test("a stream's error in the middle is told, and nothing after it", async () => {
  upstream.on("error-inside", ({ response }) => {
    beginStream(response);
    const { usage: _, ...head } = completion(" a", null);
    response.write(event(head));
    response.write(event({ error: { message: "overloaded", code: "server_overloaded" } }));
    response.end(event(head));
  });
  const { text } = await complete({ model: "any/error-inside", stream: true });
  assert.equal(textOf(text), " a");
  assert.match(text, /"error":/);
});

test("fields out of range are refused, and named", async () => {
  for (const [field, value] of [
    ["temperature", 3],
    ["n", 0],
    ["echo", "yes"],
    ["max_tokens", -1],
  ] as const) {
    const answer = await complete({ model: "sandbox/chat", [field]: value });
    assert.equal(answer.status, 400);
    assert.equal(errorOf(answer).param, field, answer.text);
  }
});
