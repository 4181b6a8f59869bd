/** OpenAI's own SDK, its Responses client pointed at Parley: answers from vendors of every format. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import type { ResponseInputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { z } from "zod";
import { isObject } from "../../src/core/json.ts";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { respondsWith } from "../support/responses-upstream.ts";
import {
  answers,
  beginStream,
  chunk,
  inTurn,
  ScriptedUpstream,
  says,
  sendJson,
  streams,
} from "../support/upstream.ts";

let gateway: RunningGateway;
let client: OpenAI;
const upstream = new ScriptedUpstream();
before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    channels: [
      { name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" },
      { name: "chat", provider: "groq", base_url: upstream.url("chat"), credential: "gsk-up" },
      // Both serve one model; the first in order hosts no tool.
      ...[
        { name: "shared-chat", provider: "groq", priority: 2 },
        { name: "shared-up", provider: "openai", priority: 1 },
      ].map((one) => ({
        ...one,
        base_url: upstream.url(),
        credential: "sk-up",
        models: ["shared"],
      })),
    ],
  });
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  upstream.on("gpt-hello", respondsWith("Hello from the other side."));
  upstream.on("llama-hello", says("Hello from the other side."));
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const compaction = { type: "compaction" as const, encrypted_content: "opaque" };

const weather = {
  type: "function" as const,
  name: "weather",
  description: "The weather of a city",
  strict: true,
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

for (const model of ["openai/gpt-hello", "groq/llama-hello", "sandbox/chat"]) {
  test(`${model}: an answer, a stream, and the stream's helper say the same`, async () => {
    const request = { model, input: "Hi", instructions: "Be brief.", metadata: { a: "b" } };
    const whole = await client.responses.create(request);
    assert.match(whole.output_text, /^Hello from/);
    assert.equal(whole.status, "completed");
    assert.match(whole.id, /^resp_[0-9a-z]{24}$/);
    assert.equal(whole.instructions, "Be brief.");
    assert.deepEqual(whole.metadata, { a: "b" });
    assert.ok("store" in whole && whole.store === true);
    assert.ok((whole.usage?.total_tokens ?? 0) > 0);

    const events: ResponseStreamEvent[] = [];
    for await (const event of await client.responses.create({ ...request, stream: true })) {
      events.push(event);
    }
    assert.deepEqual(
      events.map(({ sequence_number }) => sequence_number),
      events.map((_, index) => index),
    );
    assert.equal(events[0]?.type, "response.created");
    const last = events.at(-1);
    assert.ok(last?.type === "response.completed");
    const first = events[0];
    assert.ok(first?.type === "response.created");
    assert.equal(first.response.id, last.response.id, "one id from beginning to end");
    assert.notEqual(last.response.id, whole.id);

    const final = await client.responses.stream(request).finalResponse();
    assert.equal(final.output_text, whole.output_text);
  });
}

test("no id of the provider's reaches the client, none of the client's the provider", async () => {
  const first = await client.responses.create({ model: "gpt-hello", input: "One" });
  assert.notEqual(first.id, "resp_vendor_1");
  await client.responses.create({
    model: "gpt-hello",
    input: "Two",
    previous_response_id: first.id,
  });
  const sent = upstream.calls("gpt-hello").at(-1)?.body ?? {};
  assert.equal(sent.previous_response_id, undefined);
  assert.doesNotMatch(JSON.stringify(sent), new RegExp(first.id));
  assert.deepEqual(
    (Array.isArray(sent.input) ? sent.input : []).map((item) =>
      isObject(item) ? item.role : undefined,
    ),
    ["user", "assistant", "user"],
  );
});

test("a tool's call and its result, streamed, on a chat vendor", async () => {
  upstream.on(
    "llama-tools",
    inTurn(
      streams(
        [
          {
            tool_calls: [
              {
                index: 0,
                id: "call_1",
                type: "function",
                function: { name: "weather", arguments: '{"city":' },
              },
            ],
          },
          { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] },
        ],
        "tool_calls",
      ),
      says("It rains in Oslo."),
    ),
  );
  const model = "groq/llama-tools";
  const stream = client.responses.stream({ model, input: "Weather in Oslo?", tools: [weather] });
  const first = await stream.finalResponse();
  const [call] = first.output;
  assert.ok(call?.type === "function_call");
  assert.equal(call.arguments, '{"city":"Oslo"}');
  const second = await client.responses.create({
    model,
    tools: [weather],
    previous_response_id: first.id,
    input: [{ type: "function_call_output", call_id: call.call_id, output: "rain" }],
  });
  assert.equal(second.output_text, "It rains in Oslo.");
  assert.equal(second.previous_response_id, first.id);
  const { messages } = upstream.calls("llama-tools").at(-1)?.body ?? {};
  assert.deepEqual(
    (Array.isArray(messages) ? messages : []).map((one) => (isObject(one) ? one.role : undefined)),
    ["user", "assistant", "tool"],
  );
});

test("structured output is parsed", async () => {
  upstream.on("llama-json", answers({ role: "assistant", content: '{"city":"Oslo","rain":true}' }));
  const format = zodTextFormat(z.object({ city: z.string(), rain: z.boolean() }), "report");
  const parsed = await client.responses.parse({
    model: "groq/llama-json",
    input: "Weather?",
    text: { format },
  });
  assert.deepEqual(parsed.output_parsed, { city: "Oslo", rain: true });
});

test("a stream that breaks ends as response.failed, and the SDK throws", async () => {
  upstream.on("llama-broken", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { role: "assistant", content: "Half an " }));
    setTimeout(() => response.destroy(), 50);
  });
  const answer = await gateway.send("/v1/responses", {
    body: { model: "groq/llama-broken", input: "Hi", stream: true },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /event: response\.failed\ndata: [^\n]+\n\n$/);
  assert.doesNotMatch(answer.text, /response\.completed/);
  await assert.rejects(async () => {
    for await (const _ of await client.responses.create({
      model: "groq/llama-broken",
      input: "Hi",
      stream: true,
    }));
  }, OpenAI.APIError);
});

test("what only a vendor's Responses API has goes to one that has it, and is refused elsewhere", async () => {
  const asked = { input: "Hi", prompt: { id: "pmpt_1", variables: { a: "b" } } };
  await client.responses.create({ model: "gpt-hello", ...asked });
  assert.deepEqual(upstream.calls("gpt-hello").at(-1)?.body.prompt, asked.prompt);
  const refusals = [
    { param: "prompt", ask: asked },
    { param: "input[0]", ask: { input: [compaction] } },
    { param: "conversation", ask: { input: "Hi", conversation: "conv_1" } },
    {
      param: "context_management",
      ask: {
        input: "Hi",
        context_management: [{ type: "compaction", compact_threshold: 1000 }],
      },
    },
  ];
  for (const { param, ask } of refusals) {
    await assert.rejects(
      client.responses.create({ model: "groq/llama-hello", ...ask }),
      (error: unknown) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.equal(error.code, "no_responses_endpoint");
        assert.equal(error.param, param);
        return true;
      },
    );
  }
});

test("a conversation is compacted by the vendor that can, its earlier turns included", async () => {
  const compacted = {
    id: "resp_c",
    object: "response.compaction",
    created_at: 1_700_000_000,
    output: [{ id: "cmp_1", type: "compaction", encrypted_content: "opaque" }],
    usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
  };
  upstream.on("gpt-compact", (call) =>
    call.path.endsWith("/responses/compact")
      ? sendJson(call.response, 200, compacted)
      : respondsWith("Hello.")(call),
  );
  const model = "openai/gpt-compact";
  const first = await client.responses.create({ model, input: "A long story." });
  const made = await client.responses.compact({
    model,
    previous_response_id: first.id,
    input: "And more.",
  });
  assert.deepEqual(made.output, compacted.output);
  assert.equal(made.usage.total_tokens, 12);
  const sent = JSON.stringify(upstream.calls("gpt-compact").at(-1)?.body);
  assert.match(sent, /A long story\..*Hello\..*And more\./);
  assert.doesNotMatch(sent, /previous_response_id|_prl_/);

  const items: ResponseInputItem[] = [compaction, { role: "user", content: "Go on." }];
  await client.responses.create({ model, input: items });
  assert.match(JSON.stringify(upstream.calls("gpt-compact").at(-1)?.body), /"opaque"/);
  await assert.rejects(
    client.responses.compact({ model: "groq/llama-hello", input: "x" }),
    (error: unknown) =>
      error instanceof OpenAI.BadRequestError && error.code === "no_responses_endpoint",
  );
});

test("a tool that nobody hosts is refused, and goes to the vendor that has it", async () => {
  const ask = { input: "Hi", tools: [{ type: "web_search" as const }] };
  for (const model of ["groq/llama-hello", "sandbox/chat"]) {
    await assert.rejects(client.responses.create({ model, ...ask }), (error: unknown) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.deepEqual([error.code, error.param], ["hosted_tool_not_supported", "tools[0]"]);
      return true;
    });
  }
  upstream.on("shared", respondsWith("Found."));
  const found = await client.responses.create({ model: "shared", ...ask });
  assert.equal(found.output_text, "Found.");
  assert.deepEqual(upstream.calls("shared").at(-1)?.body.tools, ask.tools);
});

test("nothing asked is refused", async () => {
  for (const input of [undefined, []]) {
    await assert.rejects(
      client.responses.create({ model: "groq/llama-hello", input }),
      (error: unknown) =>
        error instanceof OpenAI.BadRequestError &&
        error.code === "missing_required_parameter" &&
        error.param === "input",
    );
  }
});
