/** A provider is a vendor: address, credentials, signing, failures and manners of its API. */
import type { Event } from "../core/events.ts";
import type { JsonObject } from "../core/json.ts";
import type { OperationName } from "../core/operations.ts";
import type { ChatRequest } from "../core/request.ts";
import type { DialectName, ProviderError } from "../dialects/dialect.ts";
import type { Manners } from "../dialects/manners.ts";
import type { LocalOperations, OperationFormatName } from "../dialects/operation.ts";
import type { Failure } from "../failures/failure.ts";
import type { FailureRow } from "./failure-table.ts";

export type Provider = HttpProvider | LocalProvider;

interface ProviderFacts {
  /** Name in channels and in `provider/model`: lower case, digits and hyphens. */
  name: string;
  /** The vendor's name for people. */
  title: string;
  /** The vendor's API documentation. */
  docs: string;
  /** Model names (with `*`) that are known to serve one endpoint alone; the first that matches counts. */
  onlyFor?: readonly {
    models: readonly string[];
    endpoint: "chat" | Exclude<OperationName, "count-tokens" | "compact">;
  }[];
}

export interface HttpProvider extends ProviderFacts {
  kind: "http";
  /** Wire formats that it speaks for chat, the preferred one first. */
  dialects: readonly DialectName[];
  /** Those of {@link dialects} in which a model is reached, where the vendor's models differ in this. Absent: all. */
  dialectsOf?(model: string): readonly DialectName[];
  /** Model names (with `*`) that the vendor serves in `openai-responses` alone. */
  responsesOnly?: readonly string[];
  /** What it serves besides chat, and in which wire format. */
  operations?: Readonly<Partial<Record<OperationName, OperationFormatName>>>;
  /** The address where a channel gives none, in the form in which the vendor's SDK has it. Absent: every channel must give one. */
  baseUrl?: string;
  /** The form of a channel's base URL where {@link baseUrl} is absent, with `{…}` for what is the customer's. */
  baseUrlForm?: string;
  /** Environment variables that make a channel of their own when set; `otherKeys` count where `key` is not set. */
  environment?: { key: string; otherKeys?: readonly string[]; baseUrl?: string };
  /** Whether a channel without a credential can work (a server of one's own). */
  keyless?: boolean;
  /** Bare model names (with `*`) that a channel without a list of models serves. */
  models?: readonly string[];
  manners?: Manners;
  /** What a channel's credential may be, in a sentence, where it is not one key alone. */
  credential?: string;
  /** What a channel's `options` may say to this vendor, and what each means. */
  options?: Readonly<Record<string, string>>;
  /** The vendor's table of failures, that {@link failure} goes by. */
  failures?: readonly FailureRow[];
  /** Recorded traffic that proves it, as beginnings of paths in the folder of fixtures. */
  recorded?: readonly string[];
  /** The last word on a body that a dialect wrote, where the vendor wants the same format put otherwise (a version in the body, no model). */
  body?(
    body: JsonObject,
    call: { dialect: DialectName; model: string; stream: boolean },
  ): JsonObject;
  /** Where and how to send one call. May throw a failure (a credential that is malformed for this vendor). */
  address(call: ProviderCall): ProviderAddress | Promise<ProviderAddress>;
  /** The vendor's table of failures: what an error that it told means. Never throws. */
  failure(error: ProviderError): Failure;
}

export interface ProviderCall {
  baseUrl: string;
  /** The channel's secret; empty where it has none. */
  credential: string;
  /** The channel's own options for this vendor (region, project, API version). */
  options: Readonly<Record<string, string>>;
  dialect: DialectName;
  /** What is asked for where it is not chat; {@link dialect} says nothing then. */
  operation?: OperationName;
  model: string;
  stream: boolean;
  /** The body as it will be sent, for vendors that sign it. */
  body: Uint8Array;
}

export interface ProviderAddress {
  /** Absolute URL, query included. */
  url: string;
  /** Lower-case names. `content-type` and `content-length` are added by the caller. */
  headers: Record<string, string>;
}

/** A provider inside the process (the sandbox). */
export interface LocalProvider extends ProviderFacts {
  kind: "local";
  /** Plain model names, for GET /v1/models. */
  modelNames: readonly string[];
  /** Whether a name, parameters included, is one of its models. */
  serves(model: string): boolean;
  /** Whether an answer of this model is made to order (`;fail=…`), and is to be marked as such. */
  isSimulated(model: string): boolean;
  /** Throws failures as a provider's call would; stops when `signal` aborts. */
  answer(request: ChatRequest, context: LocalContext): AsyncIterable<Event>;
  /** What it does besides chatting; throws as {@link answer} does. */
  operations?: LocalOperations;
}

export interface LocalContext {
  model: string;
  signal: AbortSignal;
}
