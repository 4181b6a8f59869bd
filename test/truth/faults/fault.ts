/** A fault: what the upstream does, and what a client must be told of it. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import type { Replies } from "../reply.ts";
import type { Said } from "../wires/wire.ts";

export interface Fault {
  /** The model's name by which a client asks for it. */
  name: string;
  /** For people: what the upstream does. */
  what: string;
  whole?: Case;
  streamed?: Case;
  /** What the client asks for besides. */
  ask?: Ask;
  /** Parley's `gateway.timeouts` of the request; such faults are only put to a gateway that has them. */
  timeouts?: Timeouts;
  /** Provider's phrases that must not reach the client, beside the planted secrets. */
  unsaid?: readonly string[];
  /** The upstream has stopped listening. */
  refused?: true;
  /** Needs the limits that the suite's own gateway is started with. */
  limited?: true;
  /** Needs this channel of the suite's own gateway, where the model's name is enough; the upstream is not asked. */
  channel?: Channel;
}

export type Channel = "unresolvable" | "self-signed";

/** Whether a fault can be put to any gateway, to any Parley, or only to the one that the suite starts. */
export function fitFor(fault: Fault): "any" | "parley" | "own" {
  if (fault.limited === true || fault.channel !== undefined) return "own";
  return fault.timeouts === undefined ? "any" : "parley";
}

export interface Ask {
  usage?: true;
  choices?: number;
  tools?: true;
}

export interface Timeouts {
  first_content_ms?: number;
  idle_ms?: number;
  total_ms?: number;
}

export interface Case {
  reply: Replies;
  expect: Expectation;
}

export type Expectation =
  /** An answer, whole and unchanged. */
  | { kind: "given"; said: Said }
  /** A failure as an HTTP status, for one of these causes. */
  | { kind: "told"; causes: readonly Cause[]; param?: string; retryAfter?: Range }
  /** A stream that delivers what was said, then the dialect's error and end. */
  | { kind: "broken"; said: Said; causes: readonly Cause[] }
  | { kind: "either"; of: readonly Expectation[] };

export interface Range {
  min: number;
  max: number;
}

export function given(said: Said): Expectation & { kind: "given" } {
  return { kind: "given", said };
}

export function told(...causes: Cause[]): Expectation {
  return { kind: "told", causes };
}

export function broken(said: Said, ...causes: Cause[]): Expectation {
  return { kind: "broken", said, causes };
}

export function either(...of: Expectation[]): Expectation {
  return { kind: "either", of };
}

/** The same conduct and the same truth, streamed and not. */
export function both(name: string, what: string, reply: Replies, expect: Expectation): Fault {
  return { name, what, whole: { reply, expect }, streamed: { reply, expect } };
}

export function whole(name: string, what: string, reply: Replies, expect: Expectation): Fault {
  return { name, what, whole: { reply, expect } };
}

export function streamed(name: string, what: string, reply: Replies, expect: Expectation): Fault {
  return { name, what, streamed: { reply, expect } };
}
