/** Vercel's AI SDK, pointed at Parley by its OpenAI provider and by the one for compatible servers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  APICallError,
  generateObject,
  generateText,
  type LanguageModel,
  Output,
  RetryError,
  stepCountIs,
  streamText,
  tool,
} from "ai";
import { z } from "zod";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { KEY, RunningGateway, until } from "../support/gateway.ts";
import {
  answers,
  beginStream,
  chunk,
  fails,
  inTurn,
  ScriptedUpstream,
  says,
  silent,
  streams,
} from "../support/upstream.ts";

let gateway: RunningGateway;
const upstream = new ScriptedUpstream();
before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 0, base_ms: 10, max_ms: 100 },
    channels: [{ name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" }],
  });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

/** Both ways in which its users reach a server of OpenAI's format. */
const providers: Record<string, (model: string) => LanguageModel> = {
  "@ai-sdk/openai": (model) =>
    createOpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` }).chat(model),
  "@ai-sdk/openai-compatible": (model) =>
    createOpenAICompatible({
      name: "parley",
      apiKey: KEY,
      baseURL: `${gateway.url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
};

const prompt = "What is the weather in Oslo?";
const weather = tool({
  description: "The weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: "snow" }),
});

/** What a stream throws or reports; the SDK hands errors over as parts. */
async function partsOf(stream: AsyncIterable<{ type: string }>): Promise<{ type: string }[]> {
  const parts: { type: string }[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

for (const [name, model] of Object.entries(providers)) {
  test(`${name}: text, whole and streamed, with its usage`, async () => {
    upstream.on("text", says("Hello from the other side.", { input: 9, output: 6 }));
    for (const id of ["openai/text", "sandbox/chat"]) {
      const whole = await generateText({ model: model(id), prompt, maxRetries: 0 });
      assert.match(whole.text, /^Hello from/);
      assert.equal(whole.finishReason, "stop");
      assert.ok((whole.usage.inputTokens ?? 0) > 0);
      const streamed = streamText({ model: model(id), prompt, maxRetries: 0 });
      assert.equal(await streamed.text, whole.text);
      assert.equal(await streamed.finishReason, "stop");
      assert.equal((await streamed.usage).outputTokens, whole.usage.outputTokens);
    }
  });

  test(`${name}: tools, in as many steps as it takes`, async () => {
    const call: JsonObject = {
      index: 0,
      id: "call_1",
      type: "function",
      function: { name: "weather", arguments: '{"city":"Oslo"}' },
    };
    const cut = (from: number, to?: number) => '{"city":"Oslo"}'.slice(from, to);
    const calls = (one: Parameters<ReturnType<typeof says>>[0]) =>
      one.body.stream === true
        ? streams(
            [
              { role: "assistant", content: null },
              { tool_calls: [{ ...call, function: { name: "weather", arguments: cut(0, 5) } }] },
              { tool_calls: [{ index: 0, function: { arguments: cut(5) } }] },
            ],
            "tool_calls",
          )(one)
        : answers({ role: "assistant", content: null, tool_calls: [call] }, "tool_calls")(one);
    for (const id of ["openai/steps", "sandbox/tools"]) {
      const request = {
        model: model(id),
        prompt,
        tools: { weather },
        stopWhen: stepCountIs(4),
        maxRetries: 0,
      };
      upstream.on("steps", inTurn(calls, says("It snows: snow.")));
      const whole = await generateText(request);
      assert.equal(whole.steps.length, 2);
      assert.match(whole.text, /snow/);
      upstream.on("steps", inTurn(calls, says("It snows: snow.")));
      const streamed = streamText(request);
      assert.match(await streamed.text, /snow/);
      const steps = await streamed.steps;
      assert.equal(steps.length, 2);
      assert.equal(steps[0]?.toolResults.length, 1);
    }
    const sent = upstream.calls("steps")[1]?.body.messages;
    const result = Array.isArray(sent) ? sent.filter(isObject).at(-1) : undefined;
    assert.equal(result?.role, "tool");
    assert.equal(result?.tool_call_id, "call_1");
  });

  test(`${name}: an object after a schema`, async () => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    const ada = { name: "Ada", age: 36 };
    upstream.on("object", says(JSON.stringify(ada)));
    const request = { model: model("openai/object"), prompt, maxRetries: 0 };
    assert.deepEqual((await generateObject({ ...request, schema })).object, ada);
    const output = Output.object({ schema });
    assert.deepEqual((await generateText({ ...request, output })).output, ada);
    assert.deepEqual(await streamText({ ...request, output }).output, ada);
    const sent = upstream.calls("object")[0]?.body.response_format;
    assert.equal(isObject(sent) ? sent.type : undefined, "json_schema");
    const sample = await generateObject({ ...request, schema, model: model("sandbox/json") });
    assert.ok(schema.safeParse(sample.object).success);
  });

  test(`${name}: failures are API call errors, with what Parley told`, async () => {
    upstream.on("limited", fails(429, {}, { "retry-after": "7" }));
    const rows = [
      { id: "no-such-model", status: 404, code: "model_not_found", retry: false },
      { id: "openai/limited", status: 429, code: "rate_limit_exceeded", retry: true },
      {
        id: "sandbox/chat;fail=upstream.overloaded",
        status: 503,
        code: "model_unavailable",
        retry: true,
      },
      {
        id: "sandbox/chat;fail=upstream.context_too_long",
        status: 400,
        code: "context_length_exceeded",
        retry: false,
      },
    ];
    for (const { id, status, code, retry } of rows) {
      const error = await generateText({ model: model(id), prompt, maxRetries: 0 }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(APICallError.isInstance(error), `${id}: ${String(error)}`);
      assert.equal(error.statusCode, status);
      assert.equal(error.isRetryable, retry, id);
      assert.match(error.responseHeaders?.["x-request-id"] ?? "", /^req_/);
      assert.match(JSON.stringify(error.data), new RegExp(`"code":"${code}"`), id);
      const { error: told } = JSON.parse(error.responseBody ?? "{}");
      assert.equal(error.message, told.message);
    }
  });

  test(`${name}: its own retries end when the provider is well again, or with the last failure`, async () => {
    upstream.on("passes", inTurn(fails(500), says("At last.")));
    const answer = await generateText({ model: model("openai/passes"), prompt, maxRetries: 1 });
    assert.equal(answer.text, "At last.");
    upstream.on("stays", fails(500));
    const before = upstream.calls("stays").length;
    await assert.rejects(
      generateText({ model: model("openai/stays"), prompt, maxRetries: 1 }),
      (error) => RetryError.isInstance(error) && error.errors.length === 2,
    );
    assert.equal(upstream.calls("stays").length - before, 2);
  });

  test(`${name}: a stream that fails in its middle ends with an error, not with a finish`, async () => {
    for (const at of ["middle", "end"]) {
      const id = `sandbox/chat;fail=upstream.stream_broken;at=${at}`;
      const stream = streamText({
        model: model(id),
        prompt: "Tell me of a fox and a dog.",
        maxRetries: 0,
        onError: () => undefined,
      });
      const parts = await partsOf(stream.fullStream);
      const error = parts.find(({ type }) => type === "error");
      assert.ok(error !== undefined, parts.map(({ type }) => type).join());
      assert.match(JSON.stringify(error), /upstream_error|broke off/);
      assert.ok(
        parts.some(({ type }) => type === "text-delta"),
        "content came before",
      );
      const finish = parts.find(({ type }) => type === "finish");
      assert.doesNotMatch(JSON.stringify(finish ?? {}), /"finishReason":"stop"/);
    }
  });

  test(`${name}: an abort ends the provider's call`, async () => {
    const streamModel = `endless-${name.length}`;
    upstream.on(streamModel, ({ body, response }) => {
      beginStream(response);
      response.write(chunk(body, { role: "assistant", content: "Once" }));
    });
    const abort = new AbortController();
    const stream = streamText({
      model: model(`openai/${streamModel}`),
      prompt,
      abortSignal: abort.signal,
      maxRetries: 0,
      onError: () => undefined,
    });
    for await (const text of stream.textStream) {
      assert.equal(text, "Once");
      abort.abort();
    }
    const [call] = upstream.calls(streamModel);
    await until(() => call?.lostAt !== undefined, 1000, "the provider sees the end of the stream");

    const mute = `mute-${name.length}`;
    upstream.on(mute, silent);
    const second = new AbortController();
    const asked = generateText({
      model: model(`openai/${mute}`),
      prompt,
      abortSignal: second.signal,
      maxRetries: 0,
    });
    asked.catch(() => undefined);
    await until(() => upstream.calls(mute).length === 1, 1000, "the provider is called");
    second.abort();
    await assert.rejects(asked);
    const [waiting] = upstream.calls(mute);
    await until(() => waiting?.lostAt !== undefined, 1000, "the provider sees the end");
  });
}

test("reasoning is a part of its own, with the provider for compatible servers", async () => {
  upstream.on("think", (one) =>
    one.body.stream === true
      ? streams([{ reasoning_content: "Hm. " }, { reasoning_content: "Yes." }, { content: "42" }])(
          one,
        )
      : answers({ role: "assistant", reasoning_content: "Hm. Yes.", content: "42" })(one),
  );
  const compatible = providers["@ai-sdk/openai-compatible"];
  for (const id of ["openai/think", "sandbox/reason"]) {
    const model = compatible?.(id) ?? id;
    const whole = await generateText({ model, prompt, maxRetries: 0 });
    assert.ok((whole.reasoningText ?? "") !== "", id);
    const streamed = streamText({ model, prompt, maxRetries: 0 });
    const parts = await partsOf(streamed.fullStream);
    assert.ok(
      parts.some(({ type }) => type === "reasoning-delta"),
      id,
    );
    assert.equal(await streamed.reasoningText, whole.reasoningText);
    assert.equal(await streamed.text, whole.text);
  }
});
