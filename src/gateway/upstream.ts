/** Connections to providers. */
import type { Pool } from "undici";
import UndiciPool from "undici/lib/dispatcher/pool.js";
import { Failure } from "../failures/failure.ts";

/** A connection pool for each origin and connect time-out, opened when first needed. */
export class UpstreamPools {
  readonly #pools = new Map<string, Pool>();
  readonly #addresses = new Map<string, { origin: string; path: string }>();

  pool(origin: string, connectTimeout: number): Pool {
    const name = `${origin} ${connectTimeout}`;
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = new UndiciPool(origin, {
        // Parley keeps its own clock (watch.ts); undici's would only be a second one.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: connectTimeout },
        connections: null,
        pipelining: 1,
        keepAliveTimeout: 30_000,
        maxHeaderSize: 64 * 1024,
      });
      this.#pools.set(name, pool);
    }
    return pool;
  }

  /** A URL's origin and path, remembered: a channel's addresses are few. Throws `upstream.connect_failed`. */
  address(url: string): { origin: string; path: string } {
    let address = this.#addresses.get(url);
    if (address === undefined) {
      const parsed = URL.parse(url);
      if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
        throw new Failure("upstream.connect_failed", {
          operator: "the channel's base URL is not a URL",
        });
      }
      address = { origin: parsed.origin, path: parsed.pathname + parsed.search };
      if (this.#addresses.size >= 1000) this.#addresses.clear();
      this.#addresses.set(url, address);
    }
    return address;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }
}

/** The connection was never had: the name, the way, the port, the certificate. */
const unreachable: ReadonlySet<string> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  "ENODATA",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EACCES",
  "EPERM",
  "EMFILE",
  "ENFILE",
]);
/** The other side does not speak TLS, or broke off while it did. */
const notTls =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_EOF_WHILE_READING|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE|RECORD_TOO_SMALL|BAD_LENGTH)$/;
/** Codes of a connection that was there and is not any more, or on which no HTTP came. */
const broken: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "EPROTO",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** What a lost or refused connection means. `answered`: the response's headers had come. */
export function connectionFailure(
  error: Error,
  state: { answered: boolean; stream: boolean },
): Failure {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const operator = `${code} ${error.message}`.trim();
  if (state.answered)
    return new Failure(state.stream ? "upstream.stream_broken" : "upstream.body_broken", {
      operator,
    });
  // ETIMEDOUT: the kernel's own patience with a connection that is being opened.
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") {
    return new Failure("upstream.timeout", {
      message: "The provider could not be reached in time.",
      operator,
    });
  }
  const lost =
    !unreachable.has(code) &&
    (error.name === "HTTPParserError" ||
      broken.has(code) ||
      notTls.test(code) ||
      code.startsWith("HPE_") ||
      code.startsWith("UND_ERR_"));
  return new Failure(lost ? "upstream.connection_lost" : "upstream.connect_failed", { operator });
}
