/** OpenAI's own SDK, pointed at Parley: tools, in parallel and in its loop. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { z } from "zod";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { answers, inTurn, ScriptedUpstream, says, streams } from "../support/upstream.ts";

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
        models: ["gpt-*"],
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

const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    },
  },
};

function call(index: number, city: string): JsonObject {
  return {
    index,
    id: `call_${city}`,
    type: "function",
    function: { name: "weather", arguments: JSON.stringify({ city }) },
  };
}

test("tools in parallel, streamed and not", async () => {
  const tool_calls = [call(0, "Oslo"), call(1, "Rome")];
  upstream.on("gpt-tools", (one) =>
    one.body.stream === true
      ? streams(
          [
            { role: "assistant", content: null },
            {
              tool_calls: [
                { ...call(0, "Oslo"), function: { name: "weather", arguments: '{"ci' } },
              ],
            },
            { tool_calls: [{ index: 0, function: { arguments: 'ty":"Oslo"}' } }] },
            { tool_calls: [call(1, "Rome")] },
          ],
          "tool_calls",
        )(one)
      : answers({ role: "assistant", content: null, tool_calls }, "tool_calls")(one),
  );
  const request = { model: "gpt-tools", messages, tools: [weather], parallel_tool_calls: true };
  const whole = await client.chat.completions.create(request);
  const final = await client.chat.completions.stream(request).finalChatCompletion();
  for (const { choices } of [whole, final]) {
    assert.equal(choices[0]?.finish_reason, "tool_calls");
    const calls = (choices[0]?.message.tool_calls ?? []).map((one) =>
      one.type === "function"
        ? [one.id, one.function.name, JSON.parse(one.function.arguments)]
        : [],
    );
    assert.deepEqual(calls, [
      ["call_Oslo", "weather", { city: "Oslo" }],
      ["call_Rome", "weather", { city: "Rome" }],
    ]);
  }
  assert.equal(upstream.calls("gpt-tools")[0]?.body.parallel_tool_calls, true);
});

test("a loop of tools: the SDK calls them, and the provider gets every result", async () => {
  const tool_calls = [call(0, "Oslo"), call(1, "Rome")];
  upstream.on(
    "gpt-loop",
    inTurn(
      answers({ role: "assistant", content: null, tool_calls }, "tool_calls"),
      says("Rain in Oslo, sun in Rome."),
    ),
  );
  const asked: string[] = [];
  const runner = client.chat.completions.runTools({
    model: "gpt-loop",
    messages,
    tools: [
      {
        type: "function",
        function: {
          ...weather.function,
          parse: (text: string): { city: string } =>
            z.object({ city: z.string() }).parse(JSON.parse(text)),
          function: ({ city }: { city: string }) => {
            asked.push(city);
            return city === "Oslo" ? "rain" : "sun";
          },
        },
      },
    ],
  });
  assert.equal(await runner.finalContent(), "Rain in Oslo, sun in Rome.");
  assert.deepEqual(asked, ["Oslo", "Rome"]);
  const { body } = upstream.calls("gpt-loop")[1] ?? {};
  const sent = Array.isArray(body?.messages) ? body.messages.filter(isObject) : [];
  assert.deepEqual(
    sent.slice(-2).map(({ role, tool_call_id, content }) => [role, tool_call_id, content]),
    [
      ["tool", "call_Oslo", "rain"],
      ["tool", "call_Rome", "sun"],
    ],
  );
});

test("a loop of tools with the sandbox, streamed and not", async () => {
  let called = 0;
  const request = {
    model: "sandbox/tools",
    messages,
    tools: [
      {
        type: "function" as const,
        function: {
          ...weather.function,
          parse: JSON.parse,
          function: () => {
            called++;
            return "snow";
          },
        },
      },
    ],
  };
  const whole = client.chat.completions.runTools(request);
  assert.match((await whole.finalContent()) ?? "", /snow/);
  const streamed = client.chat.completions.runTools({ ...request, stream: true });
  assert.match((await streamed.finalContent()) ?? "", /snow/);
  assert.equal(called, 2);
});
