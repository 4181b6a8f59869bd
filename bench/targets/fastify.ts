import { program } from "./program.ts";

/** Proxies of Fastify and undici, the parts that Parley is made of, with nothing added. */
export const fastify = program("fastify", "bare Fastify + undici", "fastify.ts");
export const fastifyDispatch = program(
  "fastify-dispatch",
  "… with undici's dispatch",
  "fastify-dispatch.ts",
);
