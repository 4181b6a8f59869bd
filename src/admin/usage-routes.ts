import type { FastifyInstance } from "fastify";
import { type Actor, isOperator, requireScope } from "../accounts/actor.ts";
import { isMoment } from "../config/fields.ts";
import { Failure } from "../failures/failure.ts";
import { listAnswer, pageOf, queryOf, wrongValue } from "./http.ts";
import type { AdminServices } from "./services.ts";
import { type Audience, usageAnswer } from "./usage-answer.ts";

/** `/admin/v1/requests/{id}` and `/admin/v1/usage`. */
export function usageRoutes(app: FastifyInstance, { usage, actorOf }: AdminServices): void {
  app.get<{ Params: { id: string } }>("/admin/v1/requests/:id", async (request, reply) => {
    const actor = actorOf(request);
    requireScope(actor, "usage:read");
    const { id } = request.params;
    const row = await settled(usage, () => usage.get(id));
    if (row === undefined)
      throw new Failure("resource.not_found", {
        message: `No request ${JSON.stringify(id)} is recorded.`,
      });
    if (!isOperator(actor) && row.account !== actor.account)
      throw new Failure("resource.not_yours");
    return reply.send(usageAnswer(row, audienceOf(actor)));
  });

  app.get("/admin/v1/usage", async (request, reply) => {
    const actor = actorOf(request);
    requireScope(actor, "usage:read");
    const query = queryOf(request, ["limit", "after", "key", "account", "from", "to"]);
    const { limit, after } = pageOf(query);
    const account = isOperator(actor) ? query.account : actor.account;
    if (query.account !== undefined && query.account !== account)
      throw new Failure("resource.not_yours");
    const rows = await settled(usage, () =>
      usage.list({
        limit: limit + 1,
        ...(account !== undefined && { account }),
        ...(query.key !== undefined && { key: query.key }),
        ...(query.from !== undefined && { from: time("from", query.from) }),
        ...(query.to !== undefined && { to: time("to", query.to) }),
        ...(after !== undefined && { before: after }),
      }),
    );
    const answers = rows.slice(0, limit).map((row) => usageAnswer(row, audienceOf(actor)));
    return reply.send(listAnswer(answers, rows.length > limit));
  });
}

/** Who has just had an answer finds its row: what still waits in memory is stored first, where the store can. */
async function settled<T>(usage: AdminServices["usage"], read: () => Promise<T>): Promise<T> {
  await usage.flush().catch(() => undefined);
  return read();
}

function audienceOf(actor: Actor): Audience {
  return isOperator(actor) ? "operator" : "tenant";
}

/** ISO 8601, or Unix milliseconds. */
function time(param: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (!isMoment(text)) wrongValue(param, "must be a time in ISO 8601, or in Unix milliseconds");
  return Date.parse(text);
}
