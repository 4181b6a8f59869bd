/** How long Parley waits, for what, and what the client sees meanwhile. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { isObject } from "../../src/core/json.ts";
import { errorOf, eventsOf, RunningGateway } from "../support/gateway.ts";
import { assertFailure } from "../support/judge.ts";
import {
  beginStream,
  chunk,
  after as later,
  ScriptedUpstream,
  says,
  silent,
} from "../support/upstream.ts";

let gateway: RunningGateway;
let deaf: Deaf;
const upstream = new ScriptedUpstream();

before(async () => {
  await upstream.start();
  deaf = await Deaf.start();
  const base = { provider: "openai", credential: "sk-1", base_url: upstream.url() };
  gateway = await RunningGateway.start({
    retries: { attempts: 0, base_ms: 10, max_ms: 100 },
    timeouts: { first_content_ms: 30_000, idle_ms: 30_000, total_ms: 40_000 },
    channels: [
      { ...base, name: "patient", models: ["p-*"] },
      {
        ...base,
        name: "hasty",
        models: ["h-*"],
        timeouts: { first_content_ms: 250, idle_ms: 250 },
      },
      { ...base, name: "spare", base_url: upstream.url("spare"), models: ["h-two"], priority: -1 },
      { ...base, name: "deaf", base_url: `http://127.0.0.1:${deaf.port}/v1`, models: ["deaf"] },
    ],
  });
});
after(async () => {
  deaf?.stop();
  await upstream.stop();
  await gateway?.stop();
});

async function timed<T>(what: Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  return [await what, performance.now() - started];
}

test("the channel's time for the first content", async () => {
  upstream.on("h-one", silent);
  for (const stream of [false, true]) {
    const [answer, ms] = await timed(gateway.chat({ model: "h-one", stream }));
    assertFailure(answer, "native", "upstream.timeout", { status: 504 });
    assert.ok(ms >= 240 && ms < 1500, `${ms} ms`);
  }
});

test("the request's time comes before the channel's", async () => {
  upstream.on("h-slow", later(400, says("Late, but welcome.")));
  const patient = { timeouts: { first_content_ms: 5000 } };
  const answer = await gateway.chat({ model: "h-slow", gateway: patient });
  assert.equal(answer.status, 200, answer.text);
  upstream.on("p-one", silent);
  const [late, ms] = await timed(
    gateway.chat({ model: "p-one", gateway: { timeouts: { first_content_ms: 150 } } }),
  );
  assertFailure(late, "native", "upstream.timeout", { status: 504 });
  assert.ok(ms < 1000, `${ms} ms`);
});

test("a channel that lets one wait is followed by the next", async () => {
  upstream.on("h-two", silent);
  upstream.on("spare:h-two", says("From the spare."));
  for (const stream of [false, true]) {
    const answer = await gateway.chat({ model: "h-two", stream });
    assert.match(answer.text, /spare/, answer.text);
  }
});

test("silence amid the answer", async () => {
  upstream.on("h-three", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { role: "assistant", content: "Well, …" }));
  });
  const [answer, ms] = await timed(gateway.chat({ model: "h-three", stream: true }));
  assert.equal(answer.status, 200);
  assert.ok(ms >= 240 && ms < 1500, `${ms} ms`);
  const events = eventsOf(answer.text);
  const error = events.at(-2);
  assert.ok(isObject(error) && isObject(error.error), answer.text);
  assert.equal(error.error.code, "upstream_timeout");
  assert.equal(events.at(-1), "[DONE]");
  assert.equal((await gateway.rowOf("h-three")).cause, "upstream.stalled");
});

test("the whole, however lively the answer is", async () => {
  upstream.on("p-two", async ({ body, response }) => {
    beginStream(response);
    while (!response.destroyed) {
      response.write(chunk(body, { content: "and on " }));
      await pause(20);
    }
  });
  const [answer, ms] = await timed(
    gateway.chat({ model: "p-two", stream: true, gateway: { timeouts: { total_ms: 300 } } }),
  );
  assert.ok(ms >= 290 && ms < 1500, `${ms} ms`);
  assert.match(answer.text, /upstream_timeout/);
  assert.equal(eventsOf(answer.text).at(-1), "[DONE]");
});

test("the whole, sandbox included", async () => {
  for (const stream of [false, true]) {
    const [answer, ms] = await timed(
      gateway.chat({
        model: "sandbox/chat;delay_ms=5000",
        stream,
        gateway: { timeouts: { total_ms: 300 } },
      }),
    );
    assertFailure(answer, "native", "upstream.timeout", { status: 504 });
    assert.ok(ms < 1500, `${ms} ms`);
  }
});

test("the time to connect", async (t) => {
  if (!deaf.isDeaf) {
    t.skip("this system accepts connections for a program that does not");
    return;
  }
  const [answer, ms] = await timed(
    gateway.chat({ model: "deaf", gateway: { timeouts: { connect_ms: 300 } } }),
  );
  assertFailure(answer, "native", "upstream.timeout", { status: 504 });
  assert.match(String(errorOf(answer).message), /reached in time/);
  // The connector's clock is coarse.
  assert.ok(ms >= 250 && ms < 3000, `${ms} ms`);
});

/** A program that listens and never accepts, its queue full: connecting to it takes for ever. */
class Deaf {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #waiting: ReturnType<typeof connect>[] = [];
  isDeaf = false;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<Deaf> {
    const program = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
      process.stdout.write(String(this.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
    const child = spawn(process.execPath, ["-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = child.stdout === null ? [] : await once(child.stdout, "data");
    const deaf = new Deaf(child, Number(port));
    for (let i = 0; i < 8 && !deaf.isDeaf; i++) {
      const socket = connect(deaf.port, "127.0.0.1");
      deaf.#waiting.push(socket);
      const connected = new Promise<boolean>((resolve) => {
        socket.on("connect", () => resolve(true)).on("error", () => resolve(true));
      });
      deaf.isDeaf = !(await Promise.race([connected, pause(200, false)]));
    }
    return deaf;
  }

  stop(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#child.kill("SIGKILL");
  }
}

test("a slow model: after 10 s the status, then comments until it speaks", async () => {
  upstream.on("p-slow", later(11_500, says("I have thought.")));
  const started = performance.now();
  const response = await gateway.fetch("/v1/chat/completions", {
    body: { model: "p-slow", stream: true, messages: [{ role: "user", content: "Think." }] },
  });
  const status = performance.now() - started;
  assert.equal(response.status, 200);
  assert.ok(status >= 9_900 && status < 11_000, `the status after ${status} ms`);
  const text = await response.text();
  assert.match(text, /^: keep-alive\n\n/);
  assert.match(text, /thought/);
  assert.equal(eventsOf(text).at(-1), "[DONE]");
});
