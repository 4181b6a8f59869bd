/**
 * What the suite needs to know of a wire format: how a vendor of it says things, well and badly. The
 * client speaks OpenAI's chat to the gateway (`chat-client.ts`) whatever the wire behind it is. A fault is
 * written once against this and holds for every wire.
 */
import type { DialectName } from "../../../src/dialects/dialect.ts";
import type { Fault } from "../faults/fault.ts";
import type { Ending, Reply, Step } from "../reply.ts";

/** What was said, by its meaning. */
export interface Said {
  choices: SaidChoice[];
  usage?: SaidUsage;
}

export interface SaidUsage {
  /** All tokens of the input, the cached ones among them. */
  input: number;
  output: number;
  cached?: number;
}

export interface SaidChoice {
  text: string;
  reasoning: string;
  refusal: string;
  tools: SaidTool[];
  /** In chat's words; null where the provider gave none. */
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

/** Why an answer ends, in chat's words; each wire has its own. */
export type Finish = "stop" | "length" | "content_filter" | "tool_calls";

export const finishes = {
  stop: "stop",
  length: "length",
  filter: "content_filter",
  tools: "tool_calls",
} as const satisfies Record<string, Finish>;

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

export const allVendorErrors: readonly VendorError[] = [
  "server_error",
  "overloaded",
  "rate_limited",
  "account_exhausted",
  "credential_rejected",
  "context_too_long",
  "content_filtered",
  "model_unknown",
  "parameter_rejected",
  "request_rejected",
];

/** One thing that a stream says. What a wire must say around it (the start and the end of a block) comes with it. */
export type Move =
  /** Begins a stream and says nothing. */
  | { say: "opening" }
  | { say: "text"; text: string; choice?: number }
  | { say: "reasoning"; text: string }
  | { say: "refusal"; text: string }
  | { say: "call"; id: string; name: string }
  | { say: "arguments"; text: string }
  | { say: "finish"; reason: Finish; choice?: number }
  | { say: "usage"; input: number; output: number }
  | { say: "end" }
  | { say: "error"; error: VendorError; event?: string }
  /** An event whose payload is this text. */
  | { say: "data"; data: string; event?: string };

/** Moves by their names. */
export const says = {
  opening: { say: "opening" },
  end: { say: "end" },
  text: (text: string, choice?: number) =>
    choice === undefined ? { say: "text", text } : { say: "text", text, choice },
  reasoning: (text: string) => ({ say: "reasoning", text }),
  refusal: (text: string) => ({ say: "refusal", text }),
  call: ({ id, name }: { id: string; name: string }) => ({ say: "call", id, name }),
  arguments: (text: string) => ({ say: "arguments", text }),
  finish: (reason: Finish, choice?: number) =>
    choice === undefined ? { say: "finish", reason } : { say: "finish", reason, choice },
  usage: (figures: { input: number; output: number }) => ({ say: "usage", ...figures }),
  error: (error: VendorError, event?: string) =>
    event === undefined ? { say: "error", error } : { say: "error", error, event },
  data: (data: string, event?: string) =>
    event === undefined ? { say: "data", data } : { say: "data", data, event },
} as const satisfies Record<string, Move | ((...values: never[]) => Move)>;

/** A vendor's error as an HTTP response. */
export interface VendorReply {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

export interface Wire {
  name: DialectName;
  /** Parley's name of a vendor that speaks it, and what a model's name begins and ends with so that it is spoken. */
  provider: string;
  modelAffixes: readonly [before: string, after: string];
  /** The paths of its calls; a group is the model where the path names it. */
  upstreamPath: RegExp;
  framing: "sse" | "aws-eventstream";
  /** Whether a complete stream is told by an event of its own, after the finish reason. */
  saysEnd: boolean;
  /** Whether a refusal is told apart from text. */
  refuses: boolean;
  /** Where a call's arguments are raw text; elsewhere they are an object. */
  rawArguments: "anywhere" | "streamed" | "nowhere";
  /** What is heard of a call cut inside its arguments. Absent: the text so far. */
  halfArguments: string | undefined;
  /** Whether usage is told only when asked for. */
  tellsUsage: "asked" | "always";
  /** What `parameter_rejected` names, where the vendor names it apart from its words. */
  rejectedParameter: string | undefined;
  /** The errors that may come inside a stream. */
  streamErrors: readonly VendorError[];
  /** The errors whose body alone tells what they are. */
  errorsWithoutStatus: readonly VendorError[];

  /** A whole answer. */
  answer(said: Said): Record<string, unknown>;
  /** The events of one stream, an item a move; of binary framings one character a byte. */
  events(moves: readonly Move[]): string[];
  /** An error with its status, in the vendor's envelope and words, secrets included. */
  error(kind: VendorError): VendorReply;
  /** The vendor's 400 about the request, in these words. */
  errorSaying(message: string): Record<string, unknown>;
  /** The vendor's documented errors, and what only this wire can get wrong. */
  ownFaults(): Fault[];
}

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

export type Mode = "whole" | "streamed";

/** A server-sent event. */
export function eventOf(payload: string, name?: string): string {
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${payload}\n\n`;
}

/** Text of the wire's events as bytes. */
export function bytesOf(wire: Wire, events: string): Buffer {
  return Buffer.from(events, wire.framing === "sse" ? "utf8" : "latin1");
}

/** The events in one text. */
export function textOf(wire: Wire, ...moves: readonly Move[]): string {
  return wire.events(moves).join("");
}

/** The event of one more move after these. */
export function nextOf(wire: Wire, before: readonly Move[], move: Move): string {
  return wire.events([...before, move]).at(-1) ?? "";
}

/** A stream of the wire in chunked framing; moves become its events. */
export function stream(
  wire: Wire,
  steps: readonly (Step | Move)[],
  ending: Ending = "finish",
  headers: Record<string, string> = {},
): Reply {
  const events = wire.events(steps.filter(isMove));
  let next = 0;
  const type =
    wire.framing === "sse"
      ? "text/event-stream; charset=utf-8"
      : "application/vnd.amazon.eventstream";
  return {
    headers: { "content-type": type, ...headers },
    framing: "chunked",
    steps: steps.map((step): Step => {
      const plain = isMove(step) ? (events[next++] ?? "") : step;
      return typeof plain === "string" ? bytesOf(wire, plain) : plain;
    }),
    ending,
  };
}

function isMove(step: Step | Move): step is Move {
  return typeof step === "object" && "say" in step;
}

export function replyOf({ status, headers, body }: VendorReply): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    steps: [JSON.stringify(body)],
  };
}
