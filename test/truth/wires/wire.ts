/**
 * What the suite needs to know of a wire format: how a vendor of it says things, and how a client of it
 * reads them. A fault is written once against this and holds for every wire.
 */
import type { Contract } from "../../../src/failures/contracts/contract.ts";
import type { Ask, Fault } from "../faults/fault.ts";
import type { Reply } from "../reply.ts";

/** What was said, by its meaning. */
export interface Said {
  choices: SaidChoice[];
  usage?: { input: number; output: number };
}

export interface SaidChoice {
  text: string;
  reasoning: string;
  refusal: string;
  tools: SaidTool[];
  /** The provider's own word; null where it gave none. */
  finish: string | null;
}

export interface SaidTool {
  id: string;
  name: string;
  /** Raw text. */
  arguments: string;
}

/** One answer, by what is given of it. */
export function say(...choices: Partial<SaidChoice>[]): Said {
  return {
    choices: choices.map((choice) => ({
      text: "",
      reasoning: "",
      refusal: "",
      tools: [],
      finish: null,
      ...choice,
    })),
  };
}

/** Ways in which every vendor fails, each in its own words and shape. */
export type VendorError =
  | "server_error"
  | "overloaded"
  | "rate_limited"
  | "account_exhausted"
  | "credential_rejected"
  | "context_too_long"
  | "content_filtered"
  | "model_unknown"
  | "parameter_rejected"
  | "request_rejected";

export interface SseFrame {
  event: string;
  data: string;
}

/** An error as the client finds it. */
export interface ToldError {
  message: unknown;
  code: unknown;
  type: unknown;
  param: unknown;
  requestId: unknown;
}

export interface StreamRead {
  said: Said;
  errors: ToldError[];
  /** The dialect's end was seen. */
  ended: boolean;
  /** What no client of this dialect should meet: an unreadable event, content after an error. */
  problems: string[];
}

export interface Wire {
  name: string;
  contract: Contract;
  /** Finish reasons of an answer that ended, was cut by length, by a filter, or calls tools. */
  finishes: { stop: string; length: string; filter: string; tools: string };
  /** What `parameter_rejected` names. */
  rejectedParameter: string;

  /** The client's side: path below the base URL, and body. */
  path(model: string, mode: Mode): string;
  request(model: string, mode: Mode, ask: Ask): Record<string, unknown>;

  /** The vendor's side: a whole answer. */
  answer(said: Said): Record<string, unknown>;
  /** An event that begins a stream and says nothing. */
  opening(): string;
  text(text: string, choice?: number): string;
  reasoning(text: string): string;
  refusal(text: string): string;
  toolStart(tool: { id: string; name: string }): string;
  toolArguments(text: string): string;
  finish(reason: string, choice?: number): string;
  usage(figures: { input: number; output: number }): string;
  end(): string;
  /** An error with its status, in the vendor's envelope and words, secrets included. */
  error(kind: VendorError): { status: number; body: Record<string, unknown> };
  streamError(body: Record<string, unknown>): string;
  /** Whether the gateway asked for usage in the stream. */
  asksUsage(body: Readonly<Record<string, unknown>>): boolean;
  /** 200 bodies and streams that only this wire can get wrong. */
  ownFaults(): Fault[];

  /** The reading client's side; throws where the body is no answer. */
  readAnswer(body: unknown): Said;
  readStream(frames: readonly SseFrame[]): StreamRead;
  readError(body: unknown): ToldError | undefined;
}

export type Mode = "whole" | "streamed";

export function replyOf(error: { status: number; body: Record<string, unknown> }): Reply {
  return {
    status: error.status,
    headers: { "content-type": "application/json" },
    steps: [JSON.stringify(error.body)],
  };
}
