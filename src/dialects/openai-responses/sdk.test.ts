/** OpenAI's own SDK reads what this dialect writes. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import OpenAI from "openai";
import type { Event } from "../../core/events.ts";
import { openaiResponses } from "./index.ts";
import { answering, plain, writeText } from "./testing.ts";
import { answer } from "./testing-arbitraries.ts";

const place = (index: number) => ({ choice: 0, index });

/** A thought, text with a citation, and two calls at once, as another vendor's model gives them. */
const events: Event[] = [
  { type: "start", id: "resp_1", model: "a-model", created: 1_700_000_000 },
  { type: "part-start", ...place(0), part: { type: "reasoning", kind: "summary" } },
  { type: "delta", ...place(0), text: "Thinking " },
  { type: "delta", ...place(0), text: "of Paris." },
  { type: "part-end", ...place(0) },
  { type: "part-start", ...place(1), part: { type: "text" } },
  { type: "delta", ...place(1), text: "Paris " },
  { type: "delta", ...place(1), text: "is warm." },
  {
    type: "delta",
    ...place(1),
    citations: [{ url: "https://a.example", title: "A", start: 0, end: 5 }],
  },
  { type: "part-end", ...place(1) },
  { type: "part-start", ...place(2), part: { type: "tool-call", id: "call_1", name: "weather" } },
  {
    type: "part-start",
    ...place(3),
    part: { type: "tool-call", id: "call_2", name: "run", kind: "custom" },
  },
  { type: "delta", ...place(2), arguments: '{"city":' },
  { type: "delta", ...place(3), arguments: "ls -l" },
  { type: "delta", ...place(2), arguments: '"Paris"}' },
  { type: "part-end", ...place(2) },
  { type: "part-end", ...place(3) },
  { type: "usage", usage: { input: 9, output: 5, cachedRead: 4, reasoning: 2 } },
  { type: "finish", choice: 0, reason: "tool-calls", reported: "tool_use" },
];

describe("OpenAI's SDK", () => {
  /** What the next request is answered with. */
  let reply = { type: "text/event-stream", text: "" };
  let server: Server;
  let client: OpenAI;

  before(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": reply.type });
      response.end(reply.text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address instanceof Object);
    client = new OpenAI({
      apiKey: "none",
      baseURL: `http://127.0.0.1:${address.port}/v1`,
      maxRetries: 0,
    });
  });
  after(() => server.close());

  const ask = { model: "a-model", input: "Weather?" };

  test("gathers a stream into the final response", async () => {
    reply = { type: "text/event-stream", text: writeText(events) };
    const stream = client.responses.stream(ask);
    let text = "";
    stream.on("response.output_text.delta", ({ delta }) => {
      text += delta;
    });
    const final = await stream.finalResponse();
    assert.equal(text, "Paris is warm.");
    assert.equal(final.status, "completed");
    assert.equal(final.output_text, "Paris is warm.");
    assert.deepEqual(
      final.output.map(({ type }) => type),
      ["reasoning", "message", "function_call", "custom_tool_call"],
    );
    const [thought, , call, custom] = final.output;
    assert.ok(thought?.type === "reasoning");
    assert.deepEqual(thought.summary, [{ type: "summary_text", text: "Thinking of Paris." }]);
    assert.ok(call?.type === "function_call" && custom?.type === "custom_tool_call");
    assert.equal(call.arguments, '{"city":"Paris"}');
    assert.equal(custom.input, "ls -l");
    assert.equal(final.usage?.input_tokens_details.cached_tokens, 4);
    assert.equal(final.usage?.total_tokens, 14);
  });

  test("reads a whole answer", async () => {
    const body = openaiResponses.writeAnswer(events, answering);
    reply = { type: "application/json", text: JSON.stringify(body) };
    const response = await client.responses.create(ask);
    assert.equal(response.output_text, "Paris is warm.");
    assert.equal(response.usage?.output_tokens_details.reasoning_tokens, 2);
  });

  test("accepts every stream that this dialect can write, and gathers what was written", async () => {
    for (const sample of fc.sample(answer, { numRuns: 60, seed: 7 })) {
      reply = { type: "text/event-stream", text: writeText(sample) };
      const { output } = await client.responses.stream(ask).finalResponse();
      const whole = plain(openaiResponses.writeAnswer(sample, answering));
      assert.ok(whole instanceof Object && !Array.isArray(whole) && Array.isArray(whole.output));
      assert.deepEqual(
        output.map(({ type }) => type),
        whole.output.map((item) => item instanceof Object && !Array.isArray(item) && item.type),
      );
    }
  });

  test("says that an answer was cut", async () => {
    const cut: Event[] = [
      ...events.slice(0, -1),
      { type: "finish", choice: 0, reason: "length", reported: "max_tokens" },
    ];
    reply = { type: "text/event-stream", text: writeText(cut) };
    const final = await client.responses.stream(ask).finalResponse();
    assert.equal(final.status, "incomplete");
    assert.deepEqual(final.incomplete_details, { reason: "max_output_tokens" });
  });

  test("throws what broke a stream, with its code", async () => {
    const writer = openaiResponses.writeStream(answering);
    const begun = events.slice(0, 7).map((event) => writer.write(event));
    const failed = writer.fail({
      error: { message: "The provider broke off.", type: "server_error", code: "upstream_error" },
    });
    reply = { type: "text/event-stream", text: begun.join("") + failed };
    await assert.rejects(client.responses.stream(ask).finalResponse(), (error) => {
      assert.ok(error instanceof OpenAI.APIError);
      assert.equal(error.code, "upstream_error");
      assert.match(error.message, /The provider broke off/);
      return true;
    });
    await assert.rejects(async () => {
      for await (const _ of await client.responses.create({ ...ask, stream: true }));
    }, OpenAI.APIError);
  });
});
