import type { FastifyInstance } from "fastify";
import { channelAnswer } from "./channel-answer.ts";
import { bodyOf, pageOf, pageOfList, queryOf, sendResource, versionCheckOf } from "./http.ts";
import type { AdminServices } from "./services.ts";

const path = "/admin/v1/channels";

interface ById {
  Params: { id: string };
}

interface ByCredential {
  Params: { id: string; credential: string };
}

/** `/admin/v1/channels`, and the credentials of each. */
export function channelRoutes(app: FastifyInstance, { channels, actorOf }: AdminServices): void {
  app.get(path, (request, reply) => {
    const page = pageOf(queryOf(request, ["limit", "after"]));
    return reply.send(pageOfList(channels.list(actorOf(request)), page, channelAnswer));
  });

  app.post(path, async (request, reply) => {
    const channel = await channels.create(actorOf(request), bodyOf(request));
    reply.header("location", `${path}/${channel.id}`);
    return sendResource(reply, 201, channel.version, channelAnswer(channel));
  });

  app.get<ById>(`${path}/:id`, (request, reply) => {
    const channel = channels.get(actorOf(request), request.params.id);
    return sendResource(reply, 200, channel.version, channelAnswer(channel));
  });

  app.patch<ById>(`${path}/:id`, async (request, reply) => {
    const { id } = request.params;
    const check = versionCheckOf(request);
    const channel = await channels.update(actorOf(request), id, bodyOf(request), check);
    return sendResource(reply, 200, channel.version, channelAnswer(channel));
  });

  app.delete<ById>(`${path}/:id`, async (request, reply) => {
    const { id } = request.params;
    await channels.remove(actorOf(request), id, versionCheckOf(request));
    return reply.send({ id, object: "channel", deleted: true });
  });

  app.post<ById>(`${path}/:id/credentials`, async (request, reply) => {
    const { id } = request.params;
    const check = versionCheckOf(request);
    const channel = await channels.addCredential(actorOf(request), id, bodyOf(request), check);
    return sendResource(reply, 201, channel.version, channelAnswer(channel));
  });

  app.put<ById>(`${path}/:id/credentials`, async (request, reply) => {
    const { id } = request.params;
    const check = versionCheckOf(request);
    const channel = await channels.setCredential(actorOf(request), id, bodyOf(request), check);
    return sendResource(reply, 200, channel.version, channelAnswer(channel));
  });

  app.delete<ByCredential>(`${path}/:id/credentials/:credential`, async (request, reply) => {
    const { id, credential } = request.params;
    const check = versionCheckOf(request);
    const channel = await channels.removeCredential(actorOf(request), id, credential, check);
    return sendResource(reply, 200, channel.version, channelAnswer(channel));
  });
}
