/** HTTP by hand, for what no client library would send. */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Answer, answerOf } from "./gateway.ts";

/** A connection on which a test writes what it likes, and reads what comes. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
    });
    const end = () => {
      this.#ended = true;
    };
    this.socket.on("end", end).on("close", end).on("error", end);
  }

  /** Everything that came and has not been taken as an answer. */
  get received(): string {
    return this.#received.toString();
  }

  /** The other side has closed its half or all of it. */
  get ended(): boolean {
    return this.#ended;
  }

  write(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The next answer: by its length, its chunks, or up to the end. Interim answers (100) are passed over. */
  async answer(options: { ms?: number; method?: string } = {}): Promise<Answer> {
    const { ms = 2000, method = "POST" } = options;
    const end = performance.now() + ms;
    for (;;) {
      const taken = this.#take(method);
      if (taken !== undefined) return taken;
      if (this.#ended) throw new Error(`closed without an answer: ${this.received.slice(0, 300)}`);
      if (performance.now() > end)
        throw new Error(`no answer in ${ms} ms: ${this.received.slice(0, 300)}`);
      await pause(5);
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #take(method: string): Answer | undefined {
    const bytes = this.#received;
    const split = bytes.indexOf("\r\n\r\n");
    if (split === -1) return undefined;
    const [first = "", ...lines] = bytes.toString("latin1", 0, split).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
    if (!Number.isInteger(status)) throw new Error(`not HTTP: ${first.slice(0, 200)}`);
    const from = split + 4;
    if (status < 200) {
      this.#received = bytes.subarray(from);
      return undefined;
    }
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const body = bodyOf(bytes.subarray(from), headers, method, this.#ended);
    if (body === undefined) return undefined;
    this.#received = bytes.subarray(from + body.taken);
    return answerOf(status, headers, body.text);
  }
}

function bodyOf(
  bytes: Buffer,
  headers: Headers,
  method: string,
  ended: boolean,
): { text: string; taken: number } | undefined {
  if (method === "HEAD") return { text: "", taken: 0 };
  const length = headers.get("content-length");
  if (length !== null) {
    const taken = Number(length);
    return bytes.length < taken ? undefined : { text: bytes.toString("utf8", 0, taken), taken };
  }
  if (headers.get("transfer-encoding") !== "chunked")
    return ended ? { text: bytes.toString(), taken: bytes.length } : undefined;
  let text = "";
  let at = 0;
  for (;;) {
    const newline = bytes.indexOf("\r\n", at);
    if (newline === -1) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, newline), 16);
    if (bytes.length < newline + 4 + size) return undefined;
    text += bytes.toString("utf8", newline + 2, newline + 2 + size);
    at = newline + 4 + size;
    if (size === 0) return { text, taken: at };
  }
}

/** A request line and headers, `content-length` where there is a body. */
export function requestHead(
  line: string,
  headers: readonly (readonly [string, string])[],
  bodyLength?: number,
): string {
  const all = [["host", "gateway"], ...headers];
  if (bodyLength !== undefined) all.push(["content-length", String(bodyLength)]);
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}
