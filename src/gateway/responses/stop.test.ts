/** Parley is told to stop while a response is made without a client. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { compose, type Parley } from "../../compose.ts";
import { loadConfig, loadEnvironment, openDataDir } from "../../config/index.ts";

const SECRET = "client-key-for-tests";
const directory = mkdtempSync(join(tmpdir(), "parley-stop-"));
let running: Parley | undefined;
after(async () => {
  await running?.stop(0);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

async function start(): Promise<Parley> {
  const path = join(directory, "parley.yaml");
  const keys = `keys: [{name: client, secret: "${SECRET}"}]`;
  writeFileSync(path, `listen: {port: 0}\nlog: {level: silent}\n${keys}\n`);
  const variables = { PARLEY_CONFIG: path, PARLEY_DATA_DIR: join(directory, "data") };
  const environment = loadEnvironment(variables, []);
  const config = loadConfig(environment.configPath, environment);
  running = await compose(environment, config, openDataDir(config.dataDir, environment.secret));
  return running;
}

async function ask(parley: Parley, path: string, body?: object) {
  const response = await fetch(parley.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return JSON.parse(await response.text());
}

test("it ends as failed, says why, and is there after the next start", async () => {
  const parley = await start();
  const begun = await ask(parley, "/v1/responses", {
    model: "sandbox/chat;delay_ms=50000",
    input: "Hi",
    background: true,
  });
  assert.equal(begun.status, "queued");
  await parley.stop(0);
  const again = await start();
  const { status, error } = await ask(again, `/v1/responses/${begun.id}`);
  assert.equal(status, "failed");
  assert.match(error.message, /stop|shut/i);
});
