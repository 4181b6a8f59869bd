/** What the mock's answers are made of, whoever's format they are in. */

/** Chunks that a chat client gets of a stream: the one that names the role, the texts, the one with the finish reason. */
export const CHUNKS = 50;

/** The texts of a stream; with the role's chunk and the last one they make CHUNKS. */
export const TEXTS: readonly string[] = Array.from(
  { length: CHUNKS - 2 },
  (_, index) => ` word${index}`,
);

/** The text of an answer that is not streamed. */
export const SENTENCE =
  "A tide is the slow rise and fall of the sea, caused by the pull of the moon and the sun on the water.";

export type Answers = {
  plain: Buffer;
  stream: Stream;
};

export type Stream = {
  head: Buffer;
  /** Each written by itself. */
  parts: readonly Buffer[];
};

/** A whole HTTP answer that is not streamed. */
export function plainAnswer(headers: readonly string[], value: unknown): Buffer {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  const all = [...headers, "content-type: application/json", `content-length: ${length}`];
  return Buffer.from(head(all) + body);
}

/** A stream of these texts, a chunk of HTTP for each; the last has the body's end with it. */
export function streamedAnswer(headers: readonly string[], texts: readonly string[]): Stream {
  const parts = texts.map((text) =>
    Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`),
  );
  const last = parts.pop() ?? Buffer.alloc(0);
  return {
    head: Buffer.from(head([...headers, "transfer-encoding: chunked"])),
    parts: [...parts, Buffer.concat([last, Buffer.from("0\r\n\r\n")])],
  };
}

function head(headers: readonly string[]): string {
  return ["HTTP/1.1 200 OK", ...headers, "connection: keep-alive", "", ""].join("\r\n");
}
