/** Server-sent events, as the HTML standard frames them (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { Json } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import type { Frame } from "./frames.ts";
import { errorIn } from "./read-errors.ts";

export interface SseOptions {
  /** The largest event, in characters of its lines. Absent: 16 Mi. */
  maxEventLength?: number;
}

const defaultMaxEventLength = 16 * 1024 * 1024;

/**
 * Bytes of an event stream in, however they are cut; whole events out. Comments and fields other than `event`
 * and `data` are skipped, but for an error that stands there as bare JSON, as Google and proxies send one in a
 * stream that has begun: it is an event of the name `error`.
 */
export class SseDecoder {
  readonly #decoder = new TextDecoder();
  readonly #max: number;
  /** The line that has not ended yet. */
  #tail = "";
  #event = "";
  #data: string | undefined;
  /** Lines that are no fields, from one on that begins a JSON document. */
  #bare = "";
  /** The last text ended in CR, which ended a line: an LF at the start of the next belongs to it. */
  #afterCr = false;

  constructor(options: SseOptions = {}) {
    this.#max = options.maxEventLength ?? defaultMaxEventLength;
  }

  /** The events that this piece completes. Throws `upstream.body_too_large` where one event exceeds the limit. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    const text = this.#unixLines(this.#decoder.decode(chunk, { stream: true }));
    let from = 0;
    let end = text.indexOf("\n");
    while (end !== -1) {
      const rest = text.slice(from, end);
      const line = this.#tail === "" ? rest : this.#tail + rest;
      this.#tail = "";
      if (line === "") this.#dispatch(frames);
      else this.#field(line);
      from = end + 1;
      end = text.indexOf("\n", from);
    }
    if (from < text.length) this.#tail += from === 0 ? text : text.slice(from);
    this.#check(this.#tail.length);
    return frames;
  }

  /** The stream ended. `unfinished`: in the middle of an event; a last `[DONE]` without its blank line is let pass. */
  end(): { unfinished: boolean; frames?: Frame[] } {
    const tail = this.#tail + this.#decoder.decode();
    this.#tail = "";
    if (tail !== "" && !tail.startsWith(":")) this.#field(tail);
    const error = this.#bareError();
    if (error !== undefined) return { unfinished: false, frames: [error] };
    const data = this.#data;
    this.#data = undefined;
    const partialField = tail !== "" && !tail.startsWith(":") && !tail.includes(":");
    return { unfinished: partialField || (data !== undefined && data !== "[DONE]") };
  }

  /** All line ends as LF. Nothing is scanned twice where there is no CR, which is the rule. */
  #unixLines(decoded: string): string {
    let text = decoded;
    if (this.#afterCr && text !== "") {
      this.#afterCr = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    if (!text.includes("\r")) return text;
    this.#afterCr = text.endsWith("\r");
    return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  }

  #field(line: string): void {
    if (line.startsWith("data:")) {
      const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
      this.#check(value.length);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (line.startsWith("event:")) {
      this.#check(line.length);
      this.#event = line.slice(line.charCodeAt(6) === 32 ? 7 : 6);
    } else if (line === "data") {
      this.#data = this.#data === undefined ? "" : `${this.#data}\n`;
    } else if (this.#bare !== "" || line.startsWith("{") || line.startsWith("[")) {
      this.#check(this.#bare.length + line.length);
      this.#bare += `${line}\n`;
    }
  }

  /** The error that the bare lines are, if they are one; they are forgotten. */
  #bareError(): Frame | undefined {
    const data = this.#bare;
    if (data === "") return undefined;
    this.#bare = "";
    try {
      const body: Json = JSON.parse(data);
      const error = errorIn(body);
      return error === undefined ? undefined : { event: "error", data: JSON.stringify(error) };
    } catch {
      return undefined;
    }
  }

  #dispatch(frames: Frame[]): void {
    if (this.#data !== undefined) frames.push({ event: this.#event, data: this.#data });
    if (this.#bare !== "") {
      const error = this.#bareError();
      if (error !== undefined) frames.push(error);
    }
    this.#event = "";
    this.#data = undefined;
  }

  #check(more: number): void {
    if ((this.#data?.length ?? 0) + more <= this.#max) return;
    throw new Failure("upstream.body_too_large", {
      message: `An event of the provider's stream is longer than ${this.#max} characters.`,
    });
  }
}
