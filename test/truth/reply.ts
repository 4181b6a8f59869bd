/** What the upstream does on its connection, as data: the answers of `faults/` are written in this. */

/** One thing done while the body is sent. Text and bytes are one write, and in chunked framing one chunk. */
export type Step =
  | string
  | Uint8Array
  | { waitMs: number }
  /** The same text again and again, at most so many `times`, until the other side leaves. */
  | { repeat: string | Uint8Array; everyMs: number; times?: number };

/**
 * How the connection is left after the last step. `finish`: the framing is completed and the
 * connection kept; `cut`: closed in order without completing the framing; `reset`: torn down (RST);
 * `hold`: nothing more happens.
 */
export type Ending = "finish" | "cut" | "reset" | "hold";

export interface Reply {
  /** Default 200. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** `length` is the default; `close` ends the body with the connection; `raw` sends the steps alone, without an HTTP head. */
  framing?: "length" | "chunked" | "close" | "raw";
  /** Bytes that Content-Length promises beyond (or below) those sent. */
  lengthOff?: number;
  /** Time before the head is sent. */
  delayMs?: number;
  steps?: readonly Step[];
  ending?: Ending;
}

/** A request as the upstream received it. */
export interface Received {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  /** A stream is asked for, in the body or by the path. */
  streaming: boolean;
  /** The parsed body; empty where it is not a JSON object. */
  body: Readonly<Record<string, unknown>>;
}

/** Fixed, or made from the request (a usage chunk that is sent only when asked for). */
export type Replies = Reply | ((request: Received) => Reply);

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return page(status, "application/json", JSON.stringify(body), headers);
}

export function page(
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Reply {
  return { status, headers: { "content-type": contentType, ...headers }, steps: [body] };
}
