/** Failures of requests that never became an exchange: unknown paths, broken HTTP, management calls. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { newId } from "../core/ids.ts";
import type { Contract, ContractName } from "../failures/contracts/contract.ts";
import { contracts, renderFailure } from "../failures/contracts/index.ts";
import { Failure } from "../failures/failure.ts";
import { hasUnreadBody } from "./deliver.ts";
import type { Gateway } from "./gateway.ts";
import { exchangeOf } from "./pipeline.ts";

/** The contract that a path's prefix decides; `native` where none does. */
export function contractOfPath(path: string): Contract {
  const name: ContractName =
    path.startsWith("/api/") || path === "/api"
      ? "concurred"
      : path.startsWith("/newapi/") || path === "/newapi" || path.startsWith("/dashboard/")
        ? "newapi"
        : path.startsWith("/v1/messages")
          ? "anthropic"
          : path.startsWith("/v1beta/")
            ? "gemini"
            : "native";
  return contracts[name];
}

/** Answers with the failure, in the contract of the path. */
export function sendFailure(
  gateway: Gateway,
  failure: Failure,
  raw: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = newId("req");
  const contract = contractOfPath(raw.url ?? "/");
  logFailure(gateway, failure, requestId, raw.method);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = renderFailure(contract, failure, {
    requestId,
    publicUrl: gateway.settings.publicUrl,
  });
  if (hasUnreadBody(raw)) headers.connection = "close";
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(raw.method === "HEAD" ? undefined : body);
}

function logFailure(
  gateway: Gateway,
  failure: Failure,
  request: string,
  method: string | undefined,
): void {
  const level = failure.origin === "client" ? "info" : "warn";
  gateway.log[level](
    { request, method, cause: failure.cause, operator: failure.operator },
    failure.message,
  );
}

/** What the connection itself failed with, before or while a request was read. */
function causeOf(error: Error): Failure | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new Failure("request.headers_too_large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Failure("request.body_slow");
    case "HPE_INVALID_EOF_STATE":
      return new Failure("request.body_unreadable", {
        message: "The request's body ended before it was complete.",
      });
    case "ECONNRESET":
    case "EPIPE":
      return undefined;
    default:
      return code.startsWith("HPE_") ? new Failure("request.http_malformed") : undefined;
  }
}

/** Answers what Node could not read as a request, by hand: there is no response object for it. */
export function answerBrokenConnection(gateway: Gateway, error: Error, socket: Socket): void {
  const exchange = exchangeOf(socket);
  const failure = causeOf(error);
  const underWay = exchange !== undefined && !exchange.raw.complete;
  if (failure === undefined || !socket.writable || (underWay && exchange.delivery.begun)) {
    socket.destroy();
    return;
  }
  const requestId = underWay ? exchange.id : newId("req");
  const contract = underWay ? exchange.contract : contractOfPath(pathOf(error));
  if (underWay) exchange.brokenUpload = failure;
  else logFailure(gateway, failure, requestId, undefined);
  const { status, headers, body } = renderFailure(contract, failure, {
    requestId,
    publicUrl: gateway.settings.publicUrl,
  });
  const lines = Object.entries({
    ...headers,
    connection: "close",
    "content-length": String(Buffer.byteLength(body)),
  });
  socket.end(
    `HTTP/1.1 ${status} ${status < 500 ? "Bad Request" : "Error"}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
  // A peer that neither reads nor closes is not waited for.
  setTimeout(() => socket.destroy(), 2000).unref();
}

/** The path in the request line of a packet that could not be parsed. */
function pathOf(error: Error): string {
  const packet =
    "rawPacket" in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined;
  return packet?.toString("latin1", 0, 256).split(" ")[1] ?? "/";
}
