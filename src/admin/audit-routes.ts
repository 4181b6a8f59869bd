import type { FastifyInstance } from "fastify";
import { requireScope } from "../accounts/actor.ts";
import type { AuditEntry } from "../core/audit.ts";
import type { JsonObject } from "../core/json.ts";
import { listAnswer, moment, pageOf, queryOf } from "./http.ts";
import type { AdminServices } from "./services.ts";

/** `/admin/v1/audit`: every change made through the management API, newest first. For operators. */
export function auditRoutes(app: FastifyInstance, { audit, actorOf }: AdminServices): void {
  app.get("/admin/v1/audit", async (request, reply) => {
    requireScope(actorOf(request), "operator");
    const query = queryOf(request, ["limit", "after", "account", "resource"]);
    const { limit, after } = pageOf(query);
    const entries = await audit.list({
      limit: limit + 1,
      ...(query.account !== undefined && { account: query.account }),
      ...(query.resource !== undefined && { resource: query.resource }),
      ...(after !== undefined && { before: after }),
    });
    return reply.send(listAnswer(entries.slice(0, limit).map(answer), entries.length > limit));
  });
}

function answer(entry: AuditEntry): JsonObject {
  return {
    id: entry.id,
    object: "audit_entry",
    at: moment(entry.at),
    actor: entry.actor,
    account_id: entry.account ?? null,
    action: entry.action,
    resource_id: entry.resource,
    before: entry.before ?? null,
    after: entry.after ?? null,
  };
}
