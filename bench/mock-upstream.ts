/**
 * The upstream of the benchmark: a process that answers as OpenAI's, Anthropic's and Google's APIs do,
 * with prepared bytes and at next to no cost.
 *
 * Each event of a stream is written by itself `BENCH_GAP_MS` after the one before, so that a proxy
 * has to read and write each of them.
 *
 * Listens on a free port of 127.0.0.1 and sends `{ port }` to the process that forked it.
 */
import { createServer, type Socket } from "node:net";
import { anthropic } from "./answers/anthropic.ts";
import { gemini } from "./answers/gemini.ts";
import type { Stream } from "./answers/http.ts";
import { openai } from "./answers/openai.ts";
import { MessageReader } from "./http1.ts";

const NOT_FOUND = Buffer.from(
  "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
);

function stream(socket: Socket, { head, parts }: Stream, gapMs: number): void {
  let at = 0;
  const next = (): void => {
    const part = parts[at++];
    if (part === undefined || socket.destroyed) return;
    socket.write(part);
    if (at < parts.length) setTimeout(next, gapMs);
  };
  socket.write(head);
  setTimeout(next, gapMs);
}

type Asked = { stream?: unknown; stream_options?: { include_usage?: unknown } | null };

function answer(socket: Socket, requestLine: string, body: string, gapMs: number): void {
  const found = answerTo(requestLine, body);
  if (Buffer.isBuffer(found)) socket.write(found);
  else stream(socket, found, gapMs);
}

function answerTo(requestLine: string, body: string): Buffer | Stream {
  const [, path = ""] = requestLine.split(" ");
  if (path === "/v1/chat/completions") {
    const asked: Asked = JSON.parse(body);
    if (asked.stream !== true) return openai.plain;
    return asked.stream_options?.include_usage === true ? openai.streamWithUsage : openai.stream;
  }
  if (path === "/v1/messages") {
    const asked: Asked = JSON.parse(body);
    return asked.stream === true ? anthropic.stream : anthropic.plain;
  }
  if (path.endsWith(":generateContent")) return gemini.plain;
  return path.endsWith(":streamGenerateContent?alt=sse") ? gemini.stream : NOT_FOUND;
}

function serve(gapMs: number): void {
  const server = createServer({ noDelay: true }, (socket) => {
    let requestLine = "";
    let body = "";
    const reader = new MessageReader({
      head(head) {
        requestLine = head.slice(0, head.indexOf("\r\n"));
        body = "";
      },
      body(bytes) {
        body += bytes.toString("latin1");
      },
      end() {
        answer(socket, requestLine, body, gapMs);
      },
    });
    socket.on("data", (bytes: Buffer) => {
      try {
        reader.push(bytes);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address !== null && typeof address === "object") process.send?.({ port: address.port });
  });
  process.on("disconnect", () => process.exit(0));
}

if (import.meta.main) serve(Number(process.env.BENCH_GAP_MS ?? "2"));
