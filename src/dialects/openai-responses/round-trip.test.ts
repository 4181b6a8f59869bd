/** What this dialect writes, it reads back the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { openaiResponses } from "./index.ts";
import {
  answering,
  causeOf,
  gist,
  payloads,
  plain,
  reading,
  readText,
  writeText,
} from "./testing.ts";
import { answer, provider, request } from "./testing-arbitraries.ts";

describe("the Responses dialect", () => {
  test("reads a request back as it wrote it", () => {
    const property = fc.property(request, (sent) => {
      const context = { model: sent.model, origin: { provider } };
      const { body, warnings } = openaiResponses.writeRequest(sent, context);
      const before = structuredClone(body);
      assert.deepEqual(plain(openaiResponses.readRequest(body)), plain(sent));
      assert.deepEqual(body, before, "reading does not change the body");
      assert.deepEqual(warnings, []);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("reads a whole answer back as it wrote it", () => {
    const property = fc.property(answer, (events) => {
      const body = plain(openaiResponses.writeAnswer(events, answering));
      const again = openaiResponses.readAnswer(body, reading(provider));
      assert.deepEqual(gist(again), gist(events));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("reads a stream back as it wrote it, however it is cut", () => {
    const property = fc.property(answer, fc.integer({ min: 1, max: 90 }), (events, size) => {
      const text = writeText(events);
      assert.deepEqual(gist(readText(text, reading(provider), size)), gist(events));
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("never takes a stream that broke off for a finished one", () => {
    const property = fc.property(answer, fc.nat(), (events, at) => {
      const frames = writeText(events).split("\n\n").slice(0, -2);
      const some = frames.slice(0, at % (frames.length + 1));
      const cause = causeOf(() => readText(some.map((frame) => `${frame}\n\n`).join("")));
      assert.equal(cause, some.length === 0 ? "upstream.empty" : "upstream.stream_unfinished");
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("numbers a stream's events from 0, and ends with what the events told", () => {
    const property = fc.property(answer, (events) => {
      const told = payloads(writeText(events));
      assert.deepEqual(
        told.map((event) => event.sequence_number),
        told.map((_, index) => index),
      );
      const done = told
        .filter(({ type }) => type === "response.output_item.done")
        .toSorted((a, b) => Number(a.output_index) - Number(b.output_index));
      const whole = plain(openaiResponses.writeAnswer(events, answering));
      const { response } = told.at(-1) ?? {};
      assert.deepEqual(response, whole, "the stream ends with the whole answer");
      assert.ok(whole instanceof Object && !Array.isArray(whole));
      assert.deepEqual(
        done.map(({ item }) => item),
        whole.output,
      );
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("gives a client state that it can send back as it came", () => {
    const property = fc.property(answer, (events) => {
      const body = plain(openaiResponses.writeAnswer(events, answering));
      assert.ok(body instanceof Object && !Array.isArray(body) && Array.isArray(body.output));
      const next = { model: "m", input: [{ role: "user", content: "hi" }, ...body.output] };
      const { turns } = openaiResponses.readRequest(next);
      const kept = turns
        .flatMap(({ parts }) => parts)
        .flatMap((part) => ("signature" in part && part.signature ? [part.signature.value] : []));
      const given = events.flatMap((event) =>
        event.type === "delta" && event.signature ? [event.signature.value] : [],
      );
      assert.deepEqual(kept, given);
    });
    fc.assert(property, { numRuns: 150 });
  });
});
