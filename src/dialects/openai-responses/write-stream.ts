/** A stream as OpenAI's API gives it (https://developers.openai.com/api/reference/resources/responses/streaming-events). */
import type { DeltaEvent, Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { AnswerContext, StreamWriter } from "../dialect.ts";
import { deltaOf } from "./output-blocks.ts";
import { OutputWriter } from "./output-writer.ts";
import { baseOf, endOf, type Known, writeEnded, writeHead } from "./response-object.ts";

export function writeStream(context: AnswerContext): StreamWriter {
  return new ResponsesStreamWriter(context);
}

/** `response.created` comes with the first content: until then another provider may take over, with another id. */
class ResponsesStreamWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #known: Known = {};
  #output: OutputWriter | undefined;
  #sequence = 0;
  /** Told since the last {@link write}. */
  #told = "";

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  write(event: Event): string {
    switch (event.type) {
      case "start":
        this.#known.start = event;
        return "";
      case "usage":
        this.#known.usage = event.usage;
        return "";
      case "finish":
        // Told at the end: usage may come after it.
        if (event.choice === 0) this.#known.finish = event;
        return "";
    }
    if (event.choice !== 0) return "";
    const output = this.#begin();
    if (event.type === "part-start") output.start(event.index, event.part);
    else if (event.type === "part-end") output.end(event.index);
    else if (event.text !== undefined && Object.keys(event).length === 4) this.#text(event, output);
    else output.delta(event);
    return this.#take();
  }

  end(): string {
    const { finish } = this.#known;
    // Without a reason there is no end to tell.
    if (finish === undefined) return "";
    const output = this.#begin();
    const { status } = endOf(finish, output.hasRefusal);
    const cut = status === "incomplete";
    output.finish(cut ? "incomplete" : "completed");
    const items = output.items.filter((item) => item !== undefined);
    const response = writeEnded(this.#known, this.#context, items, output);
    this.#tell(cut ? "response.incomplete" : "response.completed", { response });
    return this.#take();
  }

  /**
   * `error`, which makes OpenAI's SDKs throw, and `response.failed` after it, as OpenAI ends a broken stream.
   * A writer that has told nothing before tells no beginning: only the failure.
   */
  fail(error: Record<string, unknown>): string {
    const told = toldError(error);
    const sequence = this.#sequence;
    const output = this.#output?.broken() ?? [];
    this.#told = "";
    this.#sequence = sequence;
    this.#tell("error", { error: told });
    const { code, message } = told;
    const response: JsonObject = {
      ...writeHead(this.#known, this.#context),
      status: "failed",
      error: { code: code ?? "server_error", message: message ?? "The answer failed." },
      output,
      usage: null,
    };
    this.#tell("response.failed", { response });
    return this.#take();
  }

  #begin(): OutputWriter {
    if (this.#output !== undefined) return this.#output;
    const base = baseOf(this.#known.start?.id ?? this.#context.id);
    this.#output = new OutputWriter(base, (type, fields) => this.#tell(type, fields));
    const response: JsonObject = {
      ...writeHead(this.#known, this.#context),
      status: "in_progress",
      output: [],
      usage: null,
    };
    this.#tell("response.created", { response });
    this.#tell("response.in_progress", { response });
    return this.#output;
  }

  /** More text, which is most of a stream. */
  #text(event: DeltaEvent, output: OutputWriter): void {
    const part = output.begun(event.index);
    const { text = "" } = event;
    if (part?.item === undefined || text === "") return;
    part.text += text;
    const type = deltaOf(part);
    const { id, place } = part.item;
    const at = type === "response.reasoning_summary_text.delta" ? "summary_index" : "content_index";
    const logprobs = type === "response.output_text.delta" ? ',"logprobs":[]' : "";
    this.#told += `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.#sequence++},"item_id":${JSON.stringify(id)},"output_index":${place},"${at}":${part.at},"delta":${JSON.stringify(text)}${logprobs}}\n\n`;
  }

  #tell(type: string, fields: JsonObject): void {
    const data = { type, sequence_number: this.#sequence++, ...fields };
    this.#told += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #take(): string {
    const told = this.#told;
    this.#told = "";
    return told;
  }
}

/** The contract's error in OpenAI's four fields and whatever else it says. */
function toldError(error: Record<string, unknown>): JsonObject {
  const inner = error.error ?? error;
  const fields: Json = JSON.parse(JSON.stringify(inner));
  const told: JsonObject = isObject(fields) ? fields : { message: String(inner) };
  return { type: "server_error", code: null, message: null, param: null, ...told };
}
