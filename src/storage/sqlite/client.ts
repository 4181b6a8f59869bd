import { Worker } from "node:worker_threads";
import type { Answer, Operation, Question, Trouble, WriterSettings } from "./messages.ts";

/** What the worker could not do. The stores make it a failure of the catalogue. */
export class StoreTrouble extends Error {
  readonly kind: Trouble["kind"];

  constructor(trouble: Trouble) {
    super(trouble.detail);
    this.kind = trouble.kind;
  }
}

interface Waiting {
  resolve(texts: string[]): void;
  reject(trouble: StoreTrouble): void;
}

/** The main thread's end of the worker: asks, and matches answers to questions. */
export class WriterClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #ended: StoreTrouble | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (answer: Answer) => this.#settle(answer));
    worker.on("error", (thrown: unknown) => this.#end(thrown));
    worker.on("exit", () => this.#end(new Error("the store's thread has ended")));
  }

  /** Resolves when both databases are open and their schema is up to date; rejects with {@link StoreTrouble}. */
  static async open(settings: WriterSettings): Promise<WriterClient> {
    // A packaged install holds JavaScript, a clone TypeScript; either way the worker stands beside this file.
    const file = import.meta.url.endsWith(".ts") ? "./writer.ts" : "./writer.js";
    const client = new WriterClient(
      new Worker(new URL(file, import.meta.url), { workerData: settings, execArgv: [] }),
    );
    await new Promise<string[]>((resolve, reject) => client.#waiting.set(0, { resolve, reject }));
    // The worker alone does not keep the process alive; a question under way does.
    client.#worker.unref();
    return client;
  }

  ask(operation: Operation): Promise<string[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const number = this.#next++;
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ number, operation } satisfies Question);
    });
  }

  /** Closes both databases after everything asked before. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    await this.ask({ do: "close" });
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("texts" in answer) waiting?.resolve(answer.texts);
    else waiting?.reject(new StoreTrouble(answer.trouble));
  }

  #end(thrown: unknown): void {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    this.#ended ??= new StoreTrouble({ kind: "store", detail });
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
