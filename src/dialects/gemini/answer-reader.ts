/**
 * Reads `GenerateContentResponse` objects, one or the many of a stream, into events.
 * https://ai.google.dev/api/generate-content#GenerateContentResponse
 */
import type { Event, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { CandidateReader } from "./candidate-reader.ts";
import { readUsage } from "./usage.ts";
import { camel, without } from "./wire.ts";

/** Fields of the whole answer that have a place of their own. */
const read = new Set(["candidates", "usageMetadata", "modelVersion", "responseId"]);

export class AnswerReader {
  readonly #context: ReadContext;
  readonly #inStream: boolean;
  readonly #candidates = new Map<number, CandidateReader>();
  #started = false;
  #usage: Usage | undefined;

  /** `inStream`: parts go on from one object to the next, and errors are errors inside a stream. */
  constructor(context: ReadContext, { inStream }: { inStream: boolean }) {
    this.#context = context;
    this.#inStream = inStream;
  }

  /**
   * The events of one object. Throws what `context.failure` makes of an error, `upstream.content_filtered`
   * where the prompt was blocked, `upstream.shape_unknown` for what is no answer.
   */
  read(body: Json): Event[] {
    if (Array.isArray(body)) return body.flatMap((entry) => this.read(entry));
    if (!isObject(body)) throw shapeUnknown("not an object");
    if (body.error !== undefined && body.error !== null) throw this.#told(body);
    const source = camel(body);
    const candidates = source.candidates;
    if (candidates !== undefined && !Array.isArray(candidates))
      throw shapeUnknown("`candidates` is no array");
    if (candidates === undefined || candidates.length === 0) this.#blocked(source.promptFeedback);
    const isForeign = candidates === undefined && !isAnswer(source);
    if (isForeign && errorIn(body) !== undefined)
      throw toFailure(body, this.#context, this.#inStream ? true : undefined);
    if (!this.#started && isForeign)
      throw shapeUnknown("neither `candidates` nor any other field of an answer");

    const events: Event[] = this.#start(source);
    for (const candidate of candidates ?? []) {
      if (!isObject(candidate)) throw shapeUnknown("a candidate is no object");
      const wire = camel(candidate);
      this.#candidate(wire).read(wire, events);
    }
    this.#addUsage(source.usageMetadata, events);
    for (const candidate of this.#candidates.values()) {
      if (candidate.failedWith !== undefined) throw emptyFor(candidate.failedWith);
      candidate.finish(events);
    }
    return events;
  }

  /** No more will come. Throws `upstream.empty` or `upstream.stream_unfinished` unless the answer was complete. */
  end(): Event[] {
    if (this.#candidates.size === 0)
      throw new Failure("upstream.empty", { message: "The provider gave no candidate." });
    for (const candidate of this.#candidates.values()) {
      if (candidate.finished) continue;
      if (this.#inStream) throw new Failure("upstream.stream_unfinished");
      if (!candidate.spoke) throw new Failure("upstream.empty");
      throw shapeUnknown("a candidate has no finish reason");
    }
    return [];
  }

  #told(body: JsonObject): Failure {
    const error = body.error;
    const status = isObject(error) && typeof error.code === "number" ? error.code : undefined;
    return this.#context.failure({
      body,
      ...(status === undefined ? {} : { status }),
      ...(this.#inStream ? { inStream: true } : {}),
    });
  }

  /** https://ai.google.dev/api/generate-content#PromptFeedback: a blocked prompt has no candidates. */
  #blocked(feedback: Json | undefined): void {
    if (!isObject(feedback)) return;
    const { blockReason, blockReasonMessage } = camel(feedback);
    if (typeof blockReason !== "string") return;
    const more = typeof blockReasonMessage === "string" ? ` ${blockReasonMessage}` : "";
    throw new Failure("upstream.content_filtered", {
      message: `The prompt was blocked: ${blockReason}.${more}`,
      provider: this.#context.origin.provider,
      details: { block_reason: blockReason },
      operator: JSON.stringify(feedback),
    });
  }

  #start(source: JsonObject): Event[] {
    if (this.#started) return [];
    this.#started = true;
    const event: StartEvent = { type: "start" };
    if (typeof source.responseId === "string") event.id = source.responseId;
    if (typeof source.modelVersion === "string") event.model = source.modelVersion;
    const created = typeof source.createTime === "string" ? Date.parse(source.createTime) : NaN;
    if (!Number.isNaN(created)) event.created = Math.floor(created / 1000);
    const fields = without(source, read);
    if (fields !== undefined) event.extra = { dialect: "gemini", fields };
    return [event];
  }

  #candidate(candidate: JsonObject): CandidateReader {
    const index = typeof candidate.index === "number" ? candidate.index : 0;
    let reader = this.#candidates.get(index);
    if (reader === undefined) {
      reader = new CandidateReader(index, this.#context.origin);
      this.#candidates.set(index, reader);
    }
    return reader;
  }

  #addUsage(metadata: Json | undefined, events: Event[]): void {
    if (!isObject(metadata)) return;
    const usage = readUsage(camel(metadata));
    if (usage === undefined) return;
    let searches = 0;
    for (const candidate of this.#candidates.values()) searches += candidate.searches;
    if (searches > 0) usage.hostedToolCalls = { web_search: searches };
    const finished = this.#candidates.values().some((candidate) => candidate.finished);
    // Chunks repeat the figures; the last object's are the fullest
    if (!finished && this.#usage !== undefined && isSame(this.#usage, usage)) return;
    this.#usage = usage;
    events.push({ type: "usage", usage });
  }
}

function isSame(before: Usage, now: Usage): boolean {
  return (
    before.input === now.input &&
    before.output === now.output &&
    before.cachedRead === now.cachedRead &&
    before.serviceTier === now.serviceTier &&
    before.hostedToolCalls?.web_search === now.hostedToolCalls?.web_search
  );
}

function isAnswer(source: JsonObject): boolean {
  return (
    isObject(source.usageMetadata) ||
    isObject(source.promptFeedback) ||
    typeof source.responseId === "string" ||
    typeof source.modelVersion === "string"
  );
}

/** A reason that is a failure of the model, with nothing said, is no end of an answer. */
function emptyFor(reason: string): Failure {
  return new Failure("upstream.empty", {
    message: `The provider's answer is empty: it ended with ${reason}.`,
    details: { finish_reason: reason },
  });
}

function shapeUnknown(what: string): Failure {
  return new Failure("upstream.shape_unknown", { operator: `generateContent answer: ${what}` });
}
