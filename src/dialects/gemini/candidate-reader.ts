/** Reads one candidate, through all objects of a stream, into events. */
import type { Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { Opaque } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { rawJson } from "./exact-numbers.ts";
import { isModelFailure, readFinishReason } from "./finish.ts";
import { readCitations, readLogprobs, searchesIn } from "./grounding.ts";
import { readMedia } from "./media.ts";
import { readName } from "./names.ts";
import { readNative } from "./native.ts";
import { PartialArgs } from "./partial-args.ts";
import { readSignature } from "./signature.ts";
import { camel, hasOnly, without } from "./wire.ts";

const read = new Set(["content", "finishReason", "index"]);
const textFields = new Set(["text", "thought", "thoughtSignature"]);
const mediaFields = new Set(["inlineData", "fileData", "thoughtSignature"]);

/** A function call whose arguments still come. */
interface OpenCall {
  index: number;
  whole?: JsonObject;
  pieces?: PartialArgs;
}

/** The part that more of its kind goes on with. */
interface OpenPart {
  type: "text" | "reasoning" | "audio";
  index: number;
  mediaType?: string;
  /** It has its signature: more text is another part's. */
  signed?: boolean;
}

export class CandidateReader {
  readonly #choice: number;
  readonly #origin: Origin;
  #next = 0;
  #open: OpenPart | undefined;
  #call: OpenCall | undefined;
  #called = false;
  #text = "";
  #extra: JsonObject = {};
  #reason: string | undefined;
  #ended = false;
  /** Web searches that Google ran. */
  searches = 0;

  constructor(choice: number, origin: Origin) {
    this.#choice = choice;
    this.#origin = origin;
  }

  /** Google gave a finish reason. */
  get finished(): boolean {
    return this.#reason !== undefined;
  }

  /** Something was said. */
  get spoke(): boolean {
    return this.#next > 0;
  }

  /** The reason by which the model failed before it had said anything. */
  get failedWith(): string | undefined {
    const word = this.#reason;
    return word !== undefined && !this.spoke && isModelFailure(word) ? word : undefined;
  }

  /** Adds the events of one object's candidate, but for its finish. */
  read(candidate: JsonObject, events: Event[]): void {
    const content = candidate.content;
    const parts = isObject(content) && Array.isArray(content.parts) ? content.parts : [];
    const about = without(candidate, read);
    let told = about === undefined;
    parts.forEach((entry, index) => {
      if (!isObject(entry)) return;
      const part = camel(entry);
      // What is said of the text belongs to it, not to the empty part that brings its signature
      if (!told && about !== undefined && isLoneSignature(part)) {
        this.#about(about, events);
        told = true;
      }
      // Only the first part of an object goes on with what the last one of the object before began
      if (index > 0) this.#close(events);
      this.#part(part, events);
    });
    if (!told && about !== undefined) this.#about(about, events);
    if (typeof candidate.finishReason === "string") this.#reason ??= candidate.finishReason;
  }

  #part(part: JsonObject, events: Event[]): void {
    if (typeof part.text === "string" && hasOnly(part, textFields))
      this.#say(part.text, part.thought === true ? "reasoning" : "text", part, events);
    else if (isObject(part.functionCall))
      this.#functionCall(camel(part.functionCall), part, events);
    else if (hasOnly(part, mediaFields)) this.#media(part, events);
    else this.#native(part, events);
  }

  #say(text: string, type: "text" | "reasoning", part: JsonObject, events: Event[]): void {
    const signature = this.#signature(part);
    if (text === "") {
      if (signature !== undefined) this.#alone(signature, events);
      return;
    }
    const open = this.#open;
    const index =
      open?.type === type && open.signed !== true
        ? open.index
        : this.#begin(type === "text" ? { type } : { type, kind: "summary" }, events);
    this.#open = { type, index, signed: signature !== undefined };
    if (type === "text") this.#text += text;
    events.push({
      type: "delta",
      choice: this.#choice,
      index,
      text,
      ...(signature === undefined ? {} : { signature }),
    });
  }

  /** A signature in an empty part: the state of a thought that is not shown, or of the thought before it. */
  #alone(signature: Opaque, events: Event[]): void {
    const open = this.#open;
    const index =
      open?.type === "reasoning" && open.signed !== true
        ? open.index
        : this.#begin({ type: "reasoning" }, events);
    events.push({ type: "delta", choice: this.#choice, index, signature });
    this.#open = { type: "reasoning", index, signed: true };
    this.#close(events);
  }

  #functionCall(call: JsonObject, part: JsonObject, events: Event[]): void {
    let open = this.#call;
    if (open === undefined || (typeof call.name === "string" && call.name !== "")) {
      this.#endCall(events);
      const head: PartHead = {
        type: "tool-call",
        id: typeof call.id === "string" && call.id !== "" ? call.id : newCallId(),
        name: readName(typeof call.name === "string" ? call.name : ""),
      };
      open = { index: this.#begin(head, events) };
      this.#called = true;
    }
    this.#call = open;
    const signature = this.#signature(part);
    if (signature !== undefined)
      events.push({ type: "delta", choice: this.#choice, index: open.index, signature });
    if (isObject(call.args)) open.whole = call.args;
    if (Array.isArray(call.partialArgs)) {
      open.pieces ??= new PartialArgs();
      addPieces(open.pieces, call.partialArgs);
    }
    if (call.willContinue !== true) this.#endCall(events);
  }

  #endCall(events: Event[]): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#call = undefined;
    const { index, whole, pieces } = call;
    events.push(
      {
        type: "delta",
        choice: this.#choice,
        index,
        arguments: rawJson(pieces?.root ?? whole ?? {}),
      },
      { type: "part-end", choice: this.#choice, index },
    );
  }

  #media(part: JsonObject, events: Event[]): void {
    const media = mediaOf(part);
    const signature = this.#signature(part);
    if (media?.type === "image") {
      this.#whole(
        { type: "image", source: media.source, ...(signature === undefined ? {} : { signature }) },
        events,
      );
    } else if (media?.type === "audio" && media.source.kind === "bytes") {
      const { mediaType, data } = media.source;
      const open = this.#open;
      const index =
        open?.type === "audio" && open.mediaType === mediaType
          ? open.index
          : this.#begin({ type: "audio", mediaType }, events);
      this.#open = { type: "audio", index, mediaType };
      events.push({
        type: "delta",
        choice: this.#choice,
        index,
        audio: data,
        ...(signature === undefined ? {} : { signature }),
      });
    } else if (Object.keys(part).length > 0) this.#native(part, events);
  }

  #native(part: JsonObject, events: Event[]): void {
    const { dialect, value } = readNative(part);
    this.#whole({ type: "native", dialect, value }, events);
  }

  #whole(head: PartHead, events: Event[]): void {
    const index = this.#begin(head, events);
    events.push({ type: "part-end", choice: this.#choice, index });
  }

  #begin(part: PartHead, events: Event[]): number {
    this.#close(events);
    const index = this.#next;
    this.#next += 1;
    events.push({ type: "part-start", choice: this.#choice, index, part });
    return index;
  }

  /** Ends what is open; a function call stays open until its arguments are whole. */
  #close(events: Event[]): void {
    if (this.#open === undefined) return;
    events.push({ type: "part-end", choice: this.#choice, index: this.#open.index });
    this.#open = undefined;
  }

  #signature(part: JsonObject): Opaque | undefined {
    const value = part.thoughtSignature;
    return typeof value === "string" && value !== ""
      ? readSignature(value, this.#origin)
      : undefined;
  }

  /** What is said of the candidate besides its content: kept whole, the last word of each; log probabilities add up. */
  #about(fields: JsonObject, events: Event[]): void {
    for (const [name, value] of Object.entries(fields)) {
      if (name === "logprobsResult") this.#extra[name] = joined(this.#extra[name], value);
      else if (!isObject(value) || Object.keys(value).length > 0) this.#extra[name] = value;
    }
    this.searches = searchesIn(this.#extra.groundingMetadata);
    if (this.#open?.type !== "text") return;
    const logprobs = readLogprobs(fields.logprobsResult);
    const citations = readCitations(fields, this.#text);
    if (logprobs.length === 0 && citations.length === 0) return;
    events.push({
      type: "delta",
      choice: this.#choice,
      index: this.#open.index,
      ...(logprobs.length === 0 ? {} : { logprobs }),
      ...(citations.length === 0 ? {} : { citations }),
    });
  }

  /** Adds the finish, where it has come and was not said. */
  finish(events: Event[]): void {
    const word = this.#reason;
    if (word === undefined || this.#ended) return;
    this.#ended = true;
    this.#endCall(events);
    this.#close(events);
    events.push({
      type: "finish",
      choice: this.#choice,
      reason: readFinishReason(word, this.#called),
      reported: word,
      ...(Object.keys(this.#extra).length === 0
        ? {}
        : { extra: { dialect: "gemini", fields: this.#extra } }),
    });
  }
}

function isLoneSignature(part: JsonObject): boolean {
  return part.text === "" && part.thoughtSignature !== undefined;
}

function mediaOf(part: JsonObject): ReturnType<typeof readMedia> {
  try {
    return readMedia(part, "part");
  } catch (thrown) {
    const operator = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure("upstream.shape_unknown", { operator });
  }
}

/** Google gives ids only where the request had some, or the model is a recent one. */
function newCallId(): string {
  return `call_${crypto.randomUUID()}`;
}

function addPieces(args: PartialArgs, pieces: readonly Json[]): void {
  try {
    args.add(pieces);
  } catch (thrown) {
    const operator = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure("upstream.event_unreadable", { operator });
  }
}

/** The lists of both, one after the other. */
function joined(before: Json | undefined, now: Json): Json {
  if (!isObject(before) || !isObject(now)) return now;
  const result: JsonObject = { ...before, ...now };
  for (const [name, list] of Object.entries(before)) {
    const more = now[name];
    if (Array.isArray(list) && Array.isArray(more)) result[name] = [...list, ...more];
  }
  return result;
}
