/** Starting, changing, stopping and dying, as an operator sees them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { folder, start } from "./process.ts";

const run = promisify(execFile);

function keyIn(text: string): string {
  return /\bprl_[0-9A-Za-z]{42}\b/.exec(text)?.[0] ?? "";
}

function chat(url: string, key: string, model: string, more: object = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], ...more }),
  });
}

test("the first start leaves a key and a curl line that works, in a file of its owner's alone", async (t) => {
  const cwd = folder(t);
  const parley = start(t, cwd);
  const url = await parley.url();
  await parley.says(/first-run\.txt/);
  const file = join(cwd, ".parley", "first-run.txt");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(cwd, ".parley")).mode & 0o777, 0o700);
  assert.ok(parley.output.includes(file), "the path is shown");
  const text = parley.firstRunText();
  assert.doesNotMatch(parley.output + parley.errors, /prl_/, "the key is not");

  const line = text.split("\n").find((one) => one.startsWith("curl "));
  const { stdout } = await run("sh", ["-c", `${line} --silent --show-error --fail-with-body`]);
  const answer: unknown = JSON.parse(stdout);
  assert.ok(answer !== null && typeof answer === "object" && "choices" in answer, stdout);

  await parley.stop();
  const again = start(t, cwd);
  await again.url();
  await pause(100);
  assert.doesNotMatch(again.output, /first-run/, "only the first start makes a key");
  const answered = await chat(await again.url(), keyIn(text), "sandbox/chat");
  assert.equal(answered.status, 200, await answered.text());
  assert.notEqual(url, "");
});

test("SIGTERM lets what has begun finish, and ends with 0", async (t) => {
  const cwd = folder(t);
  const parley = start(t, cwd, { PARLEY_ADMIN_KEY: "operator-key-for-tests" });
  const url = await parley.url();
  const slow = chat(url, "operator-key-for-tests", "sandbox/chat;delay_ms=800");
  await pause(300);
  parley.child.kill("SIGTERM");
  const answer = await slow;
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /"finish_reason":"stop"/);
  assert.equal((await parley.ended()).code, 0);
  assert.equal(existsSync(join(cwd, ".parley", "parley.pid")), false);
});

test("after kill -9 the next start works, and the key still does", async (t) => {
  const cwd = folder(t);
  const parley = start(t, cwd);
  await parley.url();
  await parley.says(/first-run\.txt/);
  const key = keyIn(parley.firstRunText());
  await parley.stop("SIGKILL");
  const again = start(t, cwd);
  const answer = await chat(await again.url(), key, "sandbox/chat");
  assert.equal(answer.status, 200, await answer.text());
});

test("PARLEY_ADMIN_KEY is accepted, and no secret reaches the log", async (t) => {
  const cwd = folder(t);
  const secrets = {
    PARLEY_ADMIN_KEY: "operator-3f9c1d",
    PARLEY_SECRET: "master-77ab02",
    OPENAI_API_KEY: "sk-upstream-51c7",
    // Nothing listens there: the failing call is logged.
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
  };
  writeFileSync(
    join(cwd, "parley.yaml"),
    "log: {level: trace}\nretries: {attempts: 0}\nkeys:\n  - {name: team, secret: team-key-88d1}\n",
  );
  const parley = start(t, cwd, secrets);
  const url = await parley.url();
  const channels = await fetch(`${url}/admin/v1/channels`, {
    headers: { authorization: `Bearer ${secrets.PARLEY_ADMIN_KEY}` },
  });
  assert.equal(channels.status, 200);
  const shown = await channels.text();
  assert.match(shown, /env-openai/);
  assert.doesNotMatch(shown, /sk-upstream-51c7/);
  assert.equal((await chat(url, "team-key-88d1", "sandbox/chat")).status, 200);
  const failed = await chat(url, "team-key-88d1", "openai/gpt-5");
  assert.equal(failed.headers.get("x-parley-error"), "upstream.connect_failed");
  assert.equal((await chat(url, "wrong-key-4410", "sandbox/chat")).status, 401);
  await parley.stop();
  assert.equal(existsSync(join(cwd, ".parley", "secret.key")), false);
  const written = parley.output + parley.errors;
  for (const secret of [...Object.values(secrets).slice(0, 3), "team-key-88d1", "wrong-key-4410"]) {
    assert.ok(!written.includes(secret), `${secret} was written`);
  }
});

test("a change of parley.yaml is taken while running; a mistake is told and changes nothing", async (t) => {
  const cwd = folder(t);
  const path = join(cwd, "parley.yaml");
  writeFileSync(path, "keys:\n  - {name: one, secret: first-secret}\n");
  const parley = start(t, cwd);
  const url = await parley.url();
  const status = async (key: string) => (await chat(url, key, "sandbox/chat")).status;
  assert.equal(await status("first-secret"), 200);
  assert.equal(await status("second-secret"), 401);

  writeFileSync(`${path}.new`, "keys:\n  - {name: one, secret: second-secret}\n");
  renameSync(`${path}.new`, path);
  for (let i = 0; i < 100 && (await status("second-secret")) !== 200; i++) await pause(50);
  assert.equal(await status("second-secret"), 200);
  assert.equal(await status("first-secret"), 401, "a key that was taken out is refused");

  writeFileSync(path, "keys:\n  - {name: one, secrt: third-secret}\n");
  await parley.says(/parley\.yaml:2: keys\[0\]\.secrt: is not a known key; did you mean secret\?/);
  assert.equal(await status("second-secret"), 200);

  writeFileSync(path, "data_dir: elsewhere\nkeys:\n  - {name: one, secret: second-secret}\n");
  await parley.says(/needs a restart to take effect: data_dir/);
  assert.equal(await status("second-secret"), 200);
});
