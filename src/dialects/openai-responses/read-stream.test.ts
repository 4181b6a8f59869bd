import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Json, JsonObject } from "../../core/json.ts";
import { openaiResponses } from "./index.ts";
import { causeOf, gist, reading, readText } from "./testing.ts";

function sse(...events: Json[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
}

function response(more: JsonObject = {}): JsonObject {
  return { id: "resp_1", object: "response", created_at: 5, model: "m", output: [], ...more };
}
const created = { type: "response.created", response: response({ status: "in_progress" }) };
const completed = { type: "response.completed", response: response({ status: "completed" }) };
const message = (text: string) => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [] }],
});

function texts(text: string): string[] {
  return readText(text).flatMap((event) =>
    event.type === "delta" ? [event.text ?? event.arguments ?? ""] : [],
  );
}

describe("a provider's Responses stream", () => {
  test("is empty where it completes without an item or a token, and an answer where it has tokens", () => {
    assert.equal(
      causeOf(() => readText(sse(created, completed))),
      "upstream.empty",
    );
    const usage = { input_tokens: 1, output_tokens: 3, total_tokens: 4 };
    const counted = { ...completed, response: response({ status: "completed", usage }) };
    assert.equal(readText(sse(created, counted)).at(-1)?.type, "finish");
  });

  test("gives text on delta by delta", () => {
    const deltas = ["a", "b", "c"].map((delta) => ({
      type: "response.output_text.delta",
      output_index: 0,
      content_index: 0,
      delta,
    }));
    const done = { type: "response.output_item.done", output_index: 0, item: message("abc") };
    assert.deepEqual(texts(sse(created, ...deltas, done, completed)), ["a", "b", "c"]);
  });

  test("takes text from the item where a server sends no deltas", () => {
    const done = { type: "response.output_item.done", output_index: 0, item: message("abc") };
    assert.deepEqual(texts(sse(created, done, completed)).join(""), "abc");
  });

  test("takes items from the end where a server sends none before", () => {
    const last = {
      ...completed,
      response: response({ status: "completed", output: [message("abc")] }),
    };
    assert.deepEqual(texts(sse(created, last)).join(""), "abc");
  });

  test("begins without content: response.created is a start", () => {
    const [frame] = openaiResponses
      .readStream(reading())
      .read({ event: "", data: JSON.stringify(created) });
    assert.equal(frame?.type, "start");
  });

  test("says that a stream without a terminal event is unfinished", () => {
    const done = { type: "response.output_item.done", output_index: 0, item: message("abc") };
    assert.equal(
      causeOf(() => readText(sse(created, done))),
      "upstream.stream_unfinished",
    );
    assert.equal(
      causeOf(() => readText("")),
      "upstream.empty",
    );
  });

  test("tells an error of either shape, and a failed response, as the provider's", () => {
    const failed = {
      type: "response.failed",
      response: response({ status: "failed", error: { code: "server_error", message: "x" } }),
    };
    const flat = { type: "error", code: "rate_limit_exceeded", message: "slow", param: null };
    const nested = { type: "error", error: { code: "rate_limit_exceeded", message: "slow" } };
    for (const event of [failed, flat, nested]) {
      assert.equal(
        causeOf(() => readText(sse(created, event))),
        "upstream.error_unknown",
      );
    }
  });

  test("keeps the reason why an answer is incomplete", () => {
    const cut = (reason: string) =>
      readText(
        sse(created, {
          type: "response.incomplete",
          response: response({ status: "incomplete", incomplete_details: { reason } }),
        }),
      ).at(-1);
    assert.deepEqual(cut("max_output_tokens"), {
      type: "finish",
      choice: 0,
      reason: "length",
      reported: "max_output_tokens",
    });
    assert.deepEqual(cut("content_filter"), {
      type: "finish",
      choice: 0,
      reason: "content-filter",
      reported: "content_filter",
    });
  });

  test("skips keepalives, hosted tools' progress and what comes after the end", () => {
    const noise: JsonObject[] = [
      { type: "keepalive", sequence_number: 1 },
      { type: "response.web_search_call.searching", output_index: 0, item_id: "ws_1" },
    ];
    const late = {
      type: "response.output_text.delta",
      output_index: 3,
      content_index: 0,
      delta: "x",
    };
    const last = {
      ...completed,
      response: response({ status: "completed", output: [message("abc")] }),
    };
    assert.deepEqual(texts(sse(created, ...noise, last, late)).join(""), "abc");
  });

  test("says that an event which is not JSON cannot be read", () => {
    assert.equal(
      causeOf(() => readText("data: {nope\n\n")),
      "upstream.event_unreadable",
    );
  });

  test("counts the calls of hosted tools", () => {
    const item = { type: "web_search_call", id: "ws_1", status: "completed" };
    const usage = { input_tokens: 2, output_tokens: 1 };
    const last = { ...completed, response: response({ status: "completed", usage }) };
    const done = { type: "response.output_item.done", output_index: 0, item };
    const { usage: figures } = gist(readText(sse(created, done, last)));
    assert.deepEqual(figures, { input: 2, output: 1, hostedToolCalls: { web_search: 1 } });
  });

  test("keeps encrypted reasoning with the item's id and its maker", () => {
    const item = {
      type: "reasoning",
      id: "rs_1",
      summary: [{ type: "summary_text", text: "short" }],
      encrypted_content: "gAAA",
    };
    const done = { type: "response.output_item.done", output_index: 0, item };
    const signed = readText(sse(created, done, completed)).flatMap((event) =>
      event.type === "delta" && event.signature ? [event.signature] : [],
    );
    assert.deepEqual(signed, [
      { value: "gAAA", kind: "encrypted", id: "rs_1", origin: { provider: "openai" } },
    ]);
  });
});

describe("a provider's whole answer", () => {
  const read = (body: Json) => openaiResponses.readAnswer(body, reading());

  test("is a failure where the response failed or was cancelled", () => {
    const error = { code: "server_error", message: "x" };
    for (const body of [
      response({ status: "failed", error }),
      response({ status: "cancelled" }),
      { error },
    ]) {
      assert.equal(
        causeOf(() => read(body)),
        "upstream.error_unknown",
      );
    }
  });

  test("is refused where it has no output, or another shape", () => {
    assert.equal(
      causeOf(() => read({ id: "resp_1", status: "completed" })),
      "upstream.empty",
    );
    assert.equal(
      causeOf(() => read({ output: "x" })),
      "upstream.shape_unknown",
    );
    assert.equal(
      causeOf(() => read([])),
      "upstream.shape_unknown",
    );
    const nameless = response({ output: [{ type: "function_call", arguments: "{}" }] });
    assert.equal(
      causeOf(() => read(nameless)),
      "upstream.shape_unknown",
    );
  });

  test("that is still being made says so", () => {
    const events = read(response({ status: "queued" }));
    assert.deepEqual(events.at(-1), {
      type: "finish",
      choice: 0,
      reason: "other",
      reported: "queued",
    });
    const written = openaiResponses.writeAnswer(events, { id: "r", model: "m", created: 1 });
    assert.equal(written.status, "queued");
  });
});
