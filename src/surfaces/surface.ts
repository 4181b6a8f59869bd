import type { Timeouts } from "../core/channel.ts";
import type { JsonObject } from "../core/json.ts";
import type { OperationName } from "../core/operations.ts";
import type { DialectName, RequestContext, StreamWriter } from "../dialects/dialect.ts";
import type { OperationFormatName } from "../dialects/operation.ts";
import type { ContractName } from "../failures/contracts/contract.ts";

/** An API that clients call, at one path. */
export interface Surface {
  /** In usage rows and metrics. */
  name: string;
  /** POST; a final `*` stands for any rest. */
  path: string;
  dialect: DialectName;
  contract: ContractName;
  /** The path leaves the choice of the contract to the key; `contract` holds where the key makes none. */
  keyChoosesContract: boolean;
  /** Begins the id of an answer whose provider gave none. */
  answerIdPrefix: string;
  /** Top-level fields of the body that are for Parley and are not passed on. */
  ownFields: readonly string[];
  /** Request headers that go along where the provider speaks the same dialect. */
  forwardedHeaders: readonly string[];
  /** Answers are kept under their ids and can be gone back to (gateway/responses/). Absent: they are not. */
  keepsAnswers?: "responses";
  /** Parley's own fields. Throws `request.field_*`. */
  readOptions(body: JsonObject): RequestOptions;
  /** What the URL says of the request. Throws `request.path_unknown`, `model.no_endpoint`. */
  readPath?(url: string): PathContext;
  /** What is asked for, where it is not chat. */
  operation?: OperationRef;
  /** The model where the request need not name one. */
  defaultModel?: string;
  /** How a stream reaches the client, where the URL decides it. Absent: {@link eventStream}. */
  streamForm?(url: string): StreamForm;
}

/** What is asked for besides chat, and the wire format in which the client asks. */
export interface OperationRef {
  name: OperationName;
  format: OperationFormatName;
}

export interface PathContext extends RequestContext {
  operation?: OperationRef;
}

export interface StreamForm {
  contentType: string;
  /** What is sent while nothing else is: readers skip it. */
  keepAlive: string;
  /** Puts what the dialect writes into this form. */
  wrap?(writer: StreamWriter): StreamWriter;
}

export const eventStream: StreamForm = {
  contentType: "text/event-stream; charset=utf-8",
  keepAlive: ": keep-alive\n\n",
};

/** How a request is to be carried out. */
export interface RequestOptions {
  timeouts?: Partial<Timeouts>;
  /** Further attempts on the same channel. */
  retries?: number;
  /** Models to try when the first fails, in order. */
  fallback?: readonly string[];
}
