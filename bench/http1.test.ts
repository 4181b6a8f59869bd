import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MessageReader } from "./http1.ts";
import { faultOf } from "./load.ts";
import { ratios, spread } from "./statistics.ts";

function readAll(pieces: Buffer[]): string[] {
  const messages: string[] = [];
  let body = "";
  const reader = new MessageReader({
    head() {
      body = "";
    },
    body(bytes) {
      body += bytes.toString("latin1");
    },
    end() {
      messages.push(body);
    },
  });
  for (const piece of pieces) reader.push(piece);
  return messages;
}

function cut(bytes: Buffer, at: number[]): Buffer[] {
  const places = [
    0,
    ...at.map((place) => place % bytes.length).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test("messages are read the same wherever the bytes are cut", () => {
  const wire = Buffer.from(
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" +
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\ntrailer: 1\r\n\r\n" +
      "HTTP/1.1 204 No Content\r\n\r\n" +
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
  );
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), (at) => {
      assert.deepEqual(readAll(cut(wire, at)), ["hello", "abc0123456789", "", ""]);
    }),
  );
});

test("an answer that is not whole is a fault, however fast it came", () => {
  assert.equal(faultOf("plain", "<html>"), "answer that is not JSON");
  assert.equal(faultOf("plain", '{"error":{}}'), "answer without choices or usage");
  assert.equal(faultOf("plain", '{"choices":[],"usage":{}}'), undefined);
  const chunk = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
  assert.equal(faultOf("streamed", chunk.repeat(49)), "stream of 49 chunks");
  assert.equal(faultOf("streamed", chunk.repeat(50)), undefined);
});

test("ratios are taken within a round, and a round without a value has none", () => {
  assert.deepEqual(ratios([2, 30, undefined], [1, 10, 5]), { median: 2.5, min: 2, max: 3 });
  assert.equal(spread([undefined]), undefined);
});
