import type { FastifyInstance } from "fastify";
import { bodyOf, pageOf, pageOfList, queryOf, sendResource, versionCheckOf } from "./http.ts";
import type { AdminServices } from "./services.ts";

const path = "/admin/v1/keys";

interface ById {
  Params: { id: string };
}

/** `/admin/v1/keys`. */
export function keyRoutes(app: FastifyInstance, { keys, actorOf }: AdminServices): void {
  app.get(path, (request, reply) => {
    const page = pageOf(queryOf(request, ["limit", "after"]));
    return reply.send(pageOfList(keys.list(actorOf(request)), page, (key) => keys.answer(key)));
  });

  app.post(path, async (request, reply) => {
    const { key, secret } = await keys.create(actorOf(request), bodyOf(request));
    reply.header("location", `${path}/${key.id}`).header("cache-control", "no-store");
    return sendResource(reply, 201, key.version, { ...keys.answer(key), secret });
  });

  app.get<ById>(`${path}/:id`, (request, reply) => {
    const key = keys.get(actorOf(request), request.params.id);
    return sendResource(reply, 200, key.version, keys.answer(key));
  });

  app.patch<ById>(`${path}/:id`, async (request, reply) => {
    const { id } = request.params;
    const check = versionCheckOf(request);
    const key = await keys.update(actorOf(request), id, bodyOf(request), check);
    return sendResource(reply, 200, key.version, keys.answer(key));
  });

  // A revoked key stays listed: what it did must remain traceable to it.
  app.delete<ById>(`${path}/:id`, async (request, reply) => {
    const key = await keys.revoke(actorOf(request), request.params.id, versionCheckOf(request));
    return sendResource(reply, 200, key.version, keys.answer(key));
  });
}
