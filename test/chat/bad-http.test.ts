/** Broken and unusual HTTP, by hand: each gets its own failure, at once, and the next request works. */
import assert from "node:assert/strict";
import { METHODS } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Cause } from "../../src/failures/catalogue/index.ts";
import { KEY, prefixed, prefixes, RunningGateway, until } from "../support/gateway.ts";
import { assertFailure, assertServes } from "../support/judge.ts";
import { RawConnection, requestHead } from "../support/raw-http.ts";

const BODY_BYTES = 200_000;
const RECEIVE_MS = 1000;

let gateway: RunningGateway;
before(async () => {
  gateway = await RunningGateway.start({
    limits: { body_bytes: BODY_BYTES, receive_ms: RECEIVE_MS },
  });
});
after(() => gateway?.stop());

const json = ["content-type", "application/json"] as const;
const bearer = ["authorization", `Bearer ${KEY}`] as const;
const body = '{"model":"sandbox/chat","messages":[{"role":"user","content":"Hello"}]}';
const path = "/v1/chat/completions";

/** Writes on a connection of its own, and gives it to the test. */
async function on(
  bytes: string,
  use: (connection: RawConnection) => void | Promise<void>,
): Promise<void> {
  const connection = new RawConnection(gateway.port);
  try {
    connection.write(bytes);
    await use(connection);
  } finally {
    connection.close();
  }
  await assertServes(gateway);
}

function post(
  headers: readonly (readonly [string, string])[] = [],
  text = body,
  to = path,
): string {
  const all = [json, bearer, ...headers];
  return requestHead(`POST ${to}`, all, Buffer.byteLength(text)) + text;
}

test("every method of HTTP that this path does not take is a wrong verb, and takes no longer", async () => {
  for (const method of METHODS.filter((name) => name !== "POST" && name !== "CONNECT")) {
    await on(requestHead(`${method} ${path}`, [bearer]), async (connection) => {
      const answer = await connection.answer({ method });
      assert.equal(answer.headers.get("x-parley-error"), "request.method_wrong", method);
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get("allow"), "POST", method);
      if (method === "HEAD") return;
      assertFailure(answer, "native", "request.method_wrong");
    });
  }
});

test("a content type that is not one is told, and does not hide that a path is not there", async () => {
  const nonsense = [bearer, ["content-type", ";;/"]] as const;
  const lines: [string, Cause][] = [
    [`POST ${path}`, "request.content_type"],
    ["POST /v1/nothing", "request.path_unknown"],
    ["DELETE /v1/models", "request.method_wrong"],
    ["POST /health", "request.method_wrong"],
  ];
  for (const [line, cause] of lines) {
    await on(`${requestHead(line, nonsense, 2)}{}`, async (connection) => {
      assertFailure(await connection.answer(), "native", cause);
    });
  }
});

test("nobody is tunnelled", async () => {
  await on(requestHead("CONNECT example.com:443", []), async (connection) => {
    assertFailure(await connection.answer(), "native", "request.method_wrong", { status: 405 });
  });
});

test("a method that does not exist is told", async () => {
  for (const method of ["BREW", "post", "P@ST"]) {
    await on(requestHead(`${method} ${path}`, [bearer]), async (connection) => {
      assertFailure(await connection.answer(), "native", "request.http_malformed", { status: 400 });
    });
  }
});

test("HEAD gets the headers of GET and no body", async () => {
  await on(requestHead("HEAD /v1/models", [bearer]), async (connection) => {
    const answer = await connection.answer({ method: "HEAD" });
    assert.equal(answer.status, 200);
    assert.ok(Number(answer.headers.get("content-length")) > 10);
    await pause(50);
    assert.equal(connection.received, "");
  });
});

test("garbage is not HTTP, and is told so", async () => {
  for (const garbage of [
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a client that speaks TLS\r\n\r\n",
    "GET\r\n\r\n",
    "hello?\r\n\r\n",
    `POST ${path} HTTP/9.9\r\nhost: gateway\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nhost gateway\r\n\r\n`,
    requestHead(`POST ${path}`, [
      json,
      bearer,
      ["content-length", "2"],
      ["transfer-encoding", "chunked"],
    ]),
    requestHead(`POST ${path}`, [json, bearer, ["content-length", "1"], ["content-length", "2"]]),
    requestHead(`POST ${path}`, [json, bearer, ["content-length", "-5"]]),
  ]) {
    await on(garbage, async (connection) => {
      assertFailure(await connection.answer(), "native", "request.http_malformed", { status: 400 });
    });
  }
});

test("a body whose chunks cannot be read", async () => {
  const head = requestHead(`POST ${path}`, [json, bearer, ["transfer-encoding", "chunked"]]);
  await on(`${head}zz\r\n{}\r\n0\r\n\r\n`, async (connection) => {
    assertFailure(await connection.answer(), "native", "request.http_malformed", { status: 400 });
  });
});

test("a request header of 100 kB, and a request line of as much", async () => {
  const long = "x".repeat(100_000);
  for (const prefix of prefixed) {
    const to = `${prefixes[prefix]}/chat/completions`;
    await on(post([["x-long", long]], body, to), async (connection) => {
      const answer = await connection.answer();
      assertFailure(answer, prefix, "request.headers_too_large", { status: 400 });
    });
    await on(post([], body, `${to}?long=${long}`), async (connection) => {
      const answer = await connection.answer();
      assertFailure(answer, prefix, "request.headers_too_large", { status: 400 });
    });
  }
});

test("a path that cannot be decoded is no path", async () => {
  for (const to of [
    "/v1/%E0%A4%A/x",
    "/v1/models/%zz",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//",
    "/v1//",
  ]) {
    await on(requestHead(`GET ${to}`, [bearer]), async (connection) => {
      const answer = await connection.answer();
      assert.ok(answer.status === 404 || answer.status === 400, `${to}: ${answer.text}`);
      assert.match(answer.headers.get("x-parley-error") ?? "", /^(request|model|resource)\./, to);
    });
  }
});

test("a body over the limit is told before it is received: declared, or growing", async () => {
  for (const prefix of prefixed) {
    const to = `POST ${prefixes[prefix]}/chat/completions`;
    await on(requestHead(to, [json, bearer], 1_000_000_000), async (connection) => {
      const answer = await connection.answer();
      assertFailure(answer, prefix, "request.body_too_large", { status: 413 });
      assert.equal(answer.headers.get("connection"), "close");
    });
    const chunked = requestHead(to, [json, bearer, ["transfer-encoding", "chunked"]]);
    await on(chunked, async (connection) => {
      const piece = Buffer.alloc(64 * 1024, 0x20);
      for (let i = 0; i < 200; i++) {
        connection.write(`${piece.length.toString(16)}\r\n`);
        connection.write(piece);
        connection.write("\r\n");
      }
      const answer = await connection.answer();
      assertFailure(answer, prefix, "request.body_too_large", { status: 413 });
    });
  }
});

test("nobody without a key makes Parley wait for a body", async () => {
  await on(requestHead(`POST ${path}`, [json], 100_000), async (connection) => {
    assertFailure(await connection.answer({ ms: 500 }), "native", "key.missing", { status: 401 });
  });
  await on(requestHead("POST /v1/nothing", [json], 100_000), async (connection) => {
    const answer = await connection.answer({ ms: 500 });
    assertFailure(answer, "native", "request.path_unknown", { status: 404 });
  });
});

test("a slow upload is not waited for longer than the limit", async () => {
  const slow = prefixed.map((prefix) => {
    const to = `POST ${prefixes[prefix]}/chat/completions`;
    return on(`${requestHead(to, [json, bearer], body.length)}{"model"`, async (connection) => {
      const answer = await connection.answer({ ms: RECEIVE_MS + 2000 });
      assertFailure(answer, prefix, "request.body_slow", { status: 400 });
    });
  });
  const unfinishedHead = on(`POST ${path} HTTP/1.1\r\nhost: g`, async (connection) => {
    const answer = await connection.answer({ ms: RECEIVE_MS + 2000 });
    assertFailure(answer, "native", "request.body_slow", { status: 400 });
  });
  await Promise.all([...slow, unfinishedHead]);
});

test("an upload that is closed half-way still gets its answer", async () => {
  for (const prefix of prefixed) {
    const to = `POST ${prefixes[prefix]}/chat/completions`;
    await on(`${requestHead(to, [json, bearer], body.length)}{"model"`, async (connection) => {
      connection.socket.end();
      const answer = await connection.answer();
      assertFailure(answer, prefix, "request.body_unreadable", { status: 400 });
    });
  }
});

test("a client that has said all and closes its half gets the answer", async () => {
  await on(post(), async (connection) => {
    connection.socket.end();
    const answer = await connection.answer();
    assert.equal(answer.status, 200, answer.text);
  });
});

test("Expect: 100-continue is answered, and no other expectation is met", async () => {
  const head = requestHead(`POST ${path}`, [json, bearer, ["expect", "100-continue"]], body.length);
  await on(head, async (connection) => {
    await until(() => connection.received.startsWith("HTTP/1.1 100"), 1000, "100 Continue");
    connection.write(body);
    assert.equal((await connection.answer()).status, 200);
  });
  await on(post([["expect", "a-miracle"]]), async (connection) => {
    const answer = await connection.answer();
    assert.notEqual(answer.text, "", `${answer.status} without a word`);
    if (answer.status !== 200) assertFailure(answer, "native", "request.http_malformed");
  });
});

test("a request without a Host is answered with words", async () => {
  const lines = `POST ${path} HTTP/1.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${KEY}`;
  await on(`${lines}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, async (connection) => {
    const answer = await connection.answer();
    assert.notEqual(answer.text, "", `${answer.status} without a word`);
    if (answer.status !== 200) assertFailure(answer, "native", "request.http_malformed");
  });
});

test("an offer to speak another protocol is declined by answering", async () => {
  for (const protocol of ["h2c", "websocket"]) {
    const upgrade = [
      ["connection", "Upgrade"],
      ["upgrade", protocol],
      ["sec-websocket-version", "13"],
      ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
    ] as const;
    await on(post(upgrade), async (connection) => {
      const answer = await connection.answer();
      assert.equal(answer.status, 200, answer.text);
    });
    await on(requestHead("GET /v1/realtime", [bearer, ...upgrade]), async (connection) => {
      assertFailure(await connection.answer(), "native", "request.path_unknown", { status: 404 });
    });
  }
  await on("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", async (connection) => {
    assertFailure(await connection.answer(), "native", "request.http_malformed", { status: 400 });
  });
});

test("requests that are sent without waiting are answered in their order", async () => {
  const slow = '{"model":"sandbox/chat;delay_ms=150","messages":[{"role":"user","content":"1st"}]}';
  const quick = '{"model":"sandbox/chat","messages":[{"role":"user","content":"2nd"}]}';
  const bad = '{"model":"no-such-model","messages":[{"role":"user","content":"3rd"}]}';
  await on(post([], slow) + post([], quick) + post([], bad), async (connection) => {
    assert.match((await connection.answer()).text, /1st/);
    assert.match((await connection.answer()).text, /2nd/);
    assertFailure(await connection.answer(), "native", "model.unknown");
  });
});

test("garbage after a request does not become its answer", async () => {
  const slow = '{"model":"sandbox/chat;delay_ms=150","messages":[{"role":"user","content":"1st"}]}';
  await on(`${post([], slow)}garbage\r\n\r\n`, async (connection) => {
    await until(() => connection.ended || connection.received !== "", 2000, "an end");
    await pause(300);
    const statuses = connection.received.match(/^HTTP\/1\.1 \d+/gm) ?? [];
    assert.ok(statuses[0] === undefined || statuses[0] === "HTTP/1.1 200", connection.received);
  });
});

test("garbage in the middle of a stream does not get into it", async () => {
  const long =
    '{"model":"sandbox/chat;tokens=20000","stream":true,"messages":[{"role":"user","content":"1st"}]}';
  await on(post([], long), async (connection) => {
    connection.socket.pause();
    await pause(200);
    connection.write("garbage\r\n\r\n");
    await pause(100);
    connection.socket.resume();
    await until(() => connection.ended || connection.received.includes("[DONE]"), 2000, "an end");
    const statuses = connection.received.match(/HTTP\/1\.1 \d+/g) ?? [];
    assert.deepEqual(statuses.slice(0, 1), ["HTTP/1.1 200"]);
    const first = connection.received.indexOf("HTTP/1.1 400");
    const end = connection.received.indexOf("0\r\n\r\n");
    assert.ok(first === -1 || (end !== -1 && end < first), "an error inside a stream's frames");
  });
});

test("a management body of no type at all is told", async () => {
  const operator = ["authorization", "Bearer operator-key-for-tests"] as const;
  const line = requestHead("POST /admin/v1/keys", [operator, ["content-type", ";;/"]], 2);
  await on(`${line}{}`, async (connection) => {
    assertFailure(await connection.answer(), "native", "request.content_type");
  });
});

test("the management API and the plain routes hold to the same", async () => {
  const admin = ["authorization", "Bearer nobody-at-all"] as const;
  for (const [line, cause] of [
    ["GET /admin/v1/keys", "key.unknown"],
    ["DELETE /health", "request.method_wrong"],
    ["GET /errors/no.such.cause", "resource.not_found"],
    ["GET /", "request.path_unknown"],
  ] as const) {
    await on(requestHead(line, [admin]), async (connection) => {
      assertFailure(await connection.answer(), "native", cause);
    });
  }
});
