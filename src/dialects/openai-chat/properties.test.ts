/** What this dialect writes, it reads back the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { answer } from "./answer-generator.ts";
import { provider } from "./generators.ts";
import { openaiChat } from "./index.ts";
import { request } from "./request-generator.ts";
import { answering, gist, reading, readText } from "./testing.ts";

const manners = {
  cacheMarks: "cache_control",
  fileUrl: "file_data",
  reasoningBack: "field",
  reasoningEffort: "reasoning.effort",
} as const;

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("the chat dialect", () => {
  test("reads a request back as it wrote it", () => {
    const property = fc.property(request, (sent) => {
      const chat =
        sent.reasoning?.effort === undefined ? manners : { ...manners, reasoningEffort: undefined };
      const context = { model: sent.model, origin: { provider }, manners: chat };
      const { body, warnings } = openaiChat.writeRequest(sent, context);
      const before = structuredClone(body);
      assert.deepEqual(plain(openaiChat.readRequest(body)), plain(sent));
      assert.deepEqual(body, before, "reading does not change the body");
      assert.deepEqual(warnings, []);
    });
    fc.assert(property, { numRuns: 400 });
  });

  test("reads a whole answer back as it wrote it", () => {
    const property = fc.property(answer, (events) => {
      const body = openaiChat.writeAnswer(events, answering);
      const again = openaiChat.readAnswer(plain(body), reading(provider));
      assert.deepEqual(unreported(gist(again)), gist(events));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("reads a stream back as it wrote it, cut at every byte", () => {
    const property = fc.property(answer, fc.integer({ min: 1, max: 40 }), (events, size) => {
      const writer = openaiChat.writeStream({ ...answering, streamUsage: true });
      const text = events.map((event) => writer.write(event)).join("") + writer.end();
      const expected = gist(events);
      assert.deepEqual(unreported(gist(readText(text, reading(provider), size))), expected);
      assert.deepEqual(unreported(gist(readText(text, reading(provider), 1))), expected);
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("gives a client state that it can send back, whether streamed or not", () => {
    const property = fc.property(answer, (events) => {
      const body = plain(openaiChat.writeAnswer(events, answering));
      for (const { message } of body.choices) {
        const next = { model: "m", messages: [{ role: "user", content: "hi" }, message] };
        const [, turn] = openaiChat.readRequest(next).turns;
        const expected = events.flatMap((event) =>
          event.type === "delta" && event.signature ? [event.signature.value] : [],
        );
        const kept = turn?.parts.flatMap((part) =>
          "signature" in part && part.signature ? [part.signature] : [],
        );
        for (const signature of kept ?? []) {
          assert.equal(signature.origin?.provider, provider);
          assert.ok(expected.includes(signature.value));
        }
        const details = (message.reasoning_details ?? []).filter(
          (entry: { data?: string; signature?: string }) => entry.data ?? entry.signature,
        );
        const calls = (message.tool_calls ?? []).filter(
          (call: { extra_content?: object }) => call.extra_content,
        );
        assert.equal(kept?.length, details.length + calls.length);
      }
    });
    fc.assert(property, { numRuns: 150 });
  });
});

function unreported(folded: ReturnType<typeof gist>): ReturnType<typeof gist> {
  if (folded instanceof Object && !Array.isArray(folded) && folded.usage instanceof Object) {
    if (!Array.isArray(folded.usage)) delete folded.usage.reported;
  }
  return folded;
}
