/** A client that believes nothing: one request, and everything that came back for it. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { gunzipSync } from "node:zlib";
import type { SseFrame } from "./wires/wire.ts";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decompressed; empty where that failed. */
  body: Uint8Array;
  /** What went wrong with the transport of the answer: it was cut, or came not to its end in time. */
  broken?: string;
}

/** No response at all, and why. */
export interface NoAnswer {
  silence: string;
}

/** Never rejects. `timeoutMs` is for the whole exchange. */
export function ask(
  url: string,
  key: string,
  body: Record<string, unknown>,
  timeoutMs: number,
): Promise<Answer | NoAnswer> {
  const text = JSON.stringify(body);
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((done) => {
    const request = send(url, {
      method: "POST",
      agent: false,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "accept-encoding": "gzip",
      },
    });
    const timer = setTimeout(() => request.destroy(new Error(late)), timeoutMs);
    const late = `no end within ${timeoutMs / 1000} s`;
    request.on("error", (error) => {
      clearTimeout(timer);
      done({ silence: error.message });
    });
    // Nobody asked for another protocol: no answer can follow.
    request.on("upgrade", (response, socket) => {
      clearTimeout(timer);
      socket.destroy();
      done({ silence: `${response.statusCode} Switching Protocols` });
    });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      const finish = (broken?: string): void => {
        clearTimeout(timer);
        const raw = Buffer.concat(chunks);
        const zipped = response.headers["content-encoding"] === "gzip";
        const answer = { status: response.statusCode ?? 0, headers: response.headers };
        const problem = broken === undefined ? {} : { broken };
        try {
          done({ ...answer, body: zipped ? gunzipSync(raw) : raw, ...problem });
        } catch {
          done({ ...answer, body: new Uint8Array(), broken: broken ?? "its gzip is corrupt" });
        }
      };
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => finish());
      response.on("error", (error) =>
        finish(error.message === late ? late : "its connection was cut"),
      );
    });
    request.end(text);
  });
}

/** The frames of a stream, as the standard has them, and whether it ended inside one. */
export function framesOf(text: string): { frames: SseFrame[]; tail: boolean } {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const unfinished = lines.pop() ?? "";
  const frames: SseFrame[] = [];
  let event = "";
  let data: string[] = [];
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0) frames.push({ event, data: data.join("\n") });
      event = "";
      data = [];
    } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    else if (line.startsWith("event:")) event = line.slice(6).trim();
  }
  return { frames, tail: data.length > 0 || unfinished !== "" };
}
