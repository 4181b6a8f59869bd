/** One call of one offering over HTTP: sends the request, and hands the answer to the client as it comes. */

import { isUtf8 } from "node:buffer";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { Dispatcher } from "undici";
import type { Timeouts } from "../core/channel.ts";
import type { Json } from "../core/json.ts";
import type { ReadContext } from "../dialects/dialect.ts";
import type { Relay } from "../dialects/relay.ts";
import { asFailure, Failure } from "../failures/failure.ts";
import type { HttpProvider } from "../providers/provider.ts";
import type { Offering } from "../routing/offerings.ts";
import { deliverWhole, streamRelay } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { knownText } from "./known-text.ts";
import { type OutgoingBody, outgoingBody } from "./request-body.ts";
import { secretsScrubber } from "./secrets.ts";
import { connectionFailure } from "./upstream.ts";
import { Watch } from "./watch.ts";

/** An error's body is read up to here; more of it says nothing more. */
const MAX_ERROR_BYTES = 256 * 1024;

/** What the provider's response told of itself, for the attempt's record. */
export interface CallRecord {
  status?: number;
}

/**
 * Resolves when the whole answer has been handed to the client.
 * Throws the failure of this call; what it says about the answer so far is in `exchange.delivery`.
 */
export async function callOffering(
  exchange: Exchange,
  offering: Offering,
  provider: HttpProvider,
  timeouts: Timeouts,
  record: CallRecord,
): Promise<void> {
  const body = outgoingBody(exchange, offering, provider);
  const { channel, credential } = offering;
  if (credential !== undefined && credential.secret === undefined) {
    throw new Failure("gateway.credential_unreadable", { provider: provider.name });
  }
  const baseUrl = channel.baseUrl ?? provider.baseUrl;
  if (baseUrl === undefined)
    throw new Failure("model.no_offering_usable", { operator: "the channel has no base URL" });
  const prepared = provider.address({
    baseUrl,
    credential: credential?.secret ?? "",
    options: channel.options,
    dialect: body.dialect.name,
    operation: exchange.operation?.name,
    model: offering.model,
    stream: exchange.stream,
    body: body.bytes,
  });
  const address = prepared instanceof Promise ? await prepared : prepared;
  if (exchange.clientGone) throw new Failure("client.disconnected");
  const { pools } = exchange.gateway;
  const { origin, path } = pools.address(address.url);
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: exchange.stream ? "text/event-stream" : "application/json",
    "accept-encoding": "identity",
    "user-agent": "parley",
    ...address.headers,
    ...body.headers,
    ...channel.overrides.headers,
  };
  const context: ReadContext = {
    origin: { provider: provider.name, channel: channel.id, model: offering.model },
    manners: provider.manners,
    failure: (error) => {
      const known = knownText(exchange.bytes);
      const scrub = secretsScrubber({
        credential: credential?.secret,
        channel,
        headers: address.headers,
        baseUrl,
      });
      return scrub(provider.failure({ ...error, known }));
    },
  };
  await new Promise<void>((resolve, reject) => {
    const call = new Call(exchange, body, context, timeouts, record, resolve, reject);
    pools
      .pool(origin, timeouts.connect)
      .dispatch({ method: "POST", path, headers, body: body.bytes }, call);
  });
}

class Call implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #body: OutgoingBody;
  readonly #context: ReadContext;
  readonly #record: CallRecord;
  readonly #resolve: () => void;
  readonly #reject: (failure: Failure) => void;
  readonly #watch: Watch;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #settled = false;
  /** Set where the answer is a stream; otherwise the body is collected. */
  #relay: Relay | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Events that came before content: held, so that another offering may still take over. */
  #held: (Uint8Array | string)[] = [];
  #decoder: Transform | undefined;

  constructor(
    exchange: Exchange,
    body: OutgoingBody,
    context: ReadContext,
    timeouts: Timeouts,
    record: CallRecord,
    resolve: () => void,
    reject: (failure: Failure) => void,
  ) {
    this.#exchange = exchange;
    this.#body = body;
    this.#context = context;
    this.#record = record;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#watch = new Watch(exchange, timeouts, (failure) => this.#fail(failure));
    exchange.running = this;
  }

  /** The client has left. */
  cancel(): void {
    this.#fail(new Failure("client.disconnected"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error("the call is over"));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers;
    this.#record.status = status;
    this.#watch.lastBytes = performance.now();
    const encoding = headers["content-encoding"];
    if (typeof encoding === "string" && encoding !== "identity" && encoding !== "")
      this.#decode(encoding);
    if (status >= 200 && status < 300 && this.#exchange.stream && this.#looksLikeStream()) {
      this.#relay = streamRelay(this.#exchange, this.#body, this.#context);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#watch.lastBytes = performance.now();
    if (this.#decoder !== undefined) this.#decoder.write(chunk);
    else this.#data(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    if (this.#decoder !== undefined) this.#decoder.end();
    else this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    const relay = this.#relay;
    if (relay !== undefined && relay.failure === undefined) {
      // What came before the loss may already have been the whole answer.
      this.#emit(relay.end());
      if (relay.done) {
        this.#complete();
        return;
      }
    }
    const answered = this.#status !== 0;
    if (answered && this.#status >= 300) this.#end();
    else this.#fail(connectionFailure(error, { answered, stream: relay !== undefined }));
  }

  /** An event stream by its type; where the type says nothing, anything but a JSON or HTML document. */
  #looksLikeStream(): boolean {
    const type = this.#headers["content-type"];
    if (typeof type !== "string" || type === "") return true;
    const name = type.split(";")[0]?.trim().toLowerCase() ?? "";
    if (this.#body.dialect.framing === "aws-eventstream")
      return name === "application/vnd.amazon.eventstream";
    return (
      name === "text/event-stream" || name === "text/plain" || name === "application/octet-stream"
    );
  }

  #decode(encoding: string): void {
    const make = {
      gzip: zlib.createGunzip,
      "x-gzip": zlib.createGunzip,
      deflate: zlib.createInflate,
      br: zlib.createBrotliDecompress,
      zstd: zlib.createZstdDecompress,
    }[encoding.toLowerCase()];
    if (make === undefined) {
      this.#fail(new Failure("upstream.body_broken", { operator: `content-encoding ${encoding}` }));
      return;
    }
    const decoder = make();
    decoder.on("data", (chunk: Buffer) => {
      if (!this.#settled) this.#data(chunk);
    });
    decoder.on("end", () => {
      if (!this.#settled) this.#end();
    });
    decoder.on("error", (error: Error) => {
      const cause = this.#relay === undefined ? "upstream.body_broken" : "upstream.stream_broken";
      this.#fail(new Failure(cause, { operator: error.message }));
    });
    this.#decoder = decoder;
  }

  #data(chunk: Buffer): void {
    const relay = this.#relay;
    if (relay === undefined) {
      this.#collect(chunk);
      return;
    }
    this.#emit(relay.push(chunk));
    if (relay.failure !== undefined) this.#fail(relay.failure);
    else if (relay.done) this.#complete();
  }

  #collect(chunk: Buffer): void {
    this.#size += chunk.length;
    const isError = this.#status >= 300;
    if (
      this.#size > (isError ? MAX_ERROR_BYTES : this.#exchange.gateway.settings.limits.answerBytes)
    ) {
      if (isError) this.#end();
      else this.#fail(new Failure("upstream.body_too_large"));
      return;
    }
    this.#watch.contentSeen ||= !isError;
    this.#chunks.push(chunk);
  }

  /** Gives the client what the relay let pass; before content it is held. */
  #emit(bytes: Uint8Array | string | undefined): void {
    const { delivery } = this.#exchange;
    if (!delivery.contentSent) {
      if (bytes !== undefined) this.#held.push(bytes);
      if (this.#relay?.content !== true) return;
      this.#watch.contentSeen = true;
      this.#exchange.firstContentMs = this.#exchange.elapsed;
      this.#exchange.modelServed = this.#relay.summary.model;
      delivery.begin();
      delivery.contentSent = true;
      const held = this.#held;
      this.#held = [];
      for (const piece of held) this.#write(piece);
      return;
    }
    if (bytes !== undefined) this.#write(bytes);
  }

  #write(bytes: Uint8Array | string): void {
    const { delivery } = this.#exchange;
    if (delivery.write(bytes)) return;
    // A slow reader stops the provider's stream instead of filling memory.
    const controller = this.#controller;
    if (controller === undefined || controller.paused) return;
    controller.pause();
    this.#watch.paused = true;
    delivery.onDrain(() => {
      this.#watch.lastBytes = performance.now();
      this.#watch.paused = false;
      controller.resume();
    });
  }

  #end(): void {
    try {
      if (this.#relay !== undefined) {
        this.#emit(this.#relay.end());
        if (this.#relay.failure !== undefined) throw this.#relay.failure;
      } else {
        const body =
          this.#chunks.length === 1 && this.#chunks[0] !== undefined
            ? this.#chunks[0]
            : Buffer.concat(this.#chunks);
        this.#whole(body);
      }
    } catch (thrown) {
      this.#fail(asFailure(thrown));
      return;
    }
    this.#complete();
  }

  #whole(bytes: Buffer): void {
    const status = this.#status;
    if (status < 200 || status >= 300) {
      throw this.#context.failure({ status, headers: this.#headers, body: textOrJson(bytes) });
    }
    if (bytes.length === 0 || isBlank(bytes)) throw new Failure("upstream.empty");
    let text: string;
    let body: Json;
    try {
      if (!isUtf8(bytes)) throw new Error("not UTF-8");
      text = bytes.toString("utf8");
      body = JSON.parse(text);
    } catch {
      throw new Failure(this.#exchange.stream ? "upstream.stream_expected" : "upstream.not_json");
    }
    deliverWhole(this.#exchange, this.#body, this.#context, { text, length: bytes.length, body });
  }

  #complete(): void {
    if (this.#settled) return;
    this.#settle();
    const { summary } = this.#relay ?? {};
    if (summary !== undefined) {
      this.#exchange.usage = summary.usage;
      this.#exchange.finish = summary.finish;
      this.#exchange.modelServed ??= summary.model;
      this.#exchange.delivery.end();
    }
    this.#resolve();
  }

  #fail(failure: Failure): void {
    if (this.#settled) return;
    this.#settle();
    const { summary } = this.#relay ?? {};
    if (summary?.usage !== undefined) this.#exchange.usage = summary.usage;
    this.#controller?.abort(failure);
    this.#decoder?.destroy();
    this.#reject(failure);
  }

  #settle(): void {
    this.#settled = true;
    this.#watch.stop();
    this.#exchange.running = undefined;
  }
}

function textOrJson(bytes: Buffer): Json {
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 1024 && bytes.toString("latin1").trim() === "";
}
