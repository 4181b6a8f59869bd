/** Connections to providers. */
import { Pool } from "undici";
import { Failure } from "../failures/failure.ts";

/** A connection pool for each origin and connect time-out, opened when first needed. */
export class UpstreamPools {
  readonly #pools = new Map<string, Pool>();
  readonly #addresses = new Map<string, { origin: string; path: string }>();

  pool(origin: string, connectTimeout: number): Pool {
    const name = `${origin} ${connectTimeout}`;
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = new Pool(origin, {
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

/** What a lost or refused connection means. `answered`: the response's headers had come. */
export function connectionFailure(
  error: Error,
  state: { answered: boolean; stream: boolean },
): Failure {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const operator = `${code} ${error.message}`.trim();
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    return new Failure("upstream.timeout", {
      message: "The provider could not be reached in time.",
      operator,
    });
  }
  if (state.answered)
    return new Failure(state.stream ? "upstream.stream_broken" : "upstream.body_broken", {
      operator,
    });
  if (
    code === "UND_ERR_SOCKET" ||
    code === "ECONNRESET" ||
    code === "EPIPE" ||
    code.startsWith("HPE_") ||
    code.startsWith("UND_ERR_")
  ) {
    return new Failure("upstream.connection_lost", { operator });
  }
  return new Failure("upstream.connect_failed", { operator });
}
