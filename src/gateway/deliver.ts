import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type FailureResponse, renderFailure } from "../failures/contracts/index.ts";
import { nativeStatus } from "../failures/contracts/native.ts";
import type { Failure } from "../failures/failure.ts";
import { streamWriter } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

/** Where an answer goes: its client, or the record of one that nobody waits for. */
export interface Delivery {
  /** Names and values in turn, for whatever response comes; stages add to it. */
  readonly headers: string[];
  /** The status sent; 0 until then. */
  status: number;
  /** Content has been sent: another offering can no longer take over. */
  contentSent: boolean;
  /** Monotonic milliseconds of the last write to a stream. */
  lastWrite: number;
  /** The status has been sent. */
  readonly begun: boolean;
  /** A whole answer: JSON text and its length in bytes. */
  whole(text: string, length: number): void;
  /** Fixes the status and headers of a stream; they leave with what is written next. */
  begin(): void;
  /** A piece of the stream. False where the client reads too slowly: wait for {@link onDrain}. */
  write(bytes: Uint8Array | string): boolean;
  onDrain(resume: () => void): void;
  keepAlive(): void;
  end(): void;
  /** Tells the failure: as a response while nothing has been sent, else as the dialect's own error and end. */
  fail(failure: Failure): void;
  /** Calls when nothing more will be written of this answer, at once where that is so already. */
  whenOver(then: () => void): void;
}

/** What the client has been given, and the only place that gives it anything. */
export class ClientDelivery implements Delivery {
  readonly headers: string[] = [];
  status = 0;
  /** The stream's headers have gone to the connection, and pieces follow them there directly. */
  #framesItself = false;
  contentSent = false;
  lastWrite = 0;
  readonly #exchange: Exchange;
  readonly #response: ServerResponse;

  constructor(exchange: Exchange, response: ServerResponse) {
    this.#exchange = exchange;
    this.#response = response;
    response.once("close", () => {
      if (!response.writableFinished) exchange.clientLeft();
    });
  }

  get begun(): boolean {
    return this.status !== 0;
  }

  /** Text leaves together with the headers, bytes would not. */
  whole(text: string, length: number): void {
    this.status = 200;
    this.contentSent = true;
    const response = this.#response;
    if (response.destroyed) return;
    response.writeHead(200, [
      "content-type",
      "application/json; charset=utf-8",
      "content-length",
      String(length),
      ...this.#answerHeaders(),
    ]);
    response.end(text);
  }

  begin(): void {
    if (this.begun) return;
    this.status = 200;
    this.lastWrite = performance.now();
    const response = this.#response;
    if (response.destroyed) return;
    response.writeHead(200, [
      "content-type",
      this.#exchange.streamForm.contentType,
      "cache-control",
      "no-cache",
      // Proxies of nginx's kind would hold events back.
      "x-accel-buffering",
      "no",
      ...this.#answerHeaders(),
    ]);
    const { socket } = response;
    // Behind the answer to an earlier request of the same connection, or without chunks: Node's own way.
    if (socket === null || !response.chunkedEncoding) return;
    this.#framesItself = true;
    socket.cork();
    response.flushHeaders();
    process.nextTick(() => socket.uncork());
  }

  write(bytes: Uint8Array | string): boolean {
    this.lastWrite = performance.now();
    const response = this.#response;
    if (response.destroyed || bytes.length === 0) return true;
    const { socket } = response;
    if (!this.#framesItself || socket === null) return response.write(bytes);
    return writeChunk(socket, bytes);
  }

  onDrain(resume: () => void): void {
    (this.#response.socket ?? this.#response).once("drain", resume);
  }

  keepAlive(): void {
    this.write(this.#exchange.streamForm.keepAlive);
  }

  end(): void {
    this.#response.end();
  }

  fail(failure: Failure): void {
    const exchange = this.#exchange;
    const response = this.#response;
    if (exchange.clientGone || response.destroyed || response.writableEnded) {
      if (this.status === 0) this.status = nativeStatus("client.disconnected");
      return;
    }
    if (this.begun) {
      const error = exchange.contract.renderInStream(failure, exchange.renderContext);
      response.end(streamWriter(exchange).fail(error));
      return;
    }
    const { status, headers, body } = renderFailure(
      exchange.contract,
      failure,
      exchange.renderContext,
    );
    this.status = status;
    for (let i = 0; i < this.headers.length; i += 2) {
      headers[this.headers[i] ?? ""] ??= this.headers[i + 1] ?? "";
    }
    endWith(exchange.raw, response, { status, headers, body });
  }

  whenOver(then: () => void): void {
    if (this.#response.closed) then();
    else this.#response.once("close", then);
  }

  #answerHeaders(): string[] {
    const exchange = this.#exchange;
    const { served, attempts } = exchange;
    const list = ["x-request-id", exchange.id];
    if (exchange.contract.name === "anthropic") list.push("request-id", exchange.id);
    if (served !== undefined) {
      list.push("x-parley-provider", served.provider.name);
      list.push("x-parley-model", headerText(exchange.modelServed ?? served.model));
    }
    list.push("x-parley-attempts", String(attempts.length + 1));
    if (exchange.simulated) list.push("x-parley-simulated", "true");
    const warnings = [...exchange.warnings, ...exchange.attemptWarnings];
    if (warnings.length > 0)
      list.push(
        "x-parley-warnings",
        headerText(
          warnings.map((w) => w.code + (w.param === undefined ? "" : `:${w.param}`)).join(", "),
        ),
      );
    return this.headers.length === 0 ? list : [...list, ...this.headers];
  }
}

/** How long what is still coming of a refused body is dropped before the connection is closed. */
const LINGER_MS = 1000;

/**
 * A whole response. Where the request's body has not been received to its end, the connection is closed after
 * it, but not at once: bytes that arrive at a closed connection reset it, and the reset would overtake the answer.
 */
export function endWith(
  raw: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: FailureResponse,
): void {
  const text = raw.method === "HEAD" ? "" : body;
  const length = Buffer.byteLength(body);
  if (!hasUnreadBody(raw)) {
    response.writeHead(status, { ...headers, "content-length": length });
    response.end(text);
    return;
  }
  response.writeHead(status, { ...headers, connection: "close", "content-length": length });
  response.write(text);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  raw.once("end", end).once("close", end).on("error", end).resume();
}

/** Above this, copying a piece costs more than handing it over in parts. */
const COPIED_AT_MOST = 16 * 1024;

/**
 * One chunk of a chunked body (RFC 9112, section 7.1), framed here and written whole: Node would hand the system
 * four parts for each piece of a stream, which costs a tenth of all that a chunk costs.
 */
function writeChunk(socket: Socket, bytes: Uint8Array | string): boolean {
  if (typeof bytes === "string") {
    return socket.write(`${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`);
  }
  const head = `${bytes.length.toString(16)}\r\n`;
  if (bytes.length > COPIED_AT_MOST) {
    socket.cork();
    socket.write(head, "latin1");
    socket.write(bytes);
    const flowing = socket.write("\r\n", "latin1");
    socket.uncork();
    return flowing;
  }
  const whole = Buffer.allocUnsafe(head.length + bytes.length + 2);
  whole.write(head, 0, "latin1");
  whole.set(bytes, head.length);
  whole[whole.length - 2] = 0x0d;
  whole[whole.length - 1] = 0x0a;
  return socket.write(whole);
}

/** Whether a body was announced and has not been received to its end. */
export function hasUnreadBody(raw: IncomingMessage): boolean {
  if (raw.complete) return false;
  const { headers } = raw;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Text as a header's value may hold it. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 2000);
}
