import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { Pool } from "undici";
import { connectionFailure } from "./upstream.ts";

const coded = (code: string, message = "x") => Object.assign(new Error(message), { code });
const before = { answered: false, stream: false };

describe("a connection that was never had", () => {
  for (const code of [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "EHOSTUNREACH",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  ])
    it(`${code} is upstream.connect_failed`, () =>
      assert.equal(connectionFailure(coded(code), before).cause, "upstream.connect_failed"));

  for (const code of ["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"])
    it(`${code} is upstream.timeout`, () =>
      assert.equal(connectionFailure(coded(code), before).cause, "upstream.timeout"));
});

describe("a connection on which no HTTP came", () => {
  for (const code of [
    "ECONNRESET",
    "EPIPE",
    "EPROTO",
    "UND_ERR_SOCKET",
    "HPE_INVALID_CONSTANT",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ])
    it(`${code} is upstream.connection_lost`, () =>
      assert.equal(connectionFailure(coded(code), before).cause, "upstream.connection_lost"));

  for (const bytes of [
    "SSH-2.0-OpenSSH_9.6\r\n",
    "HTTP/1.1 abc\r\n\r\n",
    "\x15\x03\x03\x00\x02",
    "",
  ])
    it(`that began with ${JSON.stringify(bytes)} is upstream.connection_lost`, async () => {
      const server = createServer((socket) => socket.end(bytes)).listen(0, "127.0.0.1");
      await new Promise((done) => server.once("listening", done));
      const address = server.address();
      assert.ok(typeof address === "object" && address !== null);
      const pool = new Pool(`http://127.0.0.1:${address.port}`);
      const error = await pool.request({ method: "POST", path: "/", body: "{}" }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Error);
      assert.equal(connectionFailure(error, before).cause, "upstream.connection_lost");
      await pool.destroy();
      server.close();
    });
});

it("a loss after the headers is the body's or the stream's", () => {
  const error = coded("ECONNRESET");
  assert.equal(
    connectionFailure(error, { answered: true, stream: false }).cause,
    "upstream.body_broken",
  );
  assert.equal(
    connectionFailure(error, { answered: true, stream: true }).cause,
    "upstream.stream_broken",
  );
});
