/**
 * The upstream of the benchmark: a process that answers chat completions as OpenAI's API does
 * (https://platform.openai.com/docs/api-reference/chat), with prepared bytes and at next to no cost.
 *
 * A stream is CHUNKS events, each written by itself `BENCH_GAP_MS` after the one before, so that
 * a proxy has to read and write each of them. The usage chunk, when asked for, comes with `[DONE]`.
 *
 * Listens on a free port of 127.0.0.1 and sends `{ port }` to the process that forked it.
 */
import { createServer, type Socket } from "node:net";
import { MessageReader } from "./http1.ts";

/** Events of a stream, from the one that names the role to the one with the finish reason. */
export const CHUNKS = 50;

const MODEL = "gpt-4o-mini-2024-07-18";
const ID = "chatcmpl-BenchB7mQx2vYkT9sLw4RzN8cHd1";
const CREATED = 1_760_000_000;
const USAGE = {
  prompt_tokens: 112,
  completion_tokens: 48,
  total_tokens: 160,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

/** What a real answer carries besides the body; a proxy has to carry it too. */
const HEADERS = [
  "date: Wed, 01 Oct 2025 08:00:00 GMT",
  "access-control-expose-headers: X-Request-ID",
  "openai-organization: org-bench",
  "openai-processing-ms: 12",
  "openai-project: proj_bench",
  "openai-version: 2020-10-01",
  "x-ratelimit-limit-requests: 30000",
  "x-ratelimit-limit-tokens: 150000000",
  "x-ratelimit-remaining-requests: 29999",
  "x-ratelimit-remaining-tokens: 149999871",
  "x-ratelimit-reset-requests: 2ms",
  "x-ratelimit-reset-tokens: 0s",
  "x-request-id: req_bench0123456789abcdef01234567",
  "connection: keep-alive",
];

function head(...more: string[]): string {
  return ["HTTP/1.1 200 OK", ...HEADERS, ...more, "", ""].join("\r\n");
}

function plainAnswer(): Buffer {
  const body = JSON.stringify({
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content:
            "A tide is the slow rise and fall of the sea, caused by the pull of the moon and the sun on the water.",
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: USAGE,
    service_tier: "default",
    system_fingerprint: "fp_bench",
  });
  const length = Buffer.byteLength(body);
  return Buffer.from(head("content-type: application/json", `content-length: ${length}`) + body);
}

function framed(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

function event(choices: unknown[], more: Record<string, unknown>): string {
  const chunk = {
    id: ID,
    object: "chat.completion.chunk",
    created: CREATED,
    model: MODEL,
    system_fingerprint: "fp_bench",
    choices,
    ...more,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** OpenAI adds `"usage":null` to every chunk when the usage is asked for. */
function streamedAnswer(more: Record<string, unknown>, ending: string): Buffer[] {
  const choice = (delta: unknown, finish_reason: string | null) =>
    event([{ index: 0, delta, logprobs: null, finish_reason }], more);
  const texts = [choice({ role: "assistant", content: "", refusal: null }, null)];
  for (let i = 0; i < CHUNKS - 2; i++) texts.push(choice({ content: ` word${i}` }, null));
  texts.push(choice({}, "stop"), ending);
  const parts = texts.map(framed);
  const last = parts.pop() ?? Buffer.alloc(0);
  return [...parts, Buffer.concat([last, Buffer.from("0\r\n\r\n")])];
}

const DONE = "data: [DONE]\n\n";
const STREAM_HEAD = Buffer.from(
  head("content-type: text/event-stream; charset=utf-8", "transfer-encoding: chunked"),
);
const PLAIN = plainAnswer();
const STREAM = streamedAnswer({}, DONE);
const STREAM_WITH_USAGE = streamedAnswer({ usage: null }, event([], { usage: USAGE }) + DONE);
const NOT_FOUND = Buffer.from(
  "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
);

function stream(socket: Socket, parts: Buffer[], gapMs: number): void {
  let at = 0;
  const next = (): void => {
    const part = parts[at++];
    if (part === undefined || socket.destroyed) return;
    socket.write(part);
    if (at < parts.length) setTimeout(next, gapMs);
  };
  socket.write(STREAM_HEAD);
  setTimeout(next, gapMs);
}

type Asked = { stream?: unknown; stream_options?: { include_usage?: unknown } | null };

function answer(socket: Socket, requestLine: string, body: string, gapMs: number): void {
  if (!requestLine.startsWith("POST /v1/chat/completions ")) {
    socket.write(NOT_FOUND);
    return;
  }
  const asked: Asked = JSON.parse(body);
  if (asked.stream !== true) socket.write(PLAIN);
  else
    stream(
      socket,
      asked.stream_options?.include_usage === true ? STREAM_WITH_USAGE : STREAM,
      gapMs,
    );
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
