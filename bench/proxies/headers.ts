/** Which headers the two Fastify proxies pass on. */
import type { IncomingHttpHeaders } from "node:http";

/** Of one connection, not of the message: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
const NOT_RETURNED = new Set(HOP_BY_HOP);
/** undici writes these two by itself. */
const NOT_FORWARDED = new Set([...HOP_BY_HOP, "host", "content-length"]);

function without(headers: IncomingHttpHeaders, dropped: Set<string>): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) if (!dropped.has(name)) kept[name] = headers[name];
  return kept;
}

export function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, NOT_FORWARDED);
}

export function returned(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, NOT_RETURNED);
}
