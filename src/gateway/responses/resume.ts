/** GET /v1/responses/{id}?stream=true&starting_after=N: the events after that one, those to come included. */
import type { ServerResponse } from "node:http";
import { newId } from "../../core/ids.ts";
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { eventStream } from "../../surfaces/surface.ts";
import type { Gateway } from "../gateway.ts";
import { follow, type Reader } from "./follow.ts";
import type { ResponseCall } from "./routes.ts";
import { runOf, storedOf } from "./stored.ts";

/** Throws `request.field_value`, `resource.not_found`, `gateway.store_unavailable`. */
export async function resume(gateway: Gateway, call: ResponseCall): Promise<undefined> {
  const after = startingAfter(call.query);
  const { response } = call;
  const run = runOf(gateway, call);
  if (run !== undefined) {
    if (!run.streamed) throw notStreamed();
    begin(response);
    follow(run, after + 1, readerOf(response));
    return undefined;
  }
  const stored = await storedOf(gateway, call);
  if (stored.events === undefined) throw notStreamed();
  const events: Json = JSON.parse(stored.events);
  const frames = Array.isArray(events) ? events : [];
  begin(response);
  // Of one that a restart cut off only the beginning was stored, and what became of it.
  const cut =
    stored.status === "failed" && !/^event: response\.failed\n/.test(String(frames.at(-1)));
  const told = frames.slice(after + 1).join("");
  const end = cut ? failedEvent(stored.response, Math.max(frames.length, after + 1)) : "";
  response.end(told + end);
  return undefined;
}

function failedEvent(response: string, sequence: number): string {
  const type = "response.failed";
  return `event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence},"response":${response}}\n\n`;
}

function startingAfter(query: URLSearchParams): number {
  const text = query.get("starting_after");
  if (text === null) return -1;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Failure("request.field_value", {
    message: "starting_after must be the sequence number of an event.",
    param: "starting_after",
  });
}

function notStreamed(): Failure {
  return new Failure("request.field_value", {
    message:
      "Only a response that was made with background: true and stream: true can be streamed again.",
    param: "stream",
  });
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": eventStream.contentType,
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
    "x-request-id": newId("req"),
  });
}

function readerOf(response: ServerResponse): Reader {
  return {
    write: (bytes) => response.destroyed || response.write(bytes),
    onDrain: (go) => response.once("drain", go),
    keepAlive: () => response.write(eventStream.keepAlive),
    end: () => response.end(),
    whenOver: (then) => {
      if (response.closed) then();
      else response.once("close", then);
    },
  };
}
