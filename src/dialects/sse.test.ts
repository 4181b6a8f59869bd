import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import { Failure } from "../failures/failure.ts";
import type { Frame } from "./frames.ts";
import { SseDecoder } from "./sse.ts";

function decode(text: string, cuts: readonly number[] = []): Frame[] {
  const bytes = Buffer.from(text);
  const decoder = new SseDecoder();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  const frames: Frame[] = [];
  let from = 0;
  for (const end of ends.sort((a, b) => a - b)) {
    frames.push(...decoder.push(bytes.subarray(from, end)));
    from = end;
  }
  return frames;
}

describe("an SSE stream", () => {
  test("gives its events whatever its line ends", () => {
    const expected = [
      { event: "", data: "one" },
      { event: "error", data: "two\nlines" },
    ];
    for (const end of ["\n", "\r\n", "\r"]) {
      const lines = ["data: one", "", "event: error", "data:two", "data: lines", "", ""];
      assert.deepEqual(decode(lines.join(end)), expected, JSON.stringify(end));
    }
  });

  test("skips comments, other fields and events without data, and a byte order mark", () => {
    const text = "\uFEFF: hello\n\nid: 7\nretry: 5\nevent: ping\n\ndata: x\nid: 8\n\n";
    assert.deepEqual(decode(text), [{ event: "", data: "x" }]);
  });

  test("keeps data that is empty or begins with spaces", () => {
    assert.deepEqual(decode("data\n\ndata:  x\n\n"), [
      { event: "", data: "" },
      { event: "", data: " x" },
    ]);
  });

  test("is the same however it is cut, inside characters and line ends too", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "語", "🙂", ":", " ", "{") });
    const event = fc.record({
      event: fc.constantFrom("", "error", "delta"),
      data: fc.array(text, { minLength: 1, maxLength: 3 }),
      comment: fc.boolean(),
    });
    const property = fc.property(
      fc.array(event, { maxLength: 4 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.nat(), { maxLength: 8 }),
      (events, end, cuts) => {
        const wire = events
          .map(({ event: name, data, comment }) =>
            [
              ...(comment ? [": keep-alive"] : []),
              ...(name === "" ? [] : [`event: ${name}`]),
              ...data.map((line) => `data: ${line}`),
              "",
              "",
            ].join(end),
          )
          .join("");
        const expected = events.map(({ event: name, data }) => ({
          event: name,
          data: data.join("\n"),
        }));
        assert.deepEqual(decode(wire, cuts), expected);
        const each = Array.from({ length: Buffer.byteLength(wire) }, (_, index) => index);
        assert.deepEqual(decode(wire, each), expected);
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  test("says that it ended in the middle of an event", () => {
    const endings: [string, boolean][] = [
      ["data: x\n\n", false],
      ["data: x\n", true],
      ["data: {", true],
      ["dat", true],
      ["data: x\n\n: comm", false],
      ["data: [DONE]", false],
      ["data: [DONE]\n", false],
      ["", false],
    ];
    for (const [text, unfinished] of endings) {
      const decoder = new SseDecoder();
      decoder.push(Buffer.from(text));
      assert.deepEqual(decoder.end(), { unfinished }, JSON.stringify(text));
    }
  });

  test("fails where one event is larger than allowed, on one line or many, and only then", () => {
    const big = (text: string) => () =>
      new SseDecoder({ maxEventLength: 10 }).push(Buffer.from(text));
    const tooLarge = (error: unknown) =>
      error instanceof Failure && error.cause === "upstream.body_too_large";
    assert.throws(big(`data: ${"x".repeat(20)}`), tooLarge);
    assert.throws(big("data: 123456\ndata: 789012\n"), tooLarge);
    assert.equal(big("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n")().length, 4);
  });
});

describe("an error that stands in a stream as bare JSON", () => {
  const error = { error: { code: 503, message: "Overloaded", status: "UNAVAILABLE" } };
  const found = [{ event: "error", data: JSON.stringify(error) }];

  it("is an event of the name `error`, however many lines it has", () => {
    const decoder = new SseDecoder();
    const frames = decoder.push(
      Buffer.from(`data: 1\n\n${JSON.stringify(error, undefined, 2)}\n\ndata: 2\n\n`),
    );
    assert.deepEqual(frames, [{ event: "", data: "1" }, ...found, { event: "", data: "2" }]);
  });

  it("is found at the end of a stream that does not end its lines", () => {
    const decoder = new SseDecoder();
    assert.deepEqual(decoder.push(Buffer.from(JSON.stringify(error))), []);
    assert.deepEqual(decoder.end(), { unfinished: false, frames: found });
  });

  it("is not seen in other JSON, nor in a list that breaks off", () => {
    const decoder = new SseDecoder();
    assert.deepEqual(decoder.push(Buffer.from('{"candidates":[]}\n\n[{"error":\n\n')), []);
    assert.deepEqual(decoder.end(), { unfinished: false });
  });
});
