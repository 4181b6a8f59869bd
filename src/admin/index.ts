/** The management API under /admin/v1. Its failures are rendered by the server that it is registered in. */
import type { FastifyInstance } from "fastify";
import { auditRoutes } from "./audit-routes.ts";
import { channelRoutes } from "./channel-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import type { AdminServices } from "./services.ts";
import { usageRoutes } from "./usage-routes.ts";

export type { AdminServices } from "./services.ts";

/** Registers every route, with its full path. */
export function adminRoutes(app: FastifyInstance, services: AdminServices): void {
  keyRoutes(app, services);
  channelRoutes(app, services);
  usageRoutes(app, services);
  auditRoutes(app, services);
}
