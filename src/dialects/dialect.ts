/**
 * A dialect is a wire format, known in both directions: a client's request is read and its answer
 * written; a provider's request is written and its answer read. What a dialect writes, it reads back.
 */
import type { Event, Warning } from "../core/events.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Origin } from "../core/origin.ts";
import type { ChatRequest } from "../core/request.ts";
import type { Failure } from "../failures/failure.ts";
import type { Frame } from "./frames.ts";
import type { Manners } from "./manners.ts";
import type { PassThrough } from "./relay.ts";

export type DialectName =
  | "openai-chat"
  | "openai-completions"
  | "openai-responses"
  | "anthropic-messages"
  | "gemini"
  | "bedrock-converse"
  | "cohere";

export interface Dialect {
  name: DialectName;
  /** How its streams are framed. */
  framing: "sse" | "aws-eventstream";
  /**
   * A client's request in canonical form. Never changes `body`.
   * Throws `request.field_missing`, `request.field_type`, `request.field_value` with the field's path.
   */
  readRequest(body: JsonObject, context?: RequestContext): ChatRequest;
  /** The checks of {@link readRequest} alone, where they cost less than the reading: what passes through is not read. */
  checkRequest?(body: JsonObject): void;
  /**
   * What no other dialect can carry, before the request is written in one. Absent: other dialects refuse what they
   * cannot carry. Throws `request.not_expressible`, `request.field_missing` with the field's path.
   */
  checkTranslation?(body: JsonObject): void;
  /**
   * The request as a provider is to receive it, and what could not be carried.
   * Throws `request.not_expressible` or `tool.arguments_unrepresentable` with the field's path.
   */
  writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest;
  /**
   * A provider's whole answer as events, in order, from `start` to the last `finish`.
   * Throws what `context.failure` makes of an error in the body, else `upstream.shape_unknown` or `upstream.empty`.
   */
  readAnswer(body: Json, context: ReadContext): Event[];
  /** Reads one stream of a provider. */
  readStream(context: ReadContext): StreamReader;
  /** The whole answer for a client: the events folded. */
  writeAnswer(events: readonly Event[], context: AnswerContext): JsonObject;
  /** Writes one stream for a client. */
  writeStream(context: AnswerContext): StreamWriter;
  /** How answers pass where client and provider both speak this dialect. Absent: they are translated like any other. */
  passThrough?: PassThrough;
}

/** What the path says of a request where the dialect puts it there instead of into the body (Gemini, Bedrock). */
export interface RequestContext {
  model?: string;
  stream?: boolean;
}

export interface WriteContext {
  /** The model by the provider's name. */
  model: string;
  /** Where the request goes: opaque state of another origin is dropped with a warning. */
  origin: Origin;
  manners?: Manners;
}

export interface WrittenRequest {
  body: JsonObject;
  warnings: Warning[];
  /** Headers that the body calls for (`anthropic-beta`). */
  headers?: Record<string, string>;
}

export interface ReadContext {
  /** Tag of the opaque state found in the answer. */
  origin: Origin;
  /** The provider's table of failures. */
  failure(error: ProviderError): Failure;
  manners?: Manners;
}

/** An error as a provider told it. */
export interface ProviderError {
  /** The HTTP status; for an error inside a 200 or a stream, the status that the error itself names, if any. */
  status?: number;
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The body: JSON where it parses, else its text. */
  body: Json;
  /** Whether the error came inside a stream that had begun. */
  inStream?: boolean;
  /** Whether the client's request holds this text: then it is no secret of the gateway's. Absent: nothing is known. */
  known?: (text: string) => boolean;
}

export interface StreamReader {
  /** The events of one frame. Throws as {@link Dialect.readAnswer} does, and `upstream.event_unreadable`. */
  read(frame: Frame): Event[];
  /** The stream ended in order. Throws `upstream.empty` or `upstream.stream_unfinished` unless it was complete. */
  end(): Event[];
}

export interface AnswerContext {
  /** The answer's id where the provider gave none. */
  id: string;
  /** The model's name as the client is to see it, where the provider names none. */
  model: string;
  /** Unix seconds, where the provider gives none. */
  created: number;
  /** The client asked for usage at the end of the stream. */
  streamUsage?: boolean;
  /** Fields of the client's request that the dialect's answer repeats (Responses: `tools`, `instructions`, …). */
  echo?: JsonObject;
}

/** Where the framing is `aws-eventstream`, the text is bytes, one character each (`binaryBytes` of aws-eventstream.ts). */
export interface StreamWriter {
  /** The event as wire text; empty where the dialect says nothing at this point. */
  write(event: Event): string;
  /** What ends a complete stream. */
  end(): string;
  /** The dialect's in-stream error and its end. `error` is the contract's object. */
  fail(error: Record<string, unknown>): string;
}
