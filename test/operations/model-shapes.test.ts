/** The list of models in each vendor's shape. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isObject, type JsonObject } from "../../src/core/json.ts";
import { type Answer, errorOf, RunningGateway } from "../support/gateway.ts";

let gateway: RunningGateway;
before(async () => {
  gateway = await RunningGateway.start({ models: { aliases: { best: "sandbox/chat" } } });
});
after(() => gateway?.stop());

const version = { "anthropic-version": "2023-06-01" };
const get = (path: string, headers: Record<string, string> = {}) => gateway.send(path, { headers });

function listed(answer: Answer, field: string, name: string): string[] {
  const list = answer.body[field];
  return (Array.isArray(list) ? list : [])
    .filter(isObject)
    .map((one: JsonObject) => String(one[name]));
}

test("the same models are listed for every client, each in its vendor's shape", async () => {
  const openai = listed(await get("/v1/models"), "data", "id");
  assert.ok(openai.includes("best") && openai.includes("sandbox/embed"));
  const anthropic = await get("/v1/models", version);
  assert.deepEqual(listed(anthropic, "data", "id"), openai);
  assert.deepEqual([anthropic.body.has_more, anthropic.body.last_id], [false, openai.at(-1)]);
  assert.deepEqual(
    listed(await get("/v1beta/models"), "models", "name"),
    openai.map((id) => `models/${id}`),
  );
});

test("Anthropic's pages go forwards and backwards", async () => {
  const all = listed(await get("/v1/models"), "data", "id");
  const first = await get("/v1/models?limit=2", version);
  assert.deepEqual(listed(first, "data", "id"), all.slice(0, 2));
  assert.equal(first.body.has_more, true);
  const second = await get(
    `/v1/models?limit=2&after_id=${encodeURIComponent(String(first.body.last_id))}`,
    version,
  );
  assert.deepEqual(listed(second, "data", "id"), all.slice(2, 4));
  const back = await get(
    `/v1/models?limit=2&before_id=${encodeURIComponent(String(second.body.first_id))}`,
    version,
  );
  assert.deepEqual(listed(back, "data", "id"), all.slice(0, 2));
  assert.equal(back.body.has_more, false);
});

test("Google's pages are followed by their token to the end", async () => {
  const all = listed(await get("/v1beta/models"), "models", "name");
  const found: string[] = [];
  let token = "";
  do {
    const page = await get(`/v1beta/models?pageSize=3&pageToken=${token}`);
    found.push(...listed(page, "models", "name"));
    token = typeof page.body.nextPageToken === "string" ? page.body.nextPageToken : "";
  } while (token !== "" && found.length < 100);
  assert.deepEqual(found, all);
});

test("one model, its slash plain or encoded, says what it can do", async () => {
  for (const path of ["sandbox/embed", "sandbox%2Fembed"]) {
    const { body } = await get(`/v1beta/models/${path}`);
    assert.equal(body.name, "models/sandbox/embed");
    assert.deepEqual(body.supportedGenerationMethods, ["embedContent", "batchEmbedContents"]);
    const anthropic = await get(`/v1/models/${path}`, version);
    assert.equal(anthropic.body.type, "model");
    assert.equal(anthropic.body.id, "sandbox/embed");
  }
});

test("what is wrong is told in the envelope of the client that asks", async () => {
  const anthropic = await get("/v1/models/nobody-has-this", version);
  assert.deepEqual([anthropic.status, anthropic.body.type], [404, "error"]);
  const google = await get("/v1beta/models/nobody-has-this");
  assert.deepEqual([google.status, errorOf(google).status], [404, "NOT_FOUND"]);
  const page = await get("/v1/models?after_id=nobody-has-this", version);
  assert.equal(page.status, 400);
  const keyless = await get("/v1beta/models", { authorization: "" });
  assert.equal(keyless.status, 401);
  assert.equal(errorOf(keyless).status, "UNAUTHENTICATED");
  const native = await get("/v1/models/nobody-has-this");
  assert.equal(errorOf(native).code, "model_not_found");
});
