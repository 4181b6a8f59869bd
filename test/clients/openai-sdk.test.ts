/** OpenAI's own SDK, pointed at Parley: the answers that it hands over. Its errors are in openai-sdk-errors.test.ts. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import { KEY, RunningGateway } from "../support/gateway.ts";
import {
  answers,
  beginStream,
  chunk,
  event,
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
      {
        name: "up",
        provider: "openai",
        base_url: upstream.url(),
        credential: "sk-up",
        models: ["gpt-*", "vendor/model-with/slashes"],
      },
    ],
  });
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const messages = [{ role: "user" as const, content: "What is the weather in Oslo and Rome?" }];
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

for (const model of ["openai/gpt-hello", "sandbox/chat"]) {
  test(`${model}: an answer, a stream, and the stream's helper say the same`, async () => {
    upstream.on("gpt-hello", says("Hello from the other side."));
    const whole = await client.chat.completions.create({ model, messages });
    const text = whole.choices[0]?.message.content ?? "";
    assert.match(text, /^Hello from/);
    assert.equal(whole.choices[0]?.finish_reason, "stop");
    assert.ok((whole.usage?.total_tokens ?? 0) > 0);
    assert.match(whole._request_id ?? "", /^req_/);

    let streamed = "";
    for await (const one of await client.chat.completions.create({
      model,
      messages,
      stream: true,
    })) {
      assert.equal(one.object, "chat.completion.chunk");
      assert.equal(
        one.choices.length,
        1,
        "a chunk of usage alone comes only where it is asked for",
      );
      streamed += one.choices[0]?.delta.content ?? "";
    }
    assert.equal(streamed, text);

    const helper = client.chat.completions.stream({ model, messages });
    const final = await helper.finalChatCompletion();
    assert.equal(final.choices[0]?.message.content, text);
    assert.equal(final.choices[0]?.finish_reason, "stop");
  });

  test(`${model}: usage comes at a stream's end where it is asked for`, async () => {
    upstream.on("gpt-hello", says("Hello from the other side.", { input: 12, output: 6 }));
    const chunks = [];
    const request = {
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    } as const;
    for await (const one of await client.chat.completions.create(request)) chunks.push(one);
    const last = chunks.at(-1);
    assert.deepEqual(last?.choices, []);
    assert.ok((last?.usage?.prompt_tokens ?? 0) > 0);
    if (model.startsWith("openai/")) assert.equal(last?.usage?.total_tokens, 18);
  });
}

test("an image, as a data URL", async () => {
  const content = [
    { type: "text" as const, text: "What is it?" },
    { type: "image_url" as const, image_url: { url: pixel, detail: "low" as const } },
  ];
  const seen = await client.chat.completions.create({
    model: "sandbox/vision",
    messages: [{ role: "user", content }],
  });
  assert.match(seen.choices[0]?.message.content ?? "", /1 image: image\/png, \d+ bytes/);
  upstream.on("gpt-image", says("A pixel."));
  await client.chat.completions.create({
    model: "gpt-image",
    messages: [{ role: "user", content }],
  });
  assert.deepEqual(upstream.calls("gpt-image")[0]?.body.messages, [{ role: "user", content }]);
});

test("structured output is parsed by the SDK", async () => {
  const Person = z.object({ name: z.string(), age: z.number().int(), tags: z.array(z.string()) });
  const response_format = zodResponseFormat(Person, "person");
  upstream.on("gpt-json", says('{"name":"Ada","age":36,"tags":["math"]}'));
  const parsed = await client.chat.completions.parse({
    model: "gpt-json",
    messages,
    response_format,
  });
  assert.deepEqual(parsed.choices[0]?.message.parsed, { name: "Ada", age: 36, tags: ["math"] });
  assert.deepEqual(
    upstream.calls("gpt-json")[0]?.body.response_format,
    JSON.parse(JSON.stringify(response_format)),
  );
  for (const model of ["sandbox/json", "sandbox/chat"]) {
    const sample = await client.chat.completions.parse({ model, messages, response_format });
    assert.ok(Person.safeParse(sample.choices[0]?.message.parsed).success, model);
  }
  const helper = client.chat.completions.stream({
    model: "sandbox/json",
    messages,
    response_format,
  });
  assert.ok(
    Person.safeParse((await helper.finalChatCompletion()).choices[0]?.message.parsed).success,
  );
});

test("reasoning comes in the field in which the provider has it", async () => {
  upstream.on("gpt-think", (one) =>
    one.body.stream === true
      ? streams([{ reasoning_content: "Hm. " }, { reasoning_content: "Yes." }, { content: "42" }])(
          one,
        )
      : answers({ role: "assistant", reasoning_content: "Hm. Yes.", content: "42" })(one),
  );
  for (const model of ["gpt-think", "sandbox/reason"]) {
    const whole = await client.chat.completions.create({
      model,
      messages,
      reasoning_effort: "low",
    });
    const message: object | undefined = whole.choices[0]?.message;
    assert.ok(message !== undefined && "reasoning_content" in message, JSON.stringify(message));
    let reasoning = "";
    let text = "";
    for await (const { choices } of await client.chat.completions.create({
      model,
      messages,
      stream: true,
    })) {
      const delta: object = choices[0]?.delta ?? {};
      if ("reasoning_content" in delta) {
        assert.equal(text, "", "reasoning comes first");
        reasoning += String(delta.reasoning_content);
      }
      if ("content" in delta && typeof delta.content === "string") text += delta.content;
    }
    assert.equal(reasoning, message.reasoning_content);
    assert.equal(text, whole.choices[0]?.message.content);
  }
  assert.equal(upstream.calls("gpt-think")[0]?.body.reasoning_effort, "low");
});

test("two choices, streamed and not", async () => {
  upstream.on("gpt-two", ({ body, response }) => {
    const head = { id: "c", object: "chat.completion", created: 1, model: "gpt-two" };
    const choice = (index: number) => ({
      index,
      message: { role: "assistant", content: `Answer ${index}` },
      finish_reason: "stop",
    });
    if (body.stream !== true) {
      sendJson(response, 200, { ...head, choices: [choice(0), choice(1)] });
      return;
    }
    const part = (index: number, delta: JsonObject, finish_reason: string | null) =>
      event({
        ...head,
        object: "chat.completion.chunk",
        choices: [{ index, delta, finish_reason }],
      });
    const role = "assistant";
    beginStream(response);
    response.write(
      part(1, { role, content: "Answer " }, null) + part(0, { role, content: "Answer 0" }, null),
    );
    response.write(part(0, {}, "stop") + part(1, { content: "1" }, null) + part(1, {}, "stop"));
    response.end("data: [DONE]\n\n");
  });
  for (const model of ["gpt-two", "sandbox/chat"]) {
    const whole = await client.chat.completions.create({ model, messages, n: 2 });
    const final = await client.chat.completions
      .stream({ model, messages, n: 2 })
      .finalChatCompletion();
    for (const { choices } of [whole, final]) {
      assert.deepEqual(
        choices.map(({ index }) => index),
        [0, 1],
        model,
      );
      assert.ok(
        choices.every(({ message }) => (message.content ?? "") !== ""),
        model,
      );
    }
    assert.equal(final.choices[1]?.message.content, whole.choices[1]?.message.content);
  }
});

test("log probabilities", async () => {
  const logprobs = {
    content: [{ token: "Hi", logprob: -0.25, bytes: [72, 105], top_logprobs: [] }],
    refusal: null,
  };
  upstream.on("gpt-log", ({ body, response }) => {
    const choice = { index: 0, logprobs, finish_reason: "stop" };
    if (body.stream === true) {
      beginStream(response);
      const piece = { id: "c", object: "chat.completion.chunk", created: 1, model: "gpt-log" };
      const delta = { role: "assistant", content: "Hi" };
      response.write(event({ ...piece, choices: [{ ...choice, delta, finish_reason: null }] }));
      response.end(`${chunk(body, {}, "stop")}data: [DONE]\n\n`);
      return;
    }
    const message = { role: "assistant", content: "Hi" };
    sendJson(response, 200, {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "gpt-log",
      choices: [{ ...choice, message }],
    });
  });
  const request = { model: "gpt-log", messages, logprobs: true, top_logprobs: 0 };
  const whole = await client.chat.completions.create(request);
  const final = await client.chat.completions.stream(request).finalChatCompletion();
  for (const { choices } of [whole, final])
    assert.deepEqual(choices[0]?.logprobs?.content, logprobs.content);
});

test("models: the list, and one whose id holds slashes", async () => {
  const ids: string[] = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.ok(ids.includes("sandbox/chat") && ids.includes("vendor/model-with/slashes"), ids.join());
  for (const id of ["sandbox/chat", "vendor/model-with/slashes", "openai/gpt-of-tomorrow"]) {
    const model = await client.models.retrieve(id);
    assert.deepEqual([model.id, model.object], [id, "model"]);
  }
  await assert.rejects(client.models.retrieve("no/such/model"), OpenAI.NotFoundError);
});

test("the same SDK works under the other prefixes", async () => {
  for (const prefix of ["/api/v1", "/newapi/v1"]) {
    const other = new OpenAI({ apiKey: KEY, baseURL: gateway.url + prefix, maxRetries: 0 });
    const stream = other.chat.completions.stream({ model: "sandbox/chat", messages });
    assert.match((await stream.finalContent()) ?? "", /^Hello from/);
  }
});
