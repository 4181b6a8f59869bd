/** Anthropic's own SDK, pointed at Parley, on models of the sandbox and of providers of three formats. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { z } from "zod";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { ThreeWires, wires } from "../support/three-wires.ts";

const upstream = new ThreeWires();
let gateway: RunningGateway;
let client: Anthropic;

before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: upstream.channels(),
  });
  client = new Anthropic({ apiKey: KEY, baseURL: gateway.url, maxRetries: 0 });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const messages = [{ role: "user" as const, content: "What is the weather in Oslo and Rome?" }];
const everywhere = [...wires.map((wire) => `${wire}/hello`), "sandbox/chat"];

for (const model of everywhere) {
  test(`${model}: an answer, a stream of events, and the stream's helper say the same`, async () => {
    const whole = await client.messages.create({ model, messages, max_tokens: 100 });
    const [block] = whole.content;
    assert.ok(block?.type === "text");
    assert.match(block.text, /^Hello from/);
    assert.equal(whole.stop_reason, "end_turn");
    assert.ok(whole.usage.input_tokens > 0 && whole.usage.output_tokens > 0);
    assert.match(whole._request_id ?? "", /^req_/);

    let text = "";
    const kinds = new Set<string>();
    const stream = await client.messages.create({ model, messages, max_tokens: 100, stream: true });
    for await (const event of stream) {
      kinds.add(event.type);
      if (event.type === "content_block_delta" && event.delta.type === "text_delta")
        text += event.delta.text;
    }
    assert.equal(text, block.text);
    for (const kind of [
      "message_start",
      "content_block_start",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ])
      assert.ok(kinds.has(kind), kind);

    const helper = client.messages.stream({ model, messages, max_tokens: 100 });
    const pieces: string[] = [];
    helper.on("text", (piece) => pieces.push(piece));
    const final = await helper.finalMessage();
    assert.equal(pieces.join(""), block.text);
    assert.deepEqual(
      final.content.map((one) => one.type),
      ["text"],
    );
    assert.equal(final.stop_reason, "end_turn");
    assert.ok(final.usage.output_tokens > 0);
  });
}

function weatherTool(asked: string[]) {
  return betaZodTool({
    name: "weather",
    description: "The weather of a city",
    inputSchema: z.object({ city: z.string() }),
    run: ({ city }) => {
      asked.push(city);
      return `${city}: ${city === "Oslo" ? 7 : 21} degrees`;
    },
  });
}

/** Two calls at once, and their results in a sentence. */
upstream.on("weather", ({ results }) =>
  results.length === 0
    ? {
        text: "I will look.",
        calls: ["Oslo", "Rome"].map((city) => ({
          id: `call_${city}`,
          name: "weather",
          input: { city },
        })),
      }
    : { text: `Seen: ${results.map((result) => /\d+ degrees/.exec(result)?.[0]).join(" and ")}.` },
);

for (const wire of wires) {
  for (const stream of [false, true]) {
    test(`${wire}: the tool runner calls both tools and comes to an end${stream ? ", streamed" : ""}`, async () => {
      const asked: string[] = [];
      const params = {
        model: `${wire}/weather`,
        max_tokens: 1000,
        messages,
        tools: [weatherTool(asked)],
      };
      const final = stream
        ? await client.beta.messages.toolRunner({ ...params, stream: true }).runUntilDone()
        : await client.beta.messages.toolRunner(params).runUntilDone();
      assert.deepEqual(asked.sort(), ["Oslo", "Rome"]);
      const [block] = final.content;
      assert.ok(block?.type === "text");
      assert.equal(block.text, "Seen: 7 degrees and 21 degrees.");
      assert.equal(final.stop_reason, "end_turn");
    });
  }
}

test("a thread is refused in the way in which the SDK goes on without one", async () => {
  const ask = client.beta.messages.create({
    model: "anthropic/hello",
    max_tokens: 10,
    messages,
    thread: { type: "create" },
  });
  await assert.rejects(ask, (error) => {
    assert.ok(error instanceof Anthropic.BadRequestError);
    assert.match(JSON.stringify(error.error), /"error_code":"thread_unsupported_request"/);
    return true;
  });
  assert.ok(upstream.asked.length > 0);
  assert.ok(upstream.asked.every(({ body }) => body.thread === undefined));
});

test("tokens are counted, models are listed page by page and found by name", async () => {
  const { input_tokens: tokens } = await client.messages.countTokens({
    model: "sandbox/chat",
    messages,
    system: "Be short.",
  });
  assert.ok(tokens > 5 && tokens < 50, `${tokens}`);
  const ids: string[] = [];
  for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
  assert.ok(ids.includes("sandbox/chat") && ids.includes("sandbox/vision"));
  assert.equal(new Set(ids).size, ids.length);
  const one = await client.models.retrieve("sandbox/chat");
  assert.deepEqual([one.type, one.id], ["model", "sandbox/chat"]);
});

test("failures come as the SDK's own classes, with the request's id", async () => {
  const ask = (model: string, other = client) =>
    other.messages.create({ model, messages, max_tokens: 10 });
  const wrong = client.withOptions({ apiKey: "prl_nobody_has_this" });
  await assert.rejects(ask("sandbox/chat", wrong), Anthropic.AuthenticationError);
  await assert.rejects(ask("nobody-has-this"), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError);
    assert.match(error.requestID ?? "", /^req_/);
    assert.equal(error.type, "not_found_error");
    return true;
  });
  await assert.rejects(
    client.messages.create({ model: "sandbox/chat", messages, max_tokens: -1 }),
    Anthropic.BadRequestError,
  );
});

for (const wire of wires) {
  test(`${wire}: the provider's refusals come as the SDK's classes`, async () => {
    upstream.on("limited", () => ({ error: { status: 429, kind: "rate_limit" } }));
    upstream.on("invalid", () => ({ error: { status: 400, kind: "invalid" } }));
    const ask = (model: string) =>
      client.messages.create({ model: `${wire}/${model}`, messages, max_tokens: 10 });
    await assert.rejects(ask("limited"), Anthropic.RateLimitError);
    await assert.rejects(ask("invalid"), Anthropic.BadRequestError);
  });

  test(`${wire}: an error in the middle of a stream reaches the helper, with the text before it`, async () => {
    upstream.on("midway", () => ({
      text: "It was going so",
      error: { status: 503, kind: "overloaded", midway: true },
    }));
    const helper = client.messages.stream({ model: `${wire}/midway`, messages, max_tokens: 10 });
    const pieces: string[] = [];
    helper.on("text", (piece) => pieces.push(piece));
    await assert.rejects(helper.finalMessage(), Anthropic.APIError);
    assert.equal(pieces.join(""), "It was going so");
  });
}

test("the SDK retries what is worth it, and gets the answer", async () => {
  let calls = 0;
  upstream.on("recovers", () =>
    ++calls === 1 ? { error: { status: 503, kind: "overloaded" } } : { text: "Here I am." },
  );
  const patient = client.withOptions({ maxRetries: 2 });
  const answer = await patient.messages.create({
    model: "anthropic/recovers",
    messages,
    max_tokens: 10,
  });
  assert.equal(answer.content[0]?.type, "text");
  assert.equal(calls, 2);
});
