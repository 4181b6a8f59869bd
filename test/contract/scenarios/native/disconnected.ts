/** The client goes: nobody is answered, so the row's code and status are what is written down. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../../src/core/json.ts";
import type { Gateway } from "../../gateway.ts";
import { type Observed, observe } from "../../http.ts";
import type { Scenario } from "../../scenario.ts";

const stream = { script: "drip", body: { stream: true } };

export const disconnected: readonly Scenario[] = [
  {
    contract: "native",
    code: "client_disconnected",
    title: "the client closes the connection in the middle of a stream",
    async provoke({ main }) {
      const { model } = await main.makeChannel(stream.script);
      const id = await leave(main, model);
      const row = await usageRow(main, id);
      assert.equal(row.stream, true);
      return told(main, row);
    },
    async control({ main }) {
      const answer = await main.chat("native", stream);
      const row = await usageRow(main, answer.headers["x-request-id"] ?? "");
      assert.deepEqual([row.status, row.cause, row.finish_reason], [200, null, "stop"]);
      return answer;
    },
  },
];

/** Asks for a stream and closes the connection with the first words of it. The request's id. */
async function leave(gateway: Gateway, model: string): Promise<string> {
  const { url, headers, body } = await gateway.chatRequest("native", model, stream);
  const request = httpRequest(url, { method: "POST", headers, agent: false });
  request.end(body);
  const [response] = await once(request, "response");
  assert.equal(response.statusCode, 200);
  await once(response, "data");
  response.on("error", () => undefined);
  request.on("error", () => undefined);
  request.destroy();
  return String(response.headers["x-request-id"]);
}

/** The row of a request that has ended, or is about to. */
async function usageRow(gateway: Gateway, id: string): Promise<JsonObject> {
  for (let i = 0; i < 100; i++) {
    const { status, body } = await gateway.admin("GET", `/requests/${id}`);
    if (status === 200 && isObject(body)) return body;
    await pause(50);
  }
  throw new Error(`no usage row of ${id} was written`);
}

/** What the row says, as if it had been answered: its status, and the code under which the catalogue lists its cause. */
async function told(gateway: Gateway, row: JsonObject): Promise<Observed> {
  const code = "client_disconnected";
  const page = await gateway.send("native", { method: "GET", path: `/errors/native/${code}` });
  const causes = isObject(page.body) && Array.isArray(page.body.causes) ? page.body.causes : [];
  const listed = causes.some((entry) => isObject(entry) && entry.cause === row.cause);
  const text = JSON.stringify(listed ? { error: { code } } : row);
  return observe(Number(row.status), {}, text);
}
