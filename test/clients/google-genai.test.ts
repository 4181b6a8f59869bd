/** Google's own SDK, pointed at Parley, on models of the sandbox and of providers of three formats. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiError, GoogleGenAI, type Part, Type } from "@google/genai";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { ThreeWires, wires } from "../support/three-wires.ts";

const upstream = new ThreeWires();
let gateway: RunningGateway;
let client: GoogleGenAI;

before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 0 },
    channels: upstream.channels(),
  });
  client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: gateway.url } });
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

const contents = "What is the weather in Oslo and Rome?";

for (const model of [...wires.map((wire) => `${wire}/hello`), "sandbox/chat"]) {
  test(`${model}: an answer and a stream say the same`, async () => {
    const whole = await client.models.generateContent({ model, contents });
    assert.match(whole.text ?? "", /^Hello from/);
    assert.equal(whole.candidates?.[0]?.finishReason, "STOP");
    assert.ok((whole.usageMetadata?.promptTokenCount ?? 0) > 0);
    assert.ok((whole.usageMetadata?.candidatesTokenCount ?? 0) > 0);

    let text = "";
    let pieces = 0;
    let finish: string | undefined;
    for await (const chunk of await client.models.generateContentStream({ model, contents })) {
      text += chunk.text ?? "";
      pieces++;
      finish = chunk.candidates?.[0]?.finishReason ?? finish;
    }
    assert.equal(text, whole.text);
    assert.ok(pieces > 1, "it came in pieces");
    assert.equal(finish, "STOP");
  });
}

for (const wire of wires) {
  test(`${wire}: a chat remembers what was said`, async () => {
    let turns = 0;
    upstream.on("chatty", ({ body }) => {
      const list = body.messages ?? body.contents;
      turns = Array.isArray(list) ? list.length : 0;
      return { text: `Turn ${turns}.` };
    });
    const chat = client.chats.create({
      model: `${wire}/chatty`,
      config: { systemInstruction: "Be short.", temperature: 0.5, maxOutputTokens: 50 },
    });
    await chat.sendMessage({ message: "One" });
    const first = turns;
    let last = "";
    for await (const chunk of await chat.sendMessageStream({ message: "Two" }))
      last += chunk.text ?? "";
    assert.equal(turns, first + 2, "the question, the answer and the next question");
    assert.equal(last, `Turn ${turns}.`);
    // The SDK keeps each chunk of a stream as a content of its own.
    const said = chat.getHistory(true).map(({ role, parts }) => `${role}: ${parts?.[0]?.text}`);
    assert.deepEqual(said.slice(0, 3), ["user: One", `model: Turn ${first}.`, "user: Two"]);
    assert.match(JSON.stringify(upstream.asked.at(-1)?.body), /Be short\./);
  });

  test(`${wire}: two functions are called at once and their results come back`, async () => {
    upstream.on("weather", ({ results }) =>
      results.length === 0
        ? {
            calls: ["Oslo", "Rome"].map((city) => ({
              id: `call_${city}`,
              name: "weather",
              input: { city },
            })),
          }
        : {
            text: `Seen: ${results.map((result) => /\d+ degrees/.exec(result)?.[0]).join(" and ")}.`,
          },
    );
    const chat = client.chats.create({
      model: `${wire}/weather`,
      config: {
        tools: [
          {
            functionDeclarations: [
              {
                name: "weather",
                description: "The weather of a city",
                parameters: {
                  type: Type.OBJECT,
                  properties: { city: { type: Type.STRING } },
                  required: ["city"],
                },
              },
            ],
          },
        ],
      },
    });
    const asked = await chat.sendMessage({ message: contents });
    const calls = asked.functionCalls ?? [];
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args?.city]),
      [
        ["weather", "Oslo"],
        ["weather", "Rome"],
      ],
    );
    const message = calls.map(
      ({ id, name, args }): Part => ({
        functionResponse: {
          ...(id !== undefined && { id }),
          ...(name !== undefined && { name }),
          response: { output: args?.city === "Oslo" ? "7 degrees" : "21 degrees" },
        },
      }),
    );
    const answer = await chat.sendMessage({ message });
    assert.equal(answer.text, "Seen: 7 degrees and 21 degrees.");
  });

  test(`${wire}: the provider's refusals come as ApiError with Google's status`, async () => {
    upstream.on("limited", () => ({ error: { status: 429, kind: "rate_limit" } }));
    upstream.on("invalid", () => ({ error: { status: 400, kind: "invalid" } }));
    for (const [model, status] of [
      ["limited", 429],
      ["invalid", 400],
    ] as const) {
      await assert.rejects(
        client.models.generateContent({ model: `${wire}/${model}`, contents }),
        (error) => error instanceof ApiError && error.status === status,
      );
    }
  });

  test(`${wire}: an error in the middle of a stream reaches the client, after the text before it`, async () => {
    upstream.on("midway", () => ({
      text: "It was going so",
      error: { status: 503, kind: "overloaded", midway: true },
    }));
    let text = "";
    await assert.rejects(async () => {
      const stream = await client.models.generateContentStream({
        model: `${wire}/midway`,
        contents,
      });
      for await (const chunk of stream) {
        text += chunk.text ?? "";
        assert.equal(chunk.candidates?.[0]?.finishReason, undefined);
      }
    });
    assert.equal(text, "It was going so");
  });
}

test("tokens are counted, and several texts are embedded at once", async () => {
  const counted = await client.models.countTokens({ model: "sandbox/chat", contents });
  const tokens = counted.totalTokens ?? 0;
  assert.ok(tokens > 5 && tokens < 50, `${tokens}`);
  const { embeddings = [] } = await client.models.embedContent({
    model: "sandbox/embed",
    contents: ["a cat sat", "a cat sat", "quantum fields"],
    config: { outputDimensionality: 16, taskType: "RETRIEVAL_DOCUMENT" },
  });
  assert.deepEqual(
    embeddings.map(({ values }) => values?.length),
    [16, 16, 16],
  );
  assert.deepEqual(embeddings[0]?.values, embeddings[1]?.values);
  assert.notDeepEqual(embeddings[0]?.values, embeddings[2]?.values);
});

test("models are listed page by page and found by name", async () => {
  const names: string[] = [];
  for await (const model of await client.models.list({ config: { pageSize: 3 } }))
    names.push(model.name ?? "");
  assert.ok(names.includes("models/sandbox/chat") && names.includes("models/sandbox/vision"));
  assert.equal(new Set(names).size, names.length);
  const one = await client.models.get({ model: "sandbox/embed" });
  assert.equal(one.name, "models/sandbox/embed");
  assert.deepEqual(one.supportedActions, ["embedContent", "batchEmbedContents"]);
});

test("failures come as ApiError, with the status and the words of Google's envelope", async () => {
  const wrong = new GoogleGenAI({
    apiKey: "prl_nobody_has_this",
    httpOptions: { baseUrl: gateway.url },
  });
  await assert.rejects(
    wrong.models.generateContent({ model: "sandbox/chat", contents }),
    (error) => error instanceof ApiError && error.status === 401,
  );
  await assert.rejects(
    client.models.generateContent({ model: "nobody-has-this", contents }),
    (error) => error instanceof ApiError && error.status === 404 && /NOT_FOUND/.test(error.message),
  );
  await assert.rejects(
    client.models.embedContent({ model: "sandbox/chat", contents: "x" }),
    (error) => error instanceof ApiError && error.status === 400,
  );
});
