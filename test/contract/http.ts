/** One request and what a client sees of its answer. */
import { connect } from "node:net";
import { isObject, type Json } from "../../src/core/json.ts";

/** What a client saw. */
export interface Observed {
  status: number;
  /** The code that the answer's error carries. */
  code: string | undefined;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The body, where it is JSON. */
  body: Json | undefined;
}

export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

/** Longer than anything that a scenario waits for. */
const PATIENCE_MS = 30_000;

/** The whole answer. Rejects where there is none. */
export async function send(request: Request): Promise<Observed> {
  const { method, url, headers, body } = request;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const sent = typeof body === "string" || body === undefined ? body : new Uint8Array(body);
  const response = await fetch(url, { method, headers, body: sent, signal, redirect: "manual" });
  return observe(response.status, Object.fromEntries(response.headers), await response.text());
}

/** Sends only the beginning of the body that the headers announce, closes its half of the connection, and reads. */
export async function sendHalf(request: Request, part: number): Promise<Observed> {
  const { hostname, port, pathname } = new URL(request.url);
  const body = Buffer.from(request.body ?? "");
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    ...request.headers,
    "content-length": String(body.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${request.method} ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () =>
      socket.end(Buffer.concat([Buffer.from(head), body.subarray(0, part)])),
    );
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer came")));
    socket.on("data", (chunk) => {
      chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      try {
        resolve(parse(Buffer.concat(chunks).toString()));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** An answer as it stands on the connection, its body up to the connection's end. */
function parse(raw: string): Observed {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!Number.isInteger(status)) throw new Error(`not an HTTP answer: ${raw.slice(0, 200)}`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return observe(status, Object.fromEntries(headers), rest.join("\r\n\r\n"));
}

export function observe(status: number, headers: Record<string, string>, text: string): Observed {
  const body = json(text);
  return { status, code: codeIn(body), headers, text, body };
}

/** The code in `{"error": {"code": …}}`. */
export function codeIn(body: Json | undefined): string | undefined {
  const error = errorIn(body);
  return typeof error?.code === "string" ? error.code : undefined;
}

export function errorIn(body: Json | undefined): Readonly<Record<string, Json>> | undefined {
  return isObject(body) && isObject(body.error) ? body.error : undefined;
}

function json(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the events of a stream say, as far as it is JSON. */
export function eventsIn(text: string): Json[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .flatMap((line) => json(line.slice("data: ".length)) ?? []);
}
