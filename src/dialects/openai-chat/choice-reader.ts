/**
 * One choice of an answer as events. A whole message is read as one delta: both have the same fields.
 * Text, reasoning and refusal follow one another; tool calls and audio stay open beside them.
 */
import type { Event, PartHead } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { ReadContext } from "../dialect.ts";
import { readCitations } from "./citations.ts";
import { type ReasoningDetail, readDetail, readExtraContent, readOrigin } from "./opaque.ts";
import { readImages, readThinking } from "./read-parts.ts";
import { TagSplitter } from "./tags.ts";
import { ToolCallReader } from "./tool-call-reader.ts";
import { dialectName } from "./wire.ts";

type Running = "text" | "refusal" | "reasoning";

/** Log probabilities of a choice or chunk. */
interface Logprobs {
  content?: Json[];
  refusal?: Json[];
}

export class ChoiceReader {
  /** What the message said beside its content and has no canonical form. */
  extra: JsonObject | undefined;
  readonly #choice: number;
  readonly #context: ReadContext;
  readonly #reasoningField: string | undefined;
  readonly #tags: TagSplitter | undefined;
  readonly #calls: ToolCallReader;
  /** Indices of parts not yet ended. */
  readonly #open = new Set<number>();
  #parts = 0;
  #running: { type: Running; index: number; detail?: number } | undefined;
  #audio: number | undefined;
  /** Thoughts told in a plain field, which `reasoning_details` may yet repeat, whole, with their state. */
  readonly #plain: { index: number; text: string }[] = [];
  #texts = 0;
  #refusals = 0;

  constructor(choice: number, context: ReadContext) {
    this.#choice = choice;
    this.#context = context;
    const { manners } = context;
    this.#reasoningField = manners?.reasoningField;
    this.#tags = manners?.reasoningTags && new TagSplitter(manners.reasoningTags);
    this.#calls = new ToolCallReader(choice, context, (out, head) => this.#start(out, head));
  }

  /** Whether anything was said. */
  get hasContent(): boolean {
    return this.#parts > 0;
  }
  get hasToolCalls(): boolean {
    return this.#calls.any;
  }
  get hasOnlyRefusal(): boolean {
    return this.#refusals > 0 && this.#texts === 0;
  }

  take(delta: JsonObject, logprobs: Json | undefined, out: Event[]): void {
    let content: Json | undefined;
    let reasoning: string | undefined;
    let rest: JsonObject | undefined;
    // One pass over what is there: most deltas hold one or two of the fields.
    for (const key in delta) {
      const value = delta[key];
      if (value === null || value === undefined || key === "role") continue;
      if (key === "content") content = value;
      else if (key === this.#reasoningField) reasoning = string(value) ?? reasoning;
      else if (key === "reasoning_content") reasoning = string(value) ?? reasoning;
      else if (key === "reasoning") reasoning ??= string(value);
      else {
        rest ??= {};
        rest[key] = value;
      }
    }
    const probs = readLogprobs(logprobs);
    const details = rest?.reasoning_details;
    if (!Array.isArray(details) || !this.#details(details, reasoning, out)) {
      if (reasoning !== undefined) this.#think(reasoning, out);
    }
    if (typeof content === "string") this.#content(content, probs?.content, out);
    else if (Array.isArray(content)) for (const chunk of content) this.#chunk(chunk, out);
    if (rest !== undefined) this.#others(rest, probs, out);
  }

  /** Ends what is open. */
  finish(out: Event[]): void {
    for (const piece of this.#tags?.end() ?? []) {
      this.#say(piece.reasoning ? "reasoning" : "text", piece.text, out);
    }
    this.#calls.finish(out);
    for (const index of this.#open) out.push({ type: "part-end", choice: this.#choice, index });
    this.#open.clear();
    this.#running = undefined;
    this.#audio = undefined;
  }

  #others(rest: JsonObject, probs: Logprobs | undefined, out: Event[]): void {
    this.#besideText(rest, out);
    for (const key in rest) {
      const value = rest[key];
      if (value === undefined) continue;
      switch (key) {
        case "reasoning_details":
        case "provider_citations":
        case "annotations":
        case "extra_content":
          break;
        case "refusal":
          if (typeof value === "string") this.#say("refusal", value, out, probs?.refusal);
          break;
        case "tool_calls":
          if (Array.isArray(value) && value.length > 0) {
            this.#pause(out);
            this.#calls.take(value, out);
          }
          break;
        case "function_call":
          this.#pause(out);
          this.#calls.takeLegacy(value, out);
          break;
        case "audio":
          if (isObject(value)) this.#sound(value, out);
          break;
        case "images":
          for (const image of readImages(Array.isArray(value) ? value : [])) {
            this.#whole({ ...image }, out);
          }
          break;
        case "provider_parts":
          for (const entry of Array.isArray(value) ? value : []) this.#native(entry, out);
          break;
        default:
          this.#keep(key, value);
      }
    }
  }

  /** What belongs to the text that has just been read, before anything else begins. */
  #besideText(rest: JsonObject, out: Event[]): void {
    const { annotations, provider_citations: entries, extra_content: extra } = rest;
    if (annotations !== undefined || entries !== undefined) {
      const { citations, other } = readCitations(annotations, entries);
      if (citations.length > 0) {
        const index = this.#run("text", out);
        out.push({ type: "delta", choice: this.#choice, index, citations });
      }
      if (other.length > 0) this.#keep("annotations", other);
    }
    if (extra === undefined) return;
    const signature = readExtraContent(extra, this.#context.origin);
    if (signature === undefined) {
      this.#keep("extra_content", extra);
      return;
    }
    const index = this.#run("text", out);
    out.push({ type: "delta", choice: this.#choice, index, signature });
  }

  #content(content: string, logprobs: Json[] | undefined, out: Event[]): void {
    if (this.#tags === undefined) {
      this.#say("text", content, out, logprobs);
      return;
    }
    for (const piece of this.#tags.push(content)) {
      this.#say(piece.reasoning ? "reasoning" : "text", piece.text, out);
    }
    if (logprobs !== undefined) this.#say("text", "", out, logprobs);
  }

  /** Mistral's content chunks. */
  #chunk(chunk: Json, out: Event[]): void {
    if (!isObject(chunk)) return;
    const { type, text, thinking } = chunk;
    if (type === "text") this.#say("text", string(text) ?? "", out);
    else if (type === "refusal") this.#say("refusal", string(chunk.refusal) ?? "", out);
    else if (type === "thinking" && (typeof thinking === "string" || Array.isArray(thinking))) {
      const list = typeof thinking === "string" ? thinking : thinking.filter(isObject);
      this.#say("reasoning", readThinking(list).text, out);
    } else this.#whole({ type: "native", dialect: dialectName, value: chunk }, out);
  }

  /** Reads `reasoning_details`; false where they hold no text, so that a plain field beside them counts. */
  #details(entries: Json[], plain: string | undefined, out: Event[]): boolean {
    const details = entries
      .map((entry) => readDetail(entry, this.#context.origin))
      .filter((detail) => detail !== undefined);
    const told = details.some(({ text }) => text !== "");
    if (!told && plain !== undefined) this.#think(plain, out);
    for (const entry of details) {
      const { index: detail, kind, text, signature } = entry;
      if (text === "" && signature === undefined && kind !== "summary") {
        this.#divide(detail, out);
        continue;
      }
      if (this.#repeats(entry, out)) continue;
      const running = this.#running;
      const same =
        running?.type === "reasoning" &&
        (running.detail === detail ||
          (running.detail === undefined && text === "" && signature !== undefined));
      if (!same || running === undefined) {
        this.#pause(out);
        const head: PartHead = { type: "reasoning" };
        if (kind === "summary") head.kind = kind;
        if (text === "" && signature && signature.kind !== "signature") head.redacted = true;
        const index = this.#start(out, head);
        this.#running = { type: "reasoning", index };
      }
      if (this.#running === undefined) continue;
      if (detail !== undefined) this.#running.detail = detail;
      const { index } = this.#running;
      if (text !== "") out.push({ type: "delta", choice: this.#choice, index, text });
      if (signature !== undefined) {
        out.push({ type: "delta", choice: this.#choice, index, signature });
      }
    }
    return told || plain !== undefined;
  }

  /** Whether the entry is a thought that was told before; its state is added then. */
  #repeats({ text, index: detail, signature }: ReasoningDetail, out: Event[]): boolean {
    const [told] = this.#plain;
    if (told === undefined || text === "" || told.text !== text) return false;
    this.#plain.shift();
    const running = this.#running;
    if (running?.index !== told.index) return signature === undefined;
    if (detail !== undefined) running.detail = detail;
    if (signature !== undefined) {
      out.push({ type: "delta", choice: this.#choice, index: running.index, signature });
    }
    return true;
  }

  /** An empty entry says which thought the plain field goes on with. */
  #divide(detail: number | undefined, out: Event[]): void {
    const running = this.#running;
    if (running?.type === "reasoning" && detail !== undefined && (running.detail ?? 0) !== detail) {
      this.#pause(out);
    }
  }

  #think(text: string, out: Event[]): void {
    this.#say("reasoning", text, out);
    const index = this.#run("reasoning", out);
    const last = this.#plain.at(-1);
    if (last?.index === index) last.text += text;
    else this.#plain.push({ index, text });
  }

  #say(type: Running, text: string, out: Event[], logprobs?: Json[]): void {
    if (text === "" && logprobs === undefined) return;
    const index = this.#run(type, out);
    if (logprobs === undefined) out.push({ type: "delta", choice: this.#choice, index, text });
    else out.push({ type: "delta", choice: this.#choice, index, text, logprobs });
  }

  /** The index of the running part of this type, which begins here if it must. */
  #run(type: Running, out: Event[]): number {
    if (this.#running?.type === type) return this.#running.index;
    this.#pause(out);
    if (type === "text") this.#texts++;
    else if (type === "refusal") this.#refusals++;
    const index = this.#start(out, { type });
    this.#running = { type, index };
    return index;
  }

  /** Ends the running part. */
  #pause(out: Event[]): void {
    if (this.#running === undefined) return;
    out.push({ type: "part-end", choice: this.#choice, index: this.#running.index });
    this.#open.delete(this.#running.index);
    this.#running = undefined;
  }

  #start(out: Event[], part: PartHead): number {
    const index = this.#parts++;
    this.#open.add(index);
    out.push({ type: "part-start", choice: this.#choice, index, part });
    return index;
  }

  #whole(part: PartHead, out: Event[]): void {
    const index = this.#start(out, part);
    this.#open.delete(index);
    out.push({ type: "part-end", choice: this.#choice, index });
  }

  #sound(audio: JsonObject, out: Event[]): void {
    if (this.#audio === undefined) {
      const head: PartHead = { type: "audio" };
      if (typeof audio.id === "string") head.id = audio.id;
      if (typeof audio.expires_at === "number") head.expiresAt = audio.expires_at;
      this.#audio = this.#start(out, head);
    } else if (typeof audio.expires_at === "number") {
      this.#keep("audio", { expires_at: audio.expires_at });
    }
    const data = string(audio.data);
    const transcript = string(audio.transcript);
    if (data === undefined && transcript === undefined) return;
    const delta: Event = { type: "delta", choice: this.#choice, index: this.#audio };
    if (data !== undefined) delta.audio = data;
    if (transcript !== undefined) delta.transcript = transcript;
    out.push(delta);
  }

  #native(entry: Json, out: Event[]): void {
    if (!isObject(entry) || typeof entry.dialect !== "string" || !isObject(entry.value)) return;
    const head: PartHead = { type: "native", dialect: entry.dialect, value: entry.value };
    const origin = readOrigin(entry.origin);
    if (origin !== undefined) head.origin = origin;
    this.#whole(head, out);
  }

  #keep(key: string, value: Json): void {
    this.extra ??= {};
    this.extra[key] = value;
  }
}

function readLogprobs(value: Json | undefined): Logprobs | undefined {
  if (!isObject(value)) return undefined;
  const logprobs: Logprobs = {};
  if (Array.isArray(value.content) && value.content.length > 0) logprobs.content = value.content;
  if (Array.isArray(value.refusal) && value.refusal.length > 0) logprobs.refusal = value.refusal;
  return logprobs;
}

/** A non-empty string: vendors fill every delta with empty ones. */
function string(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
