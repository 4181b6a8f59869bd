import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import zlib from "node:zlib";
import { Failure } from "../failures/failure.ts";
import { checkContentType, readBody } from "./receive.ts";

const JSON_TEXT = '{"model":"m","messages":[]}';

function request(body: string | Uint8Array, headers: Record<string, string> = {}): IncomingMessage {
  const raw = new IncomingMessage(new Socket());
  raw.headers = headers;
  raw.push(body);
  raw.push(null);
  return raw;
}

function causedBy(cause: string) {
  return (error: unknown) => error instanceof Failure && error.cause === cause;
}

test("JSON by any of its names, or nothing said", () => {
  for (const type of [
    undefined,
    "application/json",
    "Application/JSON; Charset=UTF-8",
    'application/json;charset="utf-8"',
    "application/vnd.parley+json",
    "application/json; profile=x",
  ])
    assert.doesNotThrow(() => checkContentType(type), type);
});

test("anything else is told", () => {
  for (const type of [
    "text/plain",
    "application/xml",
    "text/json",
    "application/json; charset=latin1",
    "",
    ";;/",
  ])
    assert.throws(() => checkContentType(type), causedBy("request.content_type"), type);
});

test("a body as it is, and in each encoding", async () => {
  assert.equal((await readBody(request(JSON_TEXT), 100)).toString(), JSON_TEXT);
  const encoded = {
    identity: Buffer.from(JSON_TEXT),
    gzip: zlib.gzipSync(JSON_TEXT),
    "x-gzip": zlib.gzipSync(JSON_TEXT),
    deflate: zlib.deflateSync(JSON_TEXT),
    br: zlib.brotliCompressSync(JSON_TEXT),
    zstd: zlib.zstdCompressSync(JSON_TEXT),
    " GZIP ": zlib.gzipSync(JSON_TEXT),
  };
  for (const [encoding, bytes] of Object.entries(encoded)) {
    const body = await readBody(request(bytes, { "content-encoding": encoding }), 100);
    assert.equal(body.toString(), JSON_TEXT, encoding);
  }
});

test("the limit holds for what is declared, received and decompressed, and what just fits passes", async () => {
  const fits = "x".repeat(100);
  assert.equal((await readBody(request(fits, { "content-length": "100" }), 100)).length, 100);
  assert.equal((await readBody(request(fits), 100)).length, 100);
  const large = causedBy("request.body_too_large");
  await assert.rejects(readBody(request("", { "content-length": "101" }), 100), large);
  await assert.rejects(readBody(request(`${fits}x`), 100), large);
  for (const [encoding, bytes] of [
    ["gzip", zlib.gzipSync(Buffer.alloc(100_000))],
    ["br", zlib.brotliCompressSync(Buffer.alloc(10_000_000))],
    ["zstd", zlib.zstdCompressSync(Buffer.alloc(1_000_000))],
  ] as const)
    await assert.rejects(readBody(request(bytes, { "content-encoding": encoding }), 1000), large);
});

test("corrupt, unknown and doubled encodings cannot be read", async () => {
  for (const encoding of ["gzip", "deflate", "br", "zstd", "rot13", "gzip, gzip", "__proto__"]) {
    const read = readBody(request("no such thing", { "content-encoding": encoding }), 100);
    await assert.rejects(read, causedBy("request.body_unreadable"), encoding);
  }
});

test("no body is told, also where it is empty after decompression", async () => {
  await assert.rejects(readBody(request(""), 100), causedBy("request.body_missing"));
  const empty = request(zlib.gzipSync(""), { "content-encoding": "gzip" });
  await assert.rejects(readBody(empty, 100), causedBy("request.body_missing"));
});

test("an upload that is lost is the client's leaving", async () => {
  const raw = new IncomingMessage(new Socket());
  raw.headers = {};
  raw.push("{");
  const read = readBody(raw, 100);
  raw.destroy(new Error("reset"));
  await assert.rejects(read, causedBy("client.disconnected"));
});
