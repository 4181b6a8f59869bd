/**
 * The bare Fastify + undici proxy, as one writes it: a route, the body as it came, one `request`
 * of a pool. An answer of known length is sent whole, which costs a fifth less than its stream;
 * any other is streamed, and Fastify destroys that stream when the client leaves.
 */
import Fastify from "fastify";
import { Pool } from "undici";
import { forwarded, returned } from "./headers.ts";

const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, { connections: 1024 });
const app = Fastify({ logger: false, bodyLimit: 20 * 1024 * 1024 });

app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

app.post<{ Body: Buffer }>("/*", async (request, reply) => {
  const answer = await pool.request({
    method: "POST",
    path: request.url,
    headers: forwarded(request.headers),
    body: request.body,
  });
  reply.code(answer.statusCode).headers(returned(answer.headers));
  if (answer.headers["content-length"] === undefined) return reply.send(answer.body);
  return reply.send(Buffer.from(await answer.body.arrayBuffer()));
});

await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
