/** The HTTP server: every route, and what is answered where there is none. */
import { createServer as createHttpServer } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { asFailure, Failure } from "../failures/failure.ts";
import { answerBrokenConnection, sendFailure } from "./errors.ts";
import type { SurfaceFacts } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { handle } from "./pipeline.ts";
import { RouteTable } from "./routes.ts";

export interface ServerOptions {
  /** The largest request line and headers together, in bytes. */
  headerBytes: number;
  /** The time in which a whole request must arrive. */
  receiveMs: number;
  surfaces: readonly { path: string; facts: SurfaceFacts }[];
  /** Everything besides the surfaces: plugins that add their routes. */
  plugins: readonly ((app: FastifyInstance) => void)[];
}

export function createServer(gateway: Gateway, options: ServerOptions): FastifyInstance {
  const surfaces = new Map(options.surfaces.map(({ path, facts }) => [path, facts]));
  const app = Fastify({
    logger: false,
    serverFactory: (handler) =>
      createHttpServer(
        {
          maxHeaderSize: options.headerBytes,
          requestTimeout: options.receiveMs,
          headersTimeout: options.receiveMs,
          keepAliveTimeout: 75_000,
          connectionsCheckingInterval: 1000,
        },
        (raw, response) => {
          // Surfaces need nothing of the framework, which would cost a sixth of the request.
          const surface = raw.method === "POST" ? surfaces.get(raw.url ?? "") : undefined;
          if (surface === undefined) handler(raw, response);
          else void handle(gateway, surface, raw, response);
        },
      ),
    forceCloseConnections: "idle",
    bodyLimit: Number.MAX_SAFE_INTEGER,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    clientErrorHandler: (error, socket) => answerBrokenConnection(gateway, error, socket),
    frameworkErrors: (error, request, reply) => {
      reply.hijack();
      sendFailure(
        gateway,
        new Failure("request.path_unknown", { operator: error.message }),
        request.raw,
        reply.raw,
      );
    },
  });
  const routes = new RouteTable();
  app.addHook("onRoute", ({ url, method }) =>
    routes.add(url, Array.isArray(method) ? method : [method]),
  );
  // The pipeline reads bodies itself, after it knows who calls; nothing is parsed before.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setNotFoundHandler((request, reply) => notFound(gateway, routes, request, reply));
  app.setErrorHandler((error, request, reply) => {
    reply.hijack();
    sendFailure(gateway, asFailure(error), request.raw, reply.raw);
  });
  for (const { path, facts } of options.surfaces) {
    app.post(path, (request, reply) => {
      reply.hijack();
      void handle(gateway, facts, request.raw, reply.raw);
    });
  }
  for (const plugin of options.plugins) plugin(app);
  return app;
}

function notFound(
  gateway: Gateway,
  routes: RouteTable,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const allowed = routes.methodsOf(request.raw.url ?? "/");
  const path = (request.raw.url ?? "/").split("?")[0]?.slice(0, 200) ?? "/";
  const failure =
    allowed.length === 0
      ? new Failure("request.path_unknown", { message: `There is nothing at ${path}.` })
      : new Failure("request.method_wrong", {
          message: `${path} answers to ${allowed.join(", ")}, not to ${request.method}.`,
          headers: { allow: allowed.join(", ") },
        });
  reply.hijack();
  sendFailure(gateway, failure, request.raw, reply.raw);
}
