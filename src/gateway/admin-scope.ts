/** What stands before the management API: who calls, and the body. */
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Actor, keyActor, operatorActor } from "../accounts/actor.ts";
import { newId } from "../core/ids.ts";
import { scanJson } from "../core/json-spans.ts";
import { Failure } from "../failures/failure.ts";
import type { Gateway } from "./gateway.ts";
import { parseObject } from "./parse.ts";
import { checkContentType, readBody } from "./receive.ts";
import { requestKey } from "./request-key.ts";

/** A management body is small. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface AdminScopeOptions {
  /** Connections of the command line's socket, which only the operator can open. */
  operatorSockets: WeakSet<Socket>;
  account: string;
}

const actors = new WeakMap<FastifyRequest["raw"], Actor>();

/** Whoever may not use the management API at all never gets here. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request.raw);
  if (actor === undefined) throw new Failure("key.missing");
  return actor;
}

/** Registers `routes` behind the checks. */
export function adminScope(
  app: FastifyInstance,
  gateway: Gateway,
  options: AdminScopeOptions,
  routes: (scope: FastifyInstance) => void,
): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      reply.header("x-request-id", newId("req"));
      reply.header("cache-control", "no-store");
      const actor = options.operatorSockets.has(request.raw.socket)
        ? operatorActor(options.account)
        : keyActor(requestKey(gateway, request.raw));
      actors.set(request.raw, actor);
    });
    scope.addHook("preValidation", async (request) => {
      if (request.method !== "POST" && request.method !== "PUT" && request.method !== "PATCH")
        return;
      const { headers } = request.raw;
      if (
        headers["content-length"] === "0" ||
        (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
      )
        return;
      checkContentType(headers["content-type"]);
      const bytes = await readBody(request.raw, MAX_BODY_BYTES);
      if (scanJson(bytes).depth > 64) throw new Failure("request.json_too_deep");
      request.body = parseObject(bytes);
    });
    routes(scope);
  });
}
