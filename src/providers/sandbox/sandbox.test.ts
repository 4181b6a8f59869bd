import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../core/events.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { sandbox } from "./index.ts";
import { sampleOf } from "./sample.ts";

const request: ChatRequest = {
  model: "sandbox/chat",
  stream: false,
  turns: [{ role: "user", parts: [{ type: "text", text: "Tell me of a fox and a dog." }] }],
};

async function play(model: string, more: Partial<ChatRequest> = {}) {
  const events: Event[] = [];
  const signal = new AbortController().signal;
  let failure: unknown;
  try {
    for await (const event of sandbox.answer({ ...request, ...more }, { model, signal }))
      events.push(event);
  } catch (thrown) {
    failure = thrown;
  }
  return { events, failure, text: textOf(events) };
}

function textOf(events: readonly Event[]): string {
  return events
    .map((event) => (event.type === "delta" && "text" in event ? event.text : ""))
    .join("");
}

test("the same request gets the same answer", async () => {
  const first = await play("chat");
  assert.deepEqual((await play("chat")).events, first.events);
  assert.match(first.text, /You said: Tell me of a fox/);
  assert.deepEqual(
    first.events.filter(({ type }) => type === "finish"),
    [{ type: "finish", choice: 0, reason: "stop" }],
  );
});

test("a failure comes where it is asked for", async () => {
  const said = (events: readonly Event[]) => new Set(events.map(({ type }) => type));
  for (const [at, expected] of [
    ["open", []],
    ["first", ["start"]],
    ["middle", ["start", "part-start", "delta"]],
    ["end", ["start", "part-start", "delta", "part-end"]],
  ] as const) {
    const { events, failure } = await play(`chat;fail=upstream.stalled;at=${at}`);
    assert.ok(failure instanceof Failure && failure.simulated, at);
    assert.equal(failure.cause, "upstream.stalled");
    assert.deepEqual([...said(events)], expected, at);
  }
});

test("a failure inside a tool call, and one for a call that never comes", async () => {
  const tools: ChatRequest["tools"] = [
    {
      kind: "function",
      name: "weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  ];
  const inside = await play("tools;fail=upstream.stalled;at=tool", { tools });
  assert.ok(inside.failure instanceof Failure);
  const deltas = inside.events.filter(({ type }) => type === "delta");
  assert.ok(deltas.length > 0 && deltas.every((delta) => "arguments" in delta));
  const never = await play("chat;fail=upstream.stalled;at=tool");
  assert.ok(never.failure instanceof Failure, "it was asked for, and comes at the end");
});

test("so many answers succeed first", async () => {
  const model = "chat;fail=upstream.overloaded;after=2;tokens=1";
  assert.equal((await play(model)).failure, undefined);
  assert.equal((await play(model)).failure, undefined);
  assert.ok((await play(model)).failure instanceof Failure);
  assert.ok((await play(model)).failure instanceof Failure);
});

test("as many tokens as asked for, up to the limit, and no further than a stop sequence", async () => {
  const long = await play("chat;tokens=10");
  assert.equal(long.text.split(" ").length, 10);
  const cut = await play("chat;tokens=10", { maxOutputTokens: 4 });
  assert.equal(cut.text.split(" ").length, 4);
  assert.ok(cut.events.some((event) => event.type === "finish" && event.reason === "length"));
  const stopped = await play("chat;tokens=10", { stop: ["fox"] });
  assert.equal(stopped.text, "the quick brown ");
});

test("an image is refused by a model that does not see", async () => {
  const image: ChatRequest["turns"] = [
    {
      role: "user",
      parts: [{ type: "image", source: { kind: "url", url: "https://example.com/a.png" } }],
    },
  ];
  const blind = await play("chat", { turns: image });
  assert.ok(blind.failure instanceof Failure && blind.failure.cause === "capability.vision");
  assert.match((await play("vision", { turns: image })).text, /1 image/);
});

test("a delay ends when the client leaves", async () => {
  const abort = new AbortController();
  const started = performance.now();
  const events = sandbox.answer(request, { model: "chat;delay_ms=60000", signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await assert.rejects(async () => {
    for await (const event of events) assert.equal(event.type, "start");
  });
  assert.ok(performance.now() - started < 2000);
});

test("a sample fits its schema", () => {
  const node = { type: "object", properties: { next: { $ref: "#" } }, required: ["next"] };
  const rows: [Parameters<typeof sampleOf>[0], unknown][] = [
    [{ type: "integer", minimum: 5, multipleOf: 4 }, 8],
    [{ type: "number", exclusiveMinimum: 3 }, 4],
    [{ type: "integer", maximum: -2 }, -2],
    [{ enum: ["b", "a"] }, "b"],
    [{ const: 0 }, 0],
    [{ type: ["null", "boolean"] }, true],
    [{ type: "string", minLength: 9 }, "sampleeee"],
    [{ type: "string", maxLength: 3 }, "sam"],
    [{ type: "string", format: "date" }, "2026-01-01"],
    [{ type: "array", items: { type: "boolean" }, minItems: 2 }, [true, true]],
    [{ $ref: "#/$defs/a~1b", $defs: { "a/b": { const: "found" } } }, "found"],
    [{ $ref: "#/$defs/missing" }, null],
    [{ anyOf: [{ type: "boolean" }, { type: "null" }] }, true],
    [
      { type: "object", properties: { a: { const: 1 }, b: { const: 2 } }, required: ["b"] },
      { b: 2 },
    ],
  ];
  for (const [schema, expected] of rows)
    assert.deepEqual(sampleOf(schema), expected, JSON.stringify(schema));
  assert.doesNotThrow(() => JSON.stringify(sampleOf(node)), "a schema that holds itself ends");
});
