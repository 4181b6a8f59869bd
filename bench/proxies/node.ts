/**
 * The bare Node proxy: `node:http` on both sides, connections kept alive, bytes piped. It does what
 * a proxy may not leave out (hop-by-hop headers, back pressure, a client that leaves) and no more.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

const port = Number(process.env.PORT);
const upstream = { host: "127.0.0.1", port: Number(process.env.UPSTREAM_PORT) };
const agent = new Agent({ keepAlive: true, maxSockets: 1024, maxFreeSockets: 256 });

/** Of one connection, not of the message: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names and values in turn, as they came, which Node takes back without looking at them again. */
function passed(raw: string[], dropsHost: "drop host" | "keep host"): string[] {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    if (HOP_BY_HOP.has(name) || (dropsHost === "drop host" && name === "host")) continue;
    kept.push(name, raw[i + 1] ?? "");
  }
  return kept;
}

function proxy(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const call = request({
    ...upstream,
    agent,
    method: incoming.method,
    path: incoming.url,
    headers: [
      "host",
      `${upstream.host}:${upstream.port}`,
      ...passed(incoming.rawHeaders, "drop host"),
    ],
  });
  call.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, passed(answer.rawHeaders, "keep host"));
    answer.pipe(outgoing);
    answer.on("error", () => outgoing.destroy());
  });
  call.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502, { "content-length": 0 }).end();
  });
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) call.destroy();
  });
  incoming.pipe(call);
}

createServer(proxy).listen(port, "127.0.0.1");
