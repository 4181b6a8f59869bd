/** For tests: the management API over a real database, with the actor chosen by the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify, { type InjectOptions } from "fastify";
import { type Actor, operatorActor } from "../../src/accounts/actor.ts";
import { KeyDirectory } from "../../src/accounts/key-directory.ts";
import { SecretBox } from "../../src/accounts/secret-box.ts";
import { ChannelService, credentialOpener } from "../../src/admin/channel-service.ts";
import { adminRoutes } from "../../src/admin/index.ts";
import { KeyService } from "../../src/admin/key-service.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { contracts, renderFailure } from "../../src/failures/contracts/index.ts";
import { asFailure } from "../../src/failures/failure.ts";
import { ChannelDirectory } from "../../src/routing/channel-directory.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";

export interface Reply {
  status: number;
  headers: Record<string, unknown>;
  body: JsonObject;
  text: string;
}

export async function adminForTest(secret = "a master key") {
  const directory = mkdtempSync(join(tmpdir(), "parley-admin-"));
  const stores = await openSqlite({ directory });
  const box = new SecretBox(secret);
  const keyDirectory = new KeyDirectory();
  const channelDirectory = new ChannelDirectory(credentialOpener(box));
  const keys = new KeyService({
    store: stores.state.keys,
    directory: keyDirectory,
    project: "prj_default",
  });
  const channels = new ChannelService({
    store: stores.state.channels,
    directory: channelDirectory,
    box,
    providers: new Map([
      ["openai", { kind: "http", baseUrl: "https://api.openai.com/v1" }],
      ["compatible", { kind: "http" }],
    ]),
  });
  let actor: Actor = operatorActor("acc_default");
  const app = Fastify();
  app.setErrorHandler((thrown, request, reply) => {
    const failure = asFailure(thrown);
    const context = { requestId: request.id, publicUrl: "http://gateway" };
    const { status, headers, body } = renderFailure(contracts.native, failure, context);
    return reply.code(status).headers(headers).send(body);
  });
  const { usage } = stores;
  adminRoutes(app, { keys, channels, usage, audit: stores.state.audit, actorOf: () => actor });
  await app.ready();

  return {
    app,
    stores,
    keyDirectory,
    channelDirectory,
    as(next: Actor) {
      actor = next;
    },
    async send(
      method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Reply> {
      const options: InjectOptions = { method, url: `/admin/v1${path}`, headers };
      if (body !== undefined) {
        options.payload = JSON.stringify(body);
        options.headers = { ...headers, "content-type": "application/json" };
      }
      const response = await app.inject(options);
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.json(),
        text: response.body,
      };
    },
    async close() {
      await app.close();
      await stores.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** `{"error": {code, param, …}}` as `code` and `param`. */
export function problem(reply: Reply): [number, unknown, unknown] {
  const { error } = reply.body;
  if (typeof error !== "object" || error === null || Array.isArray(error))
    return [reply.status, undefined, undefined];
  return [reply.status, error.code, error.param];
}
