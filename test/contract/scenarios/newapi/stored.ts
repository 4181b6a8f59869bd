/** A stored response that cannot be read. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../../src/core/json.ts";
import type { Gateway } from "../../gateway.ts";
import type { Observed } from "../../http.ts";
import type { Scenario } from "../../scenario.ts";

export const stored: readonly Scenario[] = [
  {
    contract: "newapi",
    code: "query_data_error",
    title: "a response goes on from one whose file is damaged",
    async provoke(world) {
      const gateway = await world.spoiled();
      // More than SQLite keeps in memory: to go on from it, the file must be read.
      const goOn = await conversation(gateway, "All work and no play. ".repeat(200_000));
      for (const file of ["responses.db", "responses.db-wal"]) {
        writeFileSync(join(gateway.directory, ".parley", file), "no database");
      }
      return goOn();
    },
    control: async ({ main }) => (await conversation(main, "Hello."))(),
  },
];

/** Asks once, and makes what asks again and goes on from that. */
async function conversation(gateway: Gateway, input: string): Promise<() => Promise<Observed>> {
  const { model } = await gateway.makeChannel("responses");
  const { secret } = await gateway.makeKey({ contract: "newapi" });
  const ask = (said: Record<string, string>) =>
    gateway.send("newapi", {
      method: "POST",
      path: "/v1/responses",
      headers: { authorization: `Bearer ${secret}` },
      body: { model, ...said },
    });
  const { body, text } = await ask({ input });
  assert.ok(isObject(body) && typeof body.id === "string", text);
  const { id } = body;
  return () => ask({ input: "Go on.", previous_response_id: id });
}
