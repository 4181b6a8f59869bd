/**
 * The upstream that misbehaves on demand: HTTP/1.1 by hand on plain sockets, because a well-behaved
 * server library refuses to do most of what real providers and the proxies before them do.
 */

import { STATUS_CODES } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Received, Replies, Reply, Step } from "./reply.ts";

export interface Upstream {
  port: number;
  /** Credentials that arrived in Authorization, `x-api-key` and `x-goog-api-key`. */
  credentials: ReadonlySet<string>;
  /** How many requests of this name arrived. */
  calls(name: string): number;
  /** Stops listening and drops every connection: from then on connections are refused. */
  close(): Promise<void>;
}

/**
 * Answers a request by what it asks for: `name` says that, `reply` gives what to do, or `undefined` for an
 * unknown one.
 */
export async function startUpstream(
  port: number,
  name: (request: Received) => string,
  reply: (name: string, request: Received) => Replies | undefined,
): Promise<Upstream> {
  const credentials = new Set<string>();
  const calls = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A gateway that leaves resets the connection; that is its right, and the next write's failure is not news.
    socket.on("error", () => socket.destroy());
    serve(socket, (request) => {
      for (const header of ["authorization", "x-api-key", "x-goog-api-key"]) {
        const credential = request.headers[header]?.replace(/^bearer /i, "");
        if (credential) credentials.add(credential);
      }
      const called = name(request);
      calls.set(called, (calls.get(called) ?? 0) + 1);
      const found = request.method === "GET" ? loginPage : reply(called, request);
      return typeof found === "function" ? found(request) : (found ?? unknownModel);
    });
  });
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port to listen on");
  return {
    port: address.port,
    credentials,
    calls: (called) => calls.get(called) ?? 0,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Where redirects lead. */
const loginPage: Reply = {
  headers: { "content-type": "text/html" },
  steps: ["<!doctype html><html><title>Sign in</title><body>Sign in</body></html>"],
};

const unknownModel: Reply = {
  status: 500,
  headers: { "content-type": "text/plain" },
  steps: ["the suite knows no fault of this name"],
};

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", done);
  });
}

/** Reads one request after another from a connection and plays the answer to each. */
function serve(socket: Socket, answer: (request: Received) => Reply): void {
  let pending = Buffer.alloc(0);
  let busy = false;
  const next = async (): Promise<void> => {
    if (busy) return;
    const parsed = parseRequest(pending);
    if (parsed === undefined) return;
    pending = pending.subarray(parsed.size);
    busy = true;
    await play(socket, answer(parsed.request));
    busy = false;
    if (!socket.destroyed) await next();
  };
  socket.on("data", (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    void next();
  });
}

/** The first whole request in `bytes` and its size; undefined while more is needed. */
function parseRequest(bytes: Buffer): { request: Received; size: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const start = headEnd + 4;
  if (headers["transfer-encoding"]?.includes("chunked") === true) {
    const body = dechunk(bytes.subarray(start));
    if (body === undefined) return undefined;
    return { request: received(method, path, headers, body.text), size: start + body.size };
  }
  const length = Number(headers["content-length"] ?? 0);
  if (bytes.length < start + length) return undefined;
  const text = bytes.subarray(start, start + length).toString("utf8");
  return { request: received(method, path, headers, text), size: start + length };
}

function received(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  text: string,
): Received {
  const body = object(text);
  const streaming = body.stream === true || /[:-]stream/i.test(path);
  return { method, path, headers, body, streaming };
}

function dechunk(bytes: Buffer): { text: string; size: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    const after = lineEnd + 2 + length + 2;
    if (Number.isNaN(length) || bytes.length < after) return undefined;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = after;
    if (length === 0) return { text: Buffer.concat(parts).toString("utf8"), size: at };
  }
}

function object(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

async function play(socket: Socket, reply: Reply): Promise<void> {
  const { steps = [], framing = "length", ending = "finish" } = reply;
  if (reply.delayMs !== undefined) await sleep(reply.delayMs);
  if (framing !== "raw") socket.write(head(reply));
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === "string" || step instanceof Uint8Array) write(socket, framing, step);
    else if ("waitMs" in step) await sleep(step.waitMs);
    else
      for (let left = step.times ?? Infinity; left > 0 && !socket.destroyed; left -= 1) {
        write(socket, framing, step.repeat);
        await sleep(step.everyMs);
      }
  }
  switch (ending) {
    case "finish":
      if (framing === "chunked") socket.write("0\r\n\r\n");
      if (framing === "close" || framing === "raw") socket.end();
      return;
    case "cut":
      socket.end();
      return;
    case "reset":
      // A reset throws away what the other side has not read yet; the fault is meant to come after it.
      if (steps.length > 0 || framing !== "raw") await sleep(150);
      socket.resetAndDestroy();
      return;
    case "hold":
      await new Promise((left) => socket.once("close", left));
  }
}

function write(socket: Socket, framing: Reply["framing"], data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
  if (bytes.length === 0) return;
  if (framing === "chunked") socket.write(`${bytes.length.toString(16)}\r\n`);
  socket.write(bytes);
  if (framing === "chunked") socket.write("\r\n");
}

function head(reply: Reply): string {
  const { status = 200, framing = "length", headers = {}, steps = [], lengthOff = 0 } = reply;
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}`];
  const bodiless = status === 204 || status === 304;
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (framing === "chunked") lines.push("transfer-encoding: chunked");
  if (framing === "close") lines.push("connection: close");
  if (framing === "length" && !bodiless) lines.push(`content-length: ${size(steps) + lengthOff}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function size(steps: readonly Step[]): number {
  let bytes = 0;
  for (const step of steps)
    if (typeof step === "string" || step instanceof Uint8Array) bytes += Buffer.byteLength(step);
  return bytes;
}
