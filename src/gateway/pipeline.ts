/** The way a request goes, top to bottom. One file a stage beside this one. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { asFailure } from "../failures/failure.ts";
import { attempt } from "./attempt.ts";
import { authenticate } from "./authenticate.ts";
import { type BoundSurface, Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { limit } from "./limit.ts";
import { parse } from "./parse.ts";
import { plan } from "./plan.ts";
import { receive } from "./receive.ts";
import { recall } from "./responses/recall.ts";
import { settle } from "./settle.ts";

declare module "node:net" {
  interface Socket {
    /** The exchange under way on this connection, for what only the connection learns (an upload that breaks off). */
    parleyExchange?: Exchange;
  }
}

/** Answers one request of a surface. Never rejects: every failure is told to the client. */
export async function handle(
  gateway: Gateway,
  surface: BoundSurface,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(gateway, surface, raw, response);
  raw.socket.parleyExchange = exchange;
  gateway.inFlight++;
  try {
    authenticate(exchange);
    limit(exchange);
    await receive(exchange);
    parse(exchange);
    if (surface.keepsAnswers !== undefined) await recall(exchange);
    plan(exchange);
    exchange.recorder?.begin();
    await attempt(exchange);
  } catch (thrown) {
    exchange.failure = exchange.brokenUpload ?? asFailure(thrown);
    try {
      exchange.delivery.fail(exchange.failure);
    } catch (defect) {
      // Not even the failure could be told: a connection that ends says that nothing follows.
      gateway.log.error({ request: exchange.id, err: defect }, "a failure could not be told");
      response.destroy();
    }
  } finally {
    settle(exchange);
    if (raw.socket.parleyExchange === exchange) raw.socket.parleyExchange = undefined;
  }
}
