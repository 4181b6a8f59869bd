import assert from "node:assert/strict";
import { it } from "node:test";
import type { Event } from "../../core/events.ts";
import { gemini } from "./index.ts";
import { asJsonArray } from "./json-array.ts";

const context = { id: "id", model: "m", created: 0 };
const at = { choice: 0, index: 0 };
const events: Event[] = [
  { type: "start" },
  { type: "part-start", ...at, part: { type: "text" } },
  { type: "delta", ...at, text: "a" },
  { type: "delta", ...at, text: "b\n\n" },
  { type: "part-end", ...at },
  { type: "finish", choice: 0, reason: "stop" },
];

it("a stream without SSE is one JSON array of the same events", () => {
  const sse = gemini.writeStream(context);
  const plain = [...events.map((event) => sse.write(event)), sse.end()]
    .filter((text) => text !== "")
    .map((text) => JSON.parse(text.slice("data: ".length)));
  const writer = asJsonArray(gemini.writeStream(context));
  const text = events.map((event) => writer.write(event)).join("") + writer.end();
  assert.deepEqual(JSON.parse(text), plain);
});

it("a stream without SSE that breaks ends with the error, and is still an array", () => {
  const writer = asJsonArray(gemini.writeStream(context));
  const begun = events.slice(0, 3).map((event) => writer.write(event));
  const all = JSON.parse(begun.join("") + writer.fail({ error: { code: 502 } }));
  assert.deepEqual(all.at(-1), { error: { code: 502 } });
  const early = asJsonArray(gemini.writeStream(context));
  assert.deepEqual(JSON.parse(early.fail({ error: { code: 503 } })), [{ error: { code: 503 } }]);
});
