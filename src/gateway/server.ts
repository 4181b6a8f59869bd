/** The HTTP server: every route, and what is answered where there is none. */
import { createServer as createHttpServer } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { asFailure, Failure } from "../failures/failure.ts";
import { answerBrokenConnection, refuseTunnel, sendFailure } from "./errors.ts";
import type { BoundSurface } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { handle } from "./pipeline.ts";
import { RouteTable } from "./routes.ts";

export interface ServerOptions {
  /** The largest request line and headers together, in bytes. */
  headerBytes: number;
  /** The time in which a whole request must arrive. */
  receiveMs: number;
  surfaces: readonly BoundSurface[];
  /** Everything besides the surfaces: plugins that add their routes. */
  plugins: readonly ((app: FastifyInstance) => void)[];
}

/** The routes of a server made by {@link createServer}. */
export function routesOf(app: FastifyInstance): RouteTable {
  const routes = tables.get(app);
  if (routes === undefined) throw new Error("this server was made elsewhere");
  return routes;
}
const tables = new WeakMap<FastifyInstance, RouteTable>();

export function createServer(gateway: Gateway, options: ServerOptions): FastifyInstance {
  const surfaces = new Map(options.surfaces.map((surface) => [surface.path, surface]));
  const app = Fastify({
    logger: false,
    serverFactory: (handler) => {
      const server = createHttpServer(
        {
          maxHeaderSize: options.headerBytes,
          requestTimeout: options.receiveMs,
          headersTimeout: options.receiveMs,
          keepAliveTimeout: 75_000,
          connectionsCheckingInterval: 1000,
          // Node would refuse without a word; here it is told.
          requireHostHeader: false,
        },
        (raw, response) => {
          if (raw.headers.host === undefined && raw.httpVersionMinor !== 0) {
            sendFailure(gateway, withoutHost(), raw, response);
            return;
          }
          // Surfaces need nothing of the framework, which would cost a sixth of the request.
          const surface = raw.method === "POST" ? surfaces.get(raw.url ?? "") : undefined;
          if (surface === undefined) handler(raw, response);
          else void handle(gateway, surface, raw, response);
        },
      );
      // An expectation that is not met may be ignored: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
      server.on("checkExpectation", (raw, response) => server.emit("request", raw, response));
      server.on("connect", (raw, socket) => refuseTunnel(gateway, raw, socket));
      return server;
    },
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
  tables.set(app, routes);
  app.addHook("onRoute", ({ url, method }) =>
    routes.add(url, Array.isArray(method) ? method : [method]),
  );
  // The pipeline reads bodies itself, after it knows who calls; nothing is parsed before.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setNotFoundHandler((request, reply) => notFound(gateway, routes, request, reply));
  app.setErrorHandler((error, request, reply) => {
    if (isAboutContentType(error)) {
      if (request.is404) return notFound(gateway, routes, request, reply);
      error = new Failure("request.content_type", { operator: error.message });
    }
    reply.hijack();
    sendFailure(gateway, asFailure(error), request.raw, reply.raw);
  });
  for (const surface of options.surfaces) {
    app.post(surface.path, (request, reply) => {
      reply.hijack();
      void handle(gateway, surface, request.raw, reply.raw);
    });
  }
  for (const plugin of options.plugins) plugin(app);
  return app;
}

/** The framework looks at Content-Type before anything else does, and on paths that do not exist. */
function isAboutContentType(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return (
    error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" ||
    error.code === "FST_ERR_ROUTE_MISSING_CONTENT_TYPE"
  );
}

function withoutHost(): Failure {
  return new Failure("request.http_malformed", {
    message: "A request of HTTP/1.1 needs a Host header.",
  });
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
