/** A response that is made whether or not a client waits for it. https://developers.openai.com/api/docs/guides/background */
import type { JsonObject } from "../../core/json.ts";
import type { AnswerContext } from "../../dialects/dialect.ts";
import { pendingResponse } from "../../dialects/openai-responses/index.ts";
import { nativeStatus } from "../../failures/contracts/native.ts";
import { Failure } from "../../failures/failure.ts";
import { streamWriter } from "../answer.ts";
import type { Delivery } from "../deliver.ts";
import type { Exchange } from "../exchange.ts";
import { follow } from "./follow.ts";

const created = "response.created";

/** Its {@link Delivery} is its record: the exchange goes on into it, and clients read from it. */
export class BackgroundRun implements Delivery {
  /** The response as it is now known. */
  response: JsonObject;
  /** The events so far, each as its text; an event's place is its sequence number. */
  readonly frames: string[] = [];
  over = false;
  readonly headers: string[] = [];
  status = 0;
  contentSent = false;
  lastWrite = 0;
  readonly #exchange: Exchange;
  readonly #store: (run: BackgroundRun) => Promise<void>;
  readonly #waiting = new Set<() => void>();
  #size = 0;
  /** Resolves when the end has been stored. */
  #kept: Promise<void> | undefined;
  #wanted: "wanted" | "cancelled" | "removed" = "wanted";
  /** Why Parley itself stopped it. */
  #stopped: "upstream.body_too_large" | "gateway.draining" | undefined;

  /** `store` keeps the run as it stands and never rejects. */
  constructor(
    exchange: Exchange,
    context: AnswerContext,
    store: (run: BackgroundRun) => Promise<void>,
  ) {
    this.#exchange = exchange;
    this.#store = store;
    this.response = pendingResponse(context);
  }

  get account(): string {
    return this.#exchange.key?.account ?? "";
  }

  /** The client asked for events, and may ask for them again. */
  get streamed(): boolean {
    return this.#exchange.stream;
  }

  /** Tells the client that the response is begun, and goes on without it. */
  start(): void {
    const exchange = this.#exchange;
    const client = exchange.delivery;
    exchange.gateway.responses.running.set(String(this.response.id), this);
    const queued = this.response;
    // The client is to know the id before there is content.
    if (this.streamed) for (const type of [created, "response.queued"]) this.#event(type);
    this.response = { ...queued, status: "in_progress" };
    void this.#store(this);
    exchange.detach(this);
    if (this.streamed) {
      client.begin();
      follow(this, 0, client);
      return;
    }
    const text = JSON.stringify(queued);
    client.whole(text, Buffer.byteLength(text));
  }

  /** Stops it. Resolves when it has ended, one way or the other. */
  cancel(): Promise<void> {
    if (this.#wanted === "wanted") this.#wanted = "cancelled";
    return this.#stop();
  }

  /** Stops it and keeps nothing of it. */
  remove(): Promise<void> {
    this.#wanted = "removed";
    return this.#stop();
  }

  /** Parley ends before the answer does. Resolves when that has been written down. */
  async interrupt(): Promise<void> {
    this.#stopped = "gateway.draining";
    await this.#stop();
    await this.#kept;
  }

  /** Calls at each new event and at the end; the result ends it. */
  onChange(call: () => void): () => void {
    this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }

  get begun(): boolean {
    return this.status !== 0;
  }

  whole(): void {
    this.status = 200;
    this.contentSent = true;
    this.end();
  }

  begin(): void {
    this.status = 200;
    this.lastWrite = performance.now();
  }

  write(bytes: Uint8Array | string): boolean {
    this.lastWrite = performance.now();
    const text = typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8");
    for (const frame of text.split(/(?<=\n\n)/)) {
      // Told already, before the writer of this attempt was made.
      if (frame.startsWith(`event: ${created}\n`)) continue;
      const number = `"sequence_number":${this.frames.length}`;
      this.frames.push(frame.replace(/"sequence_number":\d+/, number));
    }
    this.#size += text.length;
    // Nobody slows the provider down by reading slowly: what is kept has a bound of its own.
    if (this.#size > this.#exchange.gateway.settings.limits.answerBytes) {
      this.#stopped ??= "upstream.body_too_large";
      this.#exchange.stop();
    }
    this.#tell();
    return true;
  }

  onDrain(resume: () => void): void {
    resume();
  }

  keepAlive(): void {}

  end(): void {
    if (this.over) return;
    this.over = true;
    this.#tell();
    const { running } = this.#exchange.gateway.responses;
    this.#kept = this.#wanted === "removed" ? Promise.resolve() : this.#store(this);
    void this.#kept.then(() => running.delete(String(this.response.id)));
  }

  fail(failure: Failure): void {
    if (this.over) return;
    const exchange = this.#exchange;
    this.status = nativeStatus(failure.cause);
    if (this.#wanted === "wanted") {
      const told = this.#stopped === undefined ? failure : new Failure(this.#stopped);
      const error = exchange.contract.renderInStream(told, exchange.renderContext);
      // Also where nobody asked for events: the last of them holds the response that failed.
      const events = streamWriter(exchange).fail(error);
      if (this.streamed) this.write(events);
    } else this.#cancelled();
    this.end();
  }

  whenOver(then: () => void): void {
    then();
  }

  #cancelled(): void {
    this.response = { ...this.response, status: "cancelled" };
    if (this.streamed) this.#event("response.cancelled");
  }

  /** An event that tells the response as it stands. */
  #event(type: string): void {
    const data = { type, sequence_number: this.frames.length, response: this.response };
    this.frames.push(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    this.#tell();
  }

  async #stop(): Promise<void> {
    if (this.over) return;
    const ended = new Promise<void>((resolve) => {
      const stop = this.onChange(() => {
        if (!this.over) return;
        stop();
        resolve();
      });
    });
    this.#exchange.stop();
    await ended;
  }

  #tell(): void {
    for (const call of [...this.#waiting]) call();
  }
}
