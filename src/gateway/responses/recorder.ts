/** What is kept of an answer on its way to the client: Parley's id instead of the provider's, and the response itself. */
import type { Event } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { AnswerContext, StreamWriter } from "../../dialects/dialect.ts";
import { echoOf } from "../../dialects/openai-responses/index.ts";
import type { StoredResponse } from "../../storage/ports.ts";
import type { AnswerRecorder, Exchange } from "../exchange.ts";
import { BackgroundRun } from "./background-run.ts";
import { idsOf, outputOf } from "./items.ts";
import { onlyWithVendorState } from "./vendor-state.ts";

export interface Recorded {
  /** `resp_…` */
  id: string;
  /** `input` as JSON. */
  input: string;
  previous?: string;
}

export class ResponseRecorder implements AnswerRecorder {
  readonly context: Pick<AnswerContext, "id" | "created" | "model"> & { echo: JsonObject };
  readonly #exchange: Exchange;
  readonly #asked: JsonObject;
  readonly #recorded: Recorded;
  #run: BackgroundRun | undefined;

  /** `asked`: the request's body as the client sent it. */
  constructor(exchange: Exchange, asked: JsonObject, recorded: Recorded) {
    this.#exchange = exchange;
    this.#asked = asked;
    this.#recorded = recorded;
    this.context = {
      id: recorded.id,
      created: Math.floor(exchange.at / 1000),
      model: exchange.model,
      // Stored unless the client says otherwise: https://developers.openai.com/api/docs/guides/your-data
      echo: { store: true, ...echoOf(asked) },
    };
  }

  begin(): void {
    const exchange = this.#exchange;
    exchange.offerings = onlyWithVendorState(exchange, this.#asked);
    if (this.#asked.background !== true) return;
    this.#run = new BackgroundRun(exchange, this.context, (run) => this.#store(run.response, run));
    this.#run.start();
  }

  /** A provider's id and time mean nothing here: Parley keeps the response under its own. */
  seen(event: Event): Event {
    if (event.type !== "start") return event;
    const { id: _id, created: _created, ...start } = event;
    return start;
  }

  whole(body: JsonObject): void {
    this.#ended(body);
  }

  wrap(writer: StreamWriter): StreamWriter {
    return {
      write: (event) => writer.write(this.seen(event)),
      end: () => this.#last(writer.end()),
      fail: (error) => this.#last(writer.fail(error)),
    };
  }

  /** The last event of a stream holds the whole response. */
  #last(text: string): string {
    const at = text.lastIndexOf("\ndata: ");
    if (at === -1) return text;
    const data: Json = JSON.parse(text.slice(at + "\ndata: ".length));
    if (isObject(data) && isObject(data.response)) this.#ended(data.response);
    return text;
  }

  #ended(response: JsonObject): void {
    if (this.#run !== undefined) this.#run.response = response;
    else if (this.#asked.store !== false) void this.#store(response);
  }

  /** Asked for before the client has the answer, so that whatever it asks next comes after. Never rejects. */
  async #store(response: JsonObject, run?: BackgroundRun): Promise<void> {
    const { key, gateway, at, id } = this.#exchange;
    const stored: StoredResponse = {
      ...this.#recorded,
      account: key?.account ?? "",
      at,
      status: typeof response.status === "string" ? response.status : "",
      response: JSON.stringify(response),
      outputIds: idsOf(outputOf(response)),
    };
    if (run?.streamed) stored.events = JSON.stringify(run.frames);
    try {
      await gateway.responses.store.put(stored);
    } catch (error) {
      gateway.log.error({ request: id, response: this.#recorded.id, err: error }, "not stored");
    }
  }
}
