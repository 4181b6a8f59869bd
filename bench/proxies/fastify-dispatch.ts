/**
 * The same proxy at its cheapest: undici's `dispatch` with a handler instead of `request`, which
 * saves a promise and a stream an answer. The floor for anything made of these two parts.
 */
import { PassThrough } from "node:stream";
import Fastify, { type FastifyReply } from "fastify";
import { type Dispatcher, Pool } from "undici";
import { forwarded, returned } from "./headers.ts";

const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, { connections: 1024 });
const app = Fastify({ logger: false, bodyLimit: 20 * 1024 * 1024 });

app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

class Answer implements Dispatcher.DispatchHandler {
  readonly #reply: FastifyReply;
  readonly #parts: Buffer[] = [];
  #stream: PassThrough | undefined;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { raw } = this.#reply;
    raw.once("close", () => {
      if (!raw.writableFinished) controller.abort(new Error("the client has left"));
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#reply.code(status).headers(returned(headers));
    if (headers["content-length"] !== undefined) return;
    this.#stream = new PassThrough();
    this.#reply.send(this.#stream);
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#stream === undefined) this.#parts.push(bytes);
    else if (!this.#stream.write(bytes)) {
      controller.pause();
      this.#stream.once("drain", () => controller.resume());
    }
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) this.#stream.end();
    else this.#reply.send(this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#stream !== undefined) this.#stream.destroy(error);
    else if (!this.#reply.raw.destroyed) this.#reply.code(502).send();
  }
}

app.post<{ Body: Buffer }>("/*", (request, reply) => {
  const headers = forwarded(request.headers);
  pool.dispatch(
    { method: "POST", path: request.url, headers, body: request.body },
    new Answer(reply),
  );
});

await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
