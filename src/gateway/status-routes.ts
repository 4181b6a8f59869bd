/** Whether Parley is alive, fit to serve, and what it has counted. */
import type { FastifyInstance } from "fastify";
import { Failure } from "../failures/failure.ts";
import { clientAddress, hasScope } from "./authenticate.ts";
import type { Gateway } from "./gateway.ts";
import { plainRoute } from "./plain-routes.ts";
import { requestKey } from "./request-key.ts";

export interface StatusOptions {
  version: string;
  /** `GET /metrics` for everyone. */
  metricsPublic: () => boolean;
  /** Resolves where the store can be read. */
  checkStore: () => Promise<void>;
}

export function statusRoutes(app: FastifyInstance, gateway: Gateway, options: StatusOptions): void {
  for (const path of ["/health", "/api/health"]) {
    plainRoute(app, gateway, path, () => ({ body: { status: "ok", version: options.version } }));
  }
  plainRoute(app, gateway, "/ready", async () => {
    if (gateway.draining) throw new Failure("gateway.draining");
    await options.checkStore();
    return { body: { status: "ready" } };
  });
  plainRoute(app, gateway, "/metrics", async (raw) => {
    const local =
      isLoopback(clientAddress(raw, gateway)) && raw.headers["x-forwarded-for"] === undefined;
    if (!local && !options.metricsPublic()) {
      const key = requestKey(gateway, raw);
      if (!hasScope(key, "usage:read")) {
        throw new Failure("key.scope_missing", {
          message: "The API key lacks the scope `usage:read`.",
        });
      }
    }
    const { registry } = gateway.metrics;
    return { headers: { "content-type": registry.contentType }, body: await registry.metrics() };
  });
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}
