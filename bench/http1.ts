/**
 * Reads HTTP/1.1 messages out of a socket's bytes, and nothing more than the benchmark needs: the
 * start line, `content-length` or chunked bodies, keep-alive. The mock upstream and the load share
 * it, because both have to be much cheaper than what is measured between them; `node:http` on
 * both sides would cost more than the proxy in the middle.
 */

export type MessageHandler = {
  /** The whole head, as latin1 text, without the blank line that ends it. */
  head(head: string): void;
  /** A piece of the body, with chunked framing removed. Valid only during the call. */
  body(bytes: Buffer): void;
  end(): void;
};

type State = "head" | "sized" | "chunk-size" | "chunk-data" | "chunk-end" | "trailer";

const NOTHING = Buffer.alloc(0);
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

export class MessageReader {
  readonly #handler: MessageHandler;
  #state: State = "head";
  #rest: Buffer = NOTHING;
  #left = 0;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
  }

  /** Takes what a socket gave. Throws an Error where the bytes are no HTTP/1.1 message. */
  push(bytes: Buffer): void {
    let data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = NOTHING;
    while (data.length > 0) {
      const used = this.#step(data);
      if (used === 0) {
        this.#rest = data;
        return;
      }
      data = data.subarray(used);
    }
  }

  /** Consumes what it can of `data` in the present state; 0 when it needs more bytes. */
  #step(data: Buffer): number {
    switch (this.#state) {
      case "head":
        return this.#head(data);
      case "sized":
      case "chunk-data":
        return this.#take(data);
      case "chunk-size":
        return this.#chunkSize(data);
      case "chunk-end":
        if (data.length < 2) return 0;
        this.#state = "chunk-size";
        return 2;
      case "trailer":
        return this.#trailer(data);
    }
  }

  #head(data: Buffer): number {
    const at = data.indexOf("\r\n\r\n");
    if (at < 0) return 0;
    const head = data.toString("latin1", 0, at);
    this.#handler.head(head);
    const length = CONTENT_LENGTH.exec(head);
    if (length) this.#left = Number(length[1]);
    if (length && this.#left > 0) this.#state = "sized";
    else if (CHUNKED.test(head)) this.#state = "chunk-size";
    else this.#handler.end();
    return at + 4;
  }

  #take(data: Buffer): number {
    const size = Math.min(this.#left, data.length);
    this.#handler.body(size === data.length ? data : data.subarray(0, size));
    this.#left -= size;
    if (this.#left === 0) {
      if (this.#state === "chunk-data") this.#state = "chunk-end";
      else this.#finish();
    }
    return size;
  }

  #chunkSize(data: Buffer): number {
    const at = data.indexOf("\r\n");
    if (at < 0) return 0;
    const size = Number.parseInt(data.toString("latin1", 0, at), 16);
    if (Number.isNaN(size)) throw new Error("a chunk without a size");
    this.#left = size;
    this.#state = size === 0 ? "trailer" : "chunk-data";
    return at + 2;
  }

  #trailer(data: Buffer): number {
    const at = data.indexOf("\r\n");
    if (at < 0) return 0;
    if (at === 0) this.#finish();
    return at + 2;
  }

  #finish(): void {
    this.#state = "head";
    this.#handler.end();
  }
}
