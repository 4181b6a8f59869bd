import type { IncomingMessage, ServerResponse } from "node:http";
import type { Event, FinishReason, Warning } from "../core/events.ts";
import { newId } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import type { Field } from "../core/json-spans.ts";
import type { Key } from "../core/key.ts";
import type { ChatRequest } from "../core/request.ts";
import type { Usage } from "../core/usage.ts";
import type { Attempt } from "../core/usage-row.ts";
import type { AnswerContext, Dialect, StreamWriter } from "../dialects/dialect.ts";
import type { OperationCall } from "../dialects/operation.ts";
import type { Contract, RenderContext } from "../failures/contracts/contract.ts";
import type { Failure } from "../failures/failure.ts";
import type { Offering } from "../routing/offerings.ts";
import {
  eventStream,
  type PathContext,
  type RequestOptions,
  type StreamForm,
  type Surface,
} from "../surfaces/surface.ts";
import { ClientDelivery, type Delivery } from "./deliver.ts";
import type { Gateway } from "./gateway.ts";

/** One request and its answer, from admission to settlement. The stages fill it in the order of the pipeline. */
export class Exchange {
  readonly id = newId("req");
  /** Unix milliseconds, and the monotonic clock's milliseconds, of admission. */
  readonly at = Date.now();
  readonly started = performance.now();
  readonly gateway: Gateway;
  readonly surface: BoundSurface;
  readonly raw: IncomingMessage;
  delivery: Delivery;
  contract: Contract;
  clientGone = false;
  /** The upload broke off in a way that was still answered, on the connection itself. */
  brokenUpload: Failure | undefined;
  /** What is being done now for this exchange, where it can be stopped. */
  running: { cancel(): void } | undefined;

  /** Set by `authenticate`. */
  key: Key | undefined;
  /** Set by `receive`: the body as it came (decompressed), and its top-level fields. */
  bytes: Buffer = empty;
  fields: readonly Field[] = [];
  /** Set by `parse`. */
  body: JsonObject = {};
  pathContext: PathContext | undefined;
  /** What is asked for, where it is not chat. */
  operation: OperationCall | undefined;
  model = "";
  stream = false;
  streamUsage = false;
  hasTools = false;
  /** Set by `recall`, where the surface keeps its answers. */
  recorder: AnswerRecorder | undefined;
  options: RequestOptions = {};
  /** Set by `plan`: in the order in which they are to be tried. */
  offerings: readonly Offering[] = [];

  /** The sandbox was asked to misbehave, or has answered. */
  simulated = false;
  /** Filled by `attempt`. */
  readonly attempts: Attempt[] = [];
  /** About the request, whichever offering serves. */
  readonly warnings: Warning[] = [];
  /** About the offering that is being tried. */
  attemptWarnings: readonly Warning[] = [];
  /** Writes the stream of the attempt under way. */
  writer: StreamWriter | undefined;
  served: Offering | undefined;
  modelServed: string | undefined;
  usage: Usage | undefined;
  finish: FinishReason | undefined;
  firstContentMs: number | undefined;
  failure: Failure | undefined;

  #request: ChatRequest | undefined;
  #detached = false;

  constructor(
    gateway: Gateway,
    surface: BoundSurface,
    raw: IncomingMessage,
    response: ServerResponse,
  ) {
    this.gateway = gateway;
    this.surface = surface;
    this.contract = surface.contract;
    this.raw = raw;
    this.delivery = new ClientDelivery(this, response);
  }

  /** The request in canonical form, read when first needed: what passes through unchanged may never need it. */
  readRequest(): ChatRequest {
    this.#request ??= this.surface.dialect.readRequest(this.body, this.pathContext);
    return this.#request;
  }

  /** The client has gone: whatever runs for this exchange is told to stop, unless it runs without the client. */
  clientLeft(): void {
    if (!this.#detached) this.stop();
  }

  /** Nobody wants the answer any more. */
  stop(): void {
    this.clientGone = true;
    this.running?.cancel();
  }

  /** From here on the answer goes elsewhere, and the client may leave. */
  detach(delivery: Delivery): void {
    this.#detached = true;
    this.delivery = delivery;
    const { socket } = this.raw;
    if (socket.parleyExchange === this) socket.parleyExchange = undefined;
  }

  get streamForm(): StreamForm {
    return this.surface.streamForm?.(this.raw.url ?? "") ?? eventStream;
  }

  /** Milliseconds since admission. */
  get elapsed(): number {
    return performance.now() - this.started;
  }

  get renderContext(): RenderContext {
    return {
      requestId: this.id,
      publicUrl: this.gateway.settings.publicUrl,
      tools: this.hasTools,
    };
  }
}

/** Sees an answer as the client is to get it, before it does. */
export interface AnswerRecorder {
  /** What the answer says of itself and its request. */
  readonly context: Partial<AnswerContext>;
  /** The event without what the provider may not say here. */
  seen(event: Event): Event;
  wrap(writer: StreamWriter): StreamWriter;
  whole(body: JsonObject): void;
  /** The plan stands, and the first offering is about to be called. Throws `model.no_responses_endpoint`. */
  begin(): void;
}

const empty = Buffer.alloc(0);

/** The surface through which a request came, with what it names. */
export interface BoundSurface extends Omit<Surface, "dialect" | "contract"> {
  dialect: Dialect;
  contract: Contract;
}
