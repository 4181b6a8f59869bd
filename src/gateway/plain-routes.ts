/** Routes that are not exchanges share how they run: whatever they throw is told in the path's contract. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { newId } from "../core/ids.ts";
import { asFailure } from "../failures/failure.ts";
import { sendFailure } from "./errors.ts";
import type { Gateway } from "./gateway.ts";

export interface PlainAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is; anything else is sent as JSON. */
  body: unknown;
}

/** A GET route whose answer is made by a function of the request. */
export function plainRoute(
  app: FastifyInstance,
  gateway: Gateway,
  path: string,
  answer: (
    raw: IncomingMessage,
    params: Record<string, string>,
  ) => PlainAnswer | Promise<PlainAnswer>,
): void {
  app.get<{ Params: Record<string, string> }>(path, async (request, reply) => {
    reply.hijack();
    try {
      const { status = 200, headers = {}, body } = await answer(request.raw, request.params);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      reply.raw.writeHead(status, {
        "content-type": "application/json; charset=utf-8",
        "x-request-id": newId("req"),
        ...headers,
        "content-length": Buffer.byteLength(text),
      });
      reply.raw.end(request.method === "HEAD" ? undefined : text);
    } catch (thrown) {
      sendFailure(gateway, asFailure(thrown), request.raw, reply.raw);
    }
  });
}
