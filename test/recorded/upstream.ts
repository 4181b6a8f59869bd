/** The local upstream: answers each channel with its recording's own bytes, and keeps what it was asked. */
import { STATUS_CODES } from "node:http";
import type { JsonObject } from "../../src/core/json.ts";
import type { Received } from "../truth/reply.ts";
import { startUpstream } from "../truth/upstream.ts";
import type { Recording } from "./recording.ts";
import { object } from "./walk.ts";

/** Bytes a piece; undefined: all at once. */
export type Cut = number | undefined;

export interface Replayer {
  port: number;
  /** The path below which this recording is served; from now on it is cut in this way. */
  serve(recording: Recording, cut: Cut): string;
  /** The last request that came for it. */
  asked(recording: Recording): { path: string; body: JsonObject } | undefined;
  forget(recording: Recording): void;
  close(): Promise<void>;
}

export async function startReplayer(): Promise<Replayer> {
  const places = new Map<Recording, string>();
  const served = new Map<string, { recording: Recording; bytes: Buffer }>();
  const requests = new Map<string, Received>();
  const upstream = await startUpstream(0, (_model, request) => {
    const place = /^\/replay\/\d+/.exec(request.path)?.[0] ?? "";
    const found = served.get(place);
    if (found === undefined) return undefined;
    requests.set(place, request);
    return { framing: "raw", steps: [found.bytes] };
  });
  const placeOf = (recording: Recording): string => {
    const place = places.get(recording) ?? `/replay/${places.size}`;
    places.set(recording, place);
    return place;
  };
  return {
    port: upstream.port,
    serve(recording, cut) {
      const place = placeOf(recording);
      served.set(place, { recording, bytes: response(recording, cut) });
      return place;
    },
    asked(recording) {
      const place = placeOf(recording);
      const request = requests.get(place);
      return request && { path: request.path.slice(place.length), body: jsonOf(request) };
    },
    forget: (recording) => requests.delete(placeOf(recording)),
    close: () => upstream.close(),
  };
}

function jsonOf({ body }: Received): JsonObject {
  return object(JSON.parse(JSON.stringify(body)));
}

/** The response's bytes as they go over the wire. Each HTTP chunk reaches the gateway's parser by itself. */
function response({ status, headers, body }: Recording, cut: Cut): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}`, "connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  lines.push(cut === undefined ? `content-length: ${body.length}` : "transfer-encoding: chunked");
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  if (cut === undefined) return Buffer.concat([head, body]);
  const pieces: Buffer[] = [head];
  const end = Buffer.from("\r\n");
  for (let from = 0; from < body.length; from += cut) {
    const piece = body.subarray(from, from + cut);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, end);
  }
  pieces.push(Buffer.from("0\r\n\r\n"));
  return Buffer.concat(pieces);
}
