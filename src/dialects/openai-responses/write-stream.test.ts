import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject } from "../../core/json.ts";
import { echoOf, openaiResponses } from "./index.ts";
import { answering, payloads, writeText } from "./testing.ts";

const place = (index: number) => ({ choice: 0, index });
const start: Event = { type: "start", id: "resp_abc", model: "served", created: 1_700_000_000 };
const stop: Event = { type: "finish", choice: 0, reason: "stop", reported: "completed" };
const usage: Event = { type: "usage", usage: { input: 3, output: 2 } };

function types(events: readonly Event[]): unknown[] {
  return payloads(writeText(events)).map(({ type }) => type);
}

describe("a Responses stream for a client", () => {
  test("tells text in OpenAI's order", () => {
    const events: Event[] = [
      start,
      { type: "part-start", ...place(0), part: { type: "text" } },
      { type: "delta", ...place(0), text: "Hel" },
      { type: "delta", ...place(0), text: "lo" },
      { type: "part-end", ...place(0) },
      usage,
      stop,
    ];
    assert.deepEqual(types(events), [
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  test("tells a summary, then a full thought, then a call", () => {
    const events: Event[] = [
      start,
      { type: "part-start", ...place(0), part: { type: "reasoning", kind: "summary" } },
      { type: "delta", ...place(0), text: "In short" },
      { type: "part-end", ...place(0) },
      { type: "part-start", ...place(1), part: { type: "reasoning" } },
      { type: "delta", ...place(1), text: "at length" },
      { type: "part-end", ...place(1) },
      { type: "part-start", ...place(2), part: { type: "tool-call", id: "call_1", name: "f" } },
      { type: "delta", ...place(2), arguments: "{}" },
      { type: "part-end", ...place(2) },
      stop,
    ];
    assert.deepEqual(types(events).slice(2, -1), [
      "response.output_item.added",
      "response.reasoning_summary_part.added",
      "response.reasoning_summary_text.delta",
      "response.reasoning_summary_text.done",
      "response.reasoning_summary_part.done",
      "response.content_part.added",
      "response.reasoning_text.delta",
      "response.reasoning_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.done",
      "response.output_item.done",
    ]);
  });

  test("gives text on as it comes, and says nothing before content", () => {
    const writer = openaiResponses.writeStream(answering);
    assert.equal(writer.write(start), "");
    writer.write({ type: "part-start", ...place(0), part: { type: "text" } });
    for (const text of ["a", "b", "c"]) {
      const [event] = payloads(writer.write({ type: "delta", ...place(0), text })).slice(-1);
      assert.equal(event?.type, "response.output_text.delta");
      assert.equal(event?.delta, text);
    }
  });

  test("makes the ids of items from the answer's where the provider gave none", () => {
    const events: Event[] = [
      start,
      { type: "part-start", ...place(0), part: { type: "text" } },
      { type: "delta", ...place(0), text: "Hi" },
      { type: "part-end", ...place(0) },
      stop,
    ];
    const ids = payloads(writeText(events)).flatMap(({ item_id: id }) => (id ? [id] : []));
    assert.deepEqual(new Set(ids), new Set(["msg_prl_abc_0"]));
    assert.equal(writeText(events), writeText(events));
  });

  test("keeps the id and the phase that the provider gave a message", () => {
    const state = { value: '{"id":"msg_x","phase":"commentary"}', kind: "item", id: "msg_x" };
    const events: Event[] = [
      start,
      { type: "part-start", ...place(0), part: { type: "text" } },
      { type: "delta", ...place(0), signature: state },
      { type: "delta", ...place(0), text: "Hi" },
      { type: "part-end", ...place(0) },
      stop,
    ];
    const { output } = openaiResponses.writeAnswer(events, answering);
    const [item] = Array.isArray(output) ? output : [];
    assert.ok(isObject(item));
    assert.equal(item.id, "msg_x");
    assert.equal(item.phase, "commentary");
  });

  test("ends a broken stream with the error and response.failed, which holds what was said", () => {
    const writer = openaiResponses.writeStream(answering);
    const said = [
      start,
      { type: "part-start" as const, ...place(0), part: { type: "text" as const } },
      { type: "delta" as const, ...place(0), text: "Half" },
    ].map((event) => writer.write(event));
    const failed = writer.fail({ error: { code: "upstream_error", message: "Broken." } });
    const told = payloads(said.join("") + failed);
    assert.deepEqual(
      told.map(({ sequence_number: number }) => number),
      told.map((_, index) => index),
    );
    const [error, last] = told.slice(-2);
    assert.equal(error?.type, "error");
    assert.equal(last?.type, "response.failed");
    const { response } = last ?? {};
    assert.ok(isObject(response) && Array.isArray(response.output));
    assert.equal(response.status, "failed");
    assert.deepEqual(response.error, { code: "upstream_error", message: "Broken." });
    const [item] = response.output;
    assert.ok(isObject(item));
    assert.equal(item.status, "incomplete");
    assert.ok(!told.some(({ type }) => type === "response.completed"));
  });

  test("repeats what the client asked for, and what the provider said of itself", () => {
    const context = { ...answering, echo: { instructions: "Be brief.", temperature: 0.2 } };
    const extra = {
      dialect: "openai-responses",
      fields: { temperature: 1, billing: { payer: "x" } },
    };
    const body = openaiResponses.writeAnswer([{ ...start, extra }, stop], context);
    assert.equal(body.instructions, "Be brief.");
    assert.equal(body.temperature, 0.2);
    assert.deepEqual(body.billing, { payer: "x" });
    assert.deepEqual(body.tools, []);
  });

  test("has the request's fields in the form that clients' types require", () => {
    const tool = { type: "function", name: "f", parameters: {} };
    assert.deepEqual(
      echoOf({ model: "m", input: "x", tools: [tool], text: { verbosity: "low" }, top_p: null }),
      {
        tools: [{ ...tool, description: null, strict: true }],
        text: { verbosity: "low", format: { type: "text" } },
      },
    );
  });

  test("shows another dialect's fields under its name", () => {
    const extra = { dialect: "openai-chat", fields: { system_fingerprint: "fp" } };
    const body = openaiResponses.writeAnswer([{ ...start, extra }, stop], answering);
    assert.deepEqual(body.provider_fields, { "openai-chat": { system_fingerprint: "fp" } });
  });
});
