/** OpenAI's own SDK, its Responses client pointed at Parley: what is kept, gone back to, and made without a client. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import OpenAI from "openai";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import { isObject } from "../../src/core/json.ts";
import { KEY, RunningGateway } from "../support/gateway.ts";
import { respondsWith } from "../support/responses-upstream.ts";
import {
  beginStream,
  chunk,
  fails,
  type Script,
  ScriptedUpstream,
  says,
  silent,
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
    ],
    retries: { attempts: 0 },
  });
  connect();
  upstream.on("gpt-hello", respondsWith("Hello from the other side."));
  upstream.on("llama-hello", says("Hello from the other side."));
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function connect(): void {
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
}

const model = "groq/llama-hello";

/** One word every 100 ms. */
function slowly(...words: string[]): Script {
  return async ({ body, response }) => {
    beginStream(response);
    for (const content of words) {
      if (response.destroyed) return;
      response.write(chunk(body, { content }));
      await pause(100);
    }
    response.write(chunk(body, {}, "stop"));
    response.end("data: [DONE]\n\n");
  };
}

async function ended(id: string): Promise<Response> {
  for (let i = 0; i < 200; i++) {
    const response = await client.responses.retrieve(id);
    if (response.status !== "queued" && response.status !== "in_progress") return response;
    await pause(25);
  }
  throw new Error(`${id} does not end`);
}

async function refused(call: Promise<unknown>, status: number, code: string, param?: string) {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof OpenAI.APIError, String(error));
    assert.deepEqual([error.status, error.code], [status, code]);
    if (param !== undefined) assert.equal(error.param, param);
    return true;
  });
}

async function all(events: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const list: ResponseStreamEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

test("a conversation goes on after the gateway was killed, with another vendor", async () => {
  const first = await client.responses.create({ model, input: "My name is Ada." });
  const streamed = await client.responses
    .stream({ model, input: "And I like rain.", previous_response_id: first.id })
    .finalResponse();
  await client.responses.retrieve(streamed.id);
  await gateway.killAndStartAgain();
  connect();
  assert.deepEqual(await client.responses.retrieve(first.id), { ...first });
  const third = await client.responses.create({
    model: "openai/gpt-hello",
    previous_response_id: streamed.id,
    input: "Who am I?",
  });
  assert.equal(third.previous_response_id, streamed.id);
  const { input } = upstream.calls("gpt-hello").at(-1)?.body ?? {};
  const texts = JSON.stringify(input);
  assert.match(texts, /My name is Ada\..*Hello from.*And I like rain\..*Hello from.*Who am I\?/);

  const items = client.responses.inputItems.list(third.id, { order: "asc", limit: 2 });
  const seen: string[] = [];
  for await (const item of items) {
    assert.ok("id" in item && item.type === "message");
    seen.push(item.role);
  }
  assert.deepEqual(seen, ["user", "assistant", "user", "assistant", "user"], "page by page");
  const newest = await client.responses.inputItems.list(third.id, { limit: 1 });
  assert.equal(newest.has_more, true);
  assert.match(JSON.stringify(newest.data), /Who am I\?/);
});

test("what is not kept, removed or unknown is not found", async () => {
  const gone = "resp_unknown";
  await refused(
    client.responses.create({ model, input: "Hi", previous_response_id: gone }),
    404,
    "resource_not_found",
    "previous_response_id",
  );
  await refused(client.responses.retrieve(gone), 404, "resource_not_found");
  const unkept = await client.responses.create({ model, input: "Hi", store: false });
  await refused(client.responses.retrieve(unkept.id), 404, "resource_not_found");
  const kept = await client.responses.create({ model, input: "Hi" });
  const next = await client.responses.create({ model, input: "x", previous_response_id: kept.id });
  await client.responses.delete(kept.id);
  await refused(client.responses.retrieve(kept.id), 404, "resource_not_found");
  await refused(client.responses.delete(kept.id), 404, "resource_not_found");
  for (const previous_response_id of [kept.id, next.id]) {
    await refused(
      client.responses.create({ model, input: "Hi", previous_response_id }),
      404,
      "resource_not_found",
      "previous_response_id",
    );
  }
});

test("an item that is referred to by its id is put in its place", async () => {
  const first = await client.responses.create({ model, input: "Hi" });
  const id = first.output[0]?.id ?? "";
  await client.responses.create({
    model,
    input: [
      { role: "user", content: "Hi" },
      { type: "item_reference", id },
      { role: "user", content: "Again" },
    ],
  });
  const { messages } = upstream.calls("llama-hello").at(-1)?.body ?? {};
  assert.match(JSON.stringify(messages), /Hi.*Hello from the other side\..*Again/);
  await refused(
    client.responses.create({ model, input: [{ type: "item_reference", id: "msg_x" }] }),
    404,
    "resource_not_found",
    "input[0].id",
  );
});

test("in the background: queued at once, polled to its end, and gone back to", async () => {
  upstream.on("llama-late", async (call) => {
    await pause(150);
    await says("Late but here.")(call);
  });
  const begun = await client.responses.create({
    model: "groq/llama-late",
    input: "Hi",
    background: true,
  });
  assert.equal(begun.status, "queued");
  assert.equal((await client.responses.retrieve(begun.id)).status, "in_progress");
  await refused(
    client.responses.create({ model, input: "Hi", previous_response_id: begun.id }),
    409,
    "state_precondition_failed",
    "previous_response_id",
  );
  const done = await ended(begun.id);
  assert.equal(done.status, "completed");
  assert.equal(done.output_text, "Late but here.");
  assert.equal(done.background, true);
  assert.equal(done.created_at, begun.created_at);
  const { background } = upstream.calls("llama-late").at(-1)?.body ?? {};
  assert.equal(background, undefined);
  const next = await client.responses.create({ model, input: "x", previous_response_id: done.id });
  assert.equal(next.status, "completed");
  const row = await gateway.rowOf("groq/llama-late");
  assert.equal(row.status, 200);
});

test("in the background and streamed: a reader that leaves comes back to the event after its last", async () => {
  upstream.on("llama-slow", slowly("One ", "two ", "three ", "four ", "five."));
  const stream = await client.responses.create({
    model: "groq/llama-slow",
    input: "Count",
    background: true,
    stream: true,
  });
  let id = "";
  let last = -1;
  for await (const event of stream) {
    if (event.type === "response.created") {
      id = event.response.id;
      assert.equal(event.response.status, "queued");
    }
    last = event.sequence_number;
    if (event.type === "response.output_text.delta") break;
  }
  const rest = await all(
    await client.responses.retrieve(id, { stream: true, starting_after: last }),
  );
  assert.deepEqual(
    rest.map(({ sequence_number }) => sequence_number),
    rest.map((_, index) => last + 1 + index),
  );
  assert.equal(rest.at(-1)?.type, "response.completed");
  const done = await ended(id);
  assert.equal(done.output_text, "One two three four five.");
  const again = await all(await client.responses.retrieve(id, { stream: true }));
  assert.equal(again.length, last + 1 + rest.length);
  const text = again.map((event) =>
    event.type === "response.output_text.delta" ? event.delta : "",
  );
  assert.equal(text.join(""), done.output_text);
  assert.equal(upstream.calls("llama-slow").length, 1);
});

test("in the background: cancelled, failed, or cut off by a restart, it says which", async () => {
  upstream.on("llama-silent", silent);
  const ask = { model: "groq/llama-silent", input: "Hi", background: true };
  const begun = await client.responses.create(ask);
  await pause(50);
  const cancelled = await client.responses.cancel(begun.id);
  assert.equal(cancelled.status, "cancelled");
  assert.equal((await client.responses.cancel(begun.id)).status, "cancelled", "twice is no harm");
  assert.equal((await client.responses.retrieve(begun.id)).status, "cancelled");
  assert.ok(upstream.calls("llama-silent").at(-1)?.lostAt !== undefined, "the vendor was told");

  upstream.on("llama-fails", fails(500));
  const failing = await client.responses.create({
    model: "groq/llama-fails",
    input: "Hi",
    background: true,
  });
  const failed = await ended(failing.id);
  assert.equal(failed.status, "failed");
  assert.ok((failed.error?.message ?? "") !== "");

  const poll = await client.responses.create(ask);
  let cut = "";
  const stream = await client.responses.create({ ...ask, stream: true });
  for await (const event of stream) {
    if (event.type === "response.created") cut = event.response.id;
    if (event.type === "response.queued") break;
  }
  await client.responses.retrieve(poll.id);
  await gateway.killAndStartAgain();
  connect();
  const interrupted = await client.responses.retrieve(poll.id);
  assert.equal(interrupted.status, "failed");
  assert.match(interrupted.error?.message ?? "", /restarted/);
  const left = await all(await client.responses.retrieve(cut, { stream: true, starting_after: 1 }));
  assert.deepEqual(
    left.map(({ type, sequence_number }) => [type, sequence_number]),
    [["response.failed", 2]],
  );

  const plain = await client.responses.create({ model, input: "Hi" });
  await refused(client.responses.cancel(plain.id), 400, "operation_not_allowed");
  await refused(
    client.responses.create({ ...ask, store: false }),
    400,
    "invalid_parameter_value",
    "background",
  );
});

test("a removed response is stopped, and nothing of it is kept", async () => {
  const ask = { model: "groq/llama-silent", input: "Hi", background: true };
  const begun = await client.responses.create(ask);
  await client.responses.delete(begun.id);
  await refused(client.responses.retrieve(begun.id), 404, "resource_not_found");
  await pause(100);
  await refused(client.responses.retrieve(begun.id), 404, "resource_not_found");
});

test("the lists of items refuse what no page can be", async () => {
  const { id } = await client.responses.create({ model, input: "Hi" });
  for (const [query, param] of [
    ["limit=0", "limit"],
    ["order=up", "order"],
    ["after=msg_x", "after"],
  ]) {
    const answer = await gateway.send(`/v1/responses/${id}/input_items?${query}`);
    assert.equal(answer.status, 400);
    assert.ok(isObject(answer.body.error));
    assert.equal(answer.body.error.param, param);
  }
});
