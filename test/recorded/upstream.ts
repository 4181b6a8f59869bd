/** The local upstream: answers each channel with its recording's own bytes, and keeps what it was asked. */
import { once } from "node:events";
import { createServer, STATUS_CODES } from "node:http";
import type { JsonObject } from "../../src/core/json.ts";
import type { Recording } from "./recording.ts";
import { object, parsed } from "./walk.ts";

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
  const served = new Map<string, Buffer>();
  const requests = new Map<string, { path: string; body: JsonObject }>();
  const server = createServer(async (request) => {
    const url = request.url ?? "";
    const place = /^\/replay\/\d+/.exec(url)?.[0] ?? "";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = object(parsed(Buffer.concat(chunks).toString()));
    requests.set(place, { path: url.slice(place.length), body });
    // Past the server's own writer: the recorded bytes are cut as they are to be cut.
    request.socket.end(served.get(place) ?? nothing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port to listen on");
  const placeOf = (recording: Recording): string => {
    const place = places.get(recording) ?? `/replay/${places.size}`;
    places.set(recording, place);
    return place;
  };
  return {
    port: address.port,
    serve(recording, cut) {
      const place = placeOf(recording);
      served.set(place, response(recording, cut));
      return place;
    },
    asked: (recording) => requests.get(placeOf(recording)),
    forget: (recording) => requests.delete(placeOf(recording)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const nothing = Buffer.from(
  "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
);

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
