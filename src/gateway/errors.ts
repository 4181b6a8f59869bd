/** Failures of requests that never became an exchange: unknown paths, broken HTTP, management calls. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { newId } from "../core/ids.ts";
import type { Contract, ContractName } from "../failures/contracts/contract.ts";
import { contracts, renderFailure } from "../failures/contracts/index.ts";
import { Failure } from "../failures/failure.ts";
import { endWith } from "./deliver.ts";
import type { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";

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

/** Anthropic's and OpenAI's lists of models share a path; only Anthropic's clients send the version. */
export function asksAsAnthropic(raw: IncomingMessage): boolean {
  return (
    raw.headers["anthropic-version"] !== undefined && raw.url?.startsWith("/v1/models") === true
  );
}

/** Answers with the failure, in the contract of the path. */
export function sendFailure(
  gateway: Gateway,
  failure: Failure,
  raw: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = newId("req");
  const contract = asksAsAnthropic(raw) ? contracts.anthropic : contractOfPath(raw.url ?? "/");
  logFailure(gateway, failure, requestId, raw.method);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const rendered = renderFailure(contract, failure, {
    requestId,
    publicUrl: gateway.settings.publicUrl,
  });
  endWith(raw, response, rendered);
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

/**
 * Answers what Node could not read as a request, by hand: there is no response object for it. Where the
 * connection still owes the answer to an earlier request, that one goes first.
 */
export function answerBrokenConnection(gateway: Gateway, error: Error, socket: Socket): void {
  const exchange = socket.parleyExchange;
  const failure = causeOf(error);
  if (failure === undefined || !socket.writable) socket.destroy();
  else if (exchange === undefined) answerByHand(gateway, error, failure, socket);
  else if (exchange.raw.complete)
    exchange.delivery.whenOver(() => answerByHand(gateway, error, failure, socket));
  else answerByHand(gateway, error, failure, socket, exchange);
}

/** `exchange`: the one whose upload broke off. */
function answerByHand(
  gateway: Gateway,
  error: Error,
  failure: Failure,
  socket: Socket,
  exchange?: Exchange,
): void {
  if (!socket.writable || exchange?.delivery.begun === true) {
    socket.destroy();
    return;
  }
  const requestId = exchange?.id ?? newId("req");
  const contract = exchange?.contract ?? contractOfPath(pathOf(error));
  if (exchange !== undefined) exchange.brokenUpload = failure;
  else logFailure(gateway, failure, requestId, undefined);
  endSocket(gateway, failure, { contract, requestId }, socket);
}

/** CONNECT asks for a tunnel, and Node hands over the bare connection for it. */
export function refuseTunnel(gateway: Gateway, raw: IncomingMessage, socket: Duplex): void {
  const failure = new Failure("request.method_wrong", {
    message: "Parley is not a proxy that tunnels: it does not answer to CONNECT.",
    headers: { allow: "GET, POST" },
  });
  const requestId = newId("req");
  logFailure(gateway, failure, requestId, raw.method);
  socket.on("error", () => socket.destroy());
  endSocket(gateway, failure, { contract: contractOfPath(raw.url ?? "/"), requestId }, socket);
}

/** Writes the whole response and closes. */
function endSocket(
  gateway: Gateway,
  failure: Failure,
  { contract, requestId }: { contract: Contract; requestId: string },
  socket: Duplex,
): void {
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
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
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
