/**
 * The load: a fixed number of connections, each of which asks again as soon as it has its whole
 * answer, until a count or a time is reached. Every answer is checked, the first of each connection in full.
 */
import { connect, type Socket } from "node:net";
import { CHUNKS } from "./answers/http.ts";
import { MessageReader } from "./http1.ts";

export type Kind = "plain" | "streamed";

/** Where and what to ask. `bytes` is a whole HTTP request. */
export type Ask = { port: number; bytes: Buffer; kind: Kind };

export type Bounds = { connections: number; requests: number; seconds: number };

export type LoadResult = {
  requests: number;
  /** What was wrong with answers, with how often. */
  faults: Map<string, number>;
  seconds: number;
  /** Milliseconds from the request's writing to its whole answer, one a request, sorted. */
  latencies: Float64Array;
  /** Milliseconds to the first content of a stream; to the answer's first byte otherwise. Sorted. */
  firsts: Float64Array;
  /** Socket reads an answer: how far a target joins chunks that it was sent apart. */
  readsPerAnswer: number;
};

const FIRST_CONTENT = Buffer.from('"delta":{"content":"');
const DONE = Buffer.from("[DONE]");

export function buildRequest(
  port: number,
  path: string,
  headers: Record<string, string>,
  body: string,
): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "accept: application/json",
    "content-type: application/json",
    "user-agent: parley-bench/1",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** Names what is wrong with an answer's text, or gives undefined where it is whole. */
export function faultOf(kind: Kind, text: string): string | undefined {
  if (kind === "plain") {
    try {
      const parsed: unknown = JSON.parse(text);
      const whole =
        typeof parsed === "object" && parsed !== null && "choices" in parsed && "usage" in parsed;
      return whole ? undefined : "answer without choices or usage";
    } catch {
      return "answer that is not JSON";
    }
  }
  const chunks = text.match(/^data: ?\{.*"choices":\[\{/gm)?.length ?? 0;
  if (chunks !== CHUNKS) return `stream of ${chunks} chunks`;
  return text.includes('"finish_reason":"stop"') ? undefined : "stream without a finish reason";
}

class Client {
  readonly #ask: Ask;
  readonly #run: Run;
  readonly #socket: Socket;
  readonly #reader: MessageReader;
  #sentAt = 0;
  #firstAt = 0;
  #status = 0;
  #size = 0;
  #text = "";
  /** Whether this answer's text is kept and read: those asked for before the first is in. */
  #whole = false;
  #tail: Buffer = Buffer.alloc(0);

  constructor(ask: Ask, run: Run) {
    this.#ask = ask;
    this.#run = run;
    this.#reader = new MessageReader({
      head: (head) => this.#head(head),
      body: (bytes) => this.#body(bytes),
      end: () => this.#end(),
    });
    this.#socket = connect({ port: ask.port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("connect", () => this.#send());
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.on("error", (error) => this.#run.lost(error.message));
    this.#socket.on("end", () => this.#run.lost("connection closed"));
  }

  stop(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#run.reads++;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#run.lost(error instanceof Error ? error.message : String(error));
    }
  }

  #send(): void {
    if (!this.#run.mayAsk()) return;
    this.#firstAt = 0;
    this.#size = 0;
    this.#text = "";
    this.#whole = this.#run.latencies.length === 0;
    this.#sentAt = performance.now();
    this.#socket.write(this.#ask.bytes);
  }

  #head(head: string): void {
    this.#status = Number(head.slice(9, 12));
  }

  #body(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#firstAt === 0 && (this.#ask.kind === "plain" || bytes.includes(FIRST_CONTENT)))
      this.#firstAt = performance.now();
    if (this.#whole || this.#status !== 200) this.#text += bytes.toString("latin1");
    if (this.#ask.kind === "streamed") this.#tail = bytes;
  }

  #end(): void {
    const now = performance.now();
    const first = this.#firstAt === 0 ? now : this.#firstAt;
    this.#run.answered(this.#fault(), now - this.#sentAt, first - this.#sentAt);
    this.#send();
  }

  #fault(): string | undefined {
    if (this.#status !== 200) return `status ${this.#status}: ${this.#text.slice(0, 200)}`;
    if (this.#whole) return faultOf(this.#ask.kind, this.#text);
    if (this.#ask.kind === "streamed")
      return this.#tail.includes(DONE) ? undefined : "stream without [DONE]";
    return this.#size < 300 ? `answer of ${this.#size} bytes` : undefined;
  }
}

/** The counters of one burst, shared by its connections. */
class Run {
  readonly faults = new Map<string, number>();
  readonly latencies: number[] = [];
  readonly firsts: number[] = [];
  reads = 0;
  readonly #bounds: Bounds;
  readonly #startedAt = performance.now();
  readonly #done: () => void;
  #asked = 0;
  #open = 0;

  constructor(bounds: Bounds, done: () => void) {
    this.#bounds = bounds;
    this.#done = done;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  mayAsk(): boolean {
    if (this.#asked >= this.#bounds.requests || this.seconds >= this.#bounds.seconds) {
      if (this.#open === 0) this.#done();
      return false;
    }
    this.#asked++;
    this.#open++;
    return true;
  }

  answered(fault: string | undefined, latency: number, first: number): void {
    this.latencies.push(latency);
    this.firsts.push(first);
    if (fault !== undefined) this.#count(fault);
    this.#open--;
  }

  /** A lost connection ends the burst: what it would measure after that is not the same load. */
  lost(fault: string): void {
    this.#count(fault);
    this.#done();
  }

  #count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }
}

/** Runs one burst. Never throws for what the target does; see `faults`. */
export async function runLoad(ask: Ask, bounds: Bounds): Promise<LoadResult> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = new Run(bounds, resolve);
  const clients = Array.from({ length: bounds.connections }, () => new Client(ask, run));
  // An answer that never comes would hold the burst for ever.
  const guard = setTimeout(() => run.lost("no answer in time"), bounds.seconds * 1000 + 10_000);
  await promise;
  const seconds = run.seconds;
  clearTimeout(guard);
  for (const client of clients) client.stop();
  return {
    requests: run.latencies.length,
    faults: run.faults,
    seconds,
    latencies: Float64Array.from(run.latencies).sort(),
    firsts: Float64Array.from(run.firsts).sort(),
    readsPerAnswer: run.latencies.length === 0 ? 0 : run.reads / run.latencies.length,
  };
}
