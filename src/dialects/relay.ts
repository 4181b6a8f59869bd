/** Carries one answer from a provider to a client whose dialects may be the same (bytes flow) or differ (events do). */
import type { FinishReason } from "../core/events.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Usage } from "../core/usage.ts";
import type { Failure } from "../failures/failure.ts";
import type { ReadContext } from "./dialect.ts";
import type { Manners } from "./manners.ts";

/** What an answer tells about itself on its way through. */
export interface Summary {
  model?: string;
  usage?: Usage;
  /** The first choice's. */
  finish?: FinishReason;
}

/** One stream, a piece at a time. */
export interface Relay {
  readonly summary: Summary;
  /** Text, reasoning, a tool call or a refusal has come, or the answer is complete without any: fallback has ended. */
  readonly content: boolean;
  /** The provider has said that its answer is complete. */
  readonly done: boolean;
  /** Set when the stream turned out to be wrong; what {@link push} returned up to then is still good. */
  readonly failure: Failure | undefined;
  /** Bytes of the provider's in, whole events for the client out; undefined where nothing is ready. */
  push(chunk: Buffer): Uint8Array | string | undefined;
  /** The provider ended in order: what remains to be sent. Sets {@link failure} where the answer was not complete. */
  end(): Uint8Array | string | undefined;
}

export interface RelayOptions {
  /** The client asked for usage in its stream; otherwise the chunk that holds it is left out. */
  usageWanted: boolean;
  /** The largest single event, in bytes. */
  maxEventBytes: number;
}

/** How a dialect passes on an answer of its own kind. */
export interface PassThrough {
  /** Whether this request, and any answer to it, is the same for a vendor of these manners as for the format's own. */
  fits(body: JsonObject, manners: Manners): boolean;
  /** Checks a whole answer. Throws as `readAnswer` does. */
  inspect(body: Json, context: ReadContext): Summary;
  relay(context: ReadContext, options: RelayOptions): Relay;
}
