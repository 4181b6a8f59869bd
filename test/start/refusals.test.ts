/** What keeps Parley from starting is one clear line that says what to do, and a non-zero exit. */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, start } from "./process.ts";

async function refusal(
  t: TestContext,
  cwd: string,
  environment: Record<string, string>,
  identity: { uid?: number; gid?: number } = {},
): Promise<string> {
  const { code, output, errors } = await start(t, cwd, environment, identity).ended();
  assert.equal(code, 1, errors);
  assert.equal(output, "");
  assert.ok(errors.endsWith("\n"));
  return errors.trimEnd();
}

test("a port in use", async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  t.after(() => taken.close());
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : 0;
  assert.equal(
    await refusal(t, folder(t), { PORT: String(port) }),
    `parley: port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT to another port`,
  );
});

test("a port that is none", async (t) => {
  assert.equal(
    await refusal(t, folder(t), { PORT: "http" }),
    'parley: environment: PORT: must be a whole number from 0 to 65535, not "http"',
  );
});

test("an address of another machine", async (t) => {
  assert.match(
    await refusal(t, folder(t), { PARLEY_HOST: "192.0.2.1" }),
    /^parley: 192\.0\.2\.1 is not an address of this machine: set PARLEY_HOST [^\n]*$/,
  );
});

test("PostgreSQL and Redis, which this version does not have", async (t) => {
  const text = await refusal(t, folder(t), {
    DATABASE_URL: "postgres://u:pass@h/d",
    REDIS_URL: "x",
  });
  const lines = text.split("\n");
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? "", /^parley: environment: DATABASE_URL: PostgreSQL is not supported/);
  assert.match(lines[1] ?? "", /^parley: environment: REDIS_URL: Redis is not supported/);
  assert.doesNotMatch(text, /pass@/);
});

test("a data directory in use", async (t) => {
  const cwd = folder(t);
  const first = start(t, cwd);
  const url = await first.url();
  assert.match(
    await refusal(t, cwd, {}),
    new RegExp(
      `^parley: data directory [^\n]*\\.parley is in use by another Parley \\(process ${first.child.pid}\\): stop that one, or set PARLEY_DATA_DIR [^\n]*$`,
    ),
  );
  assert.equal((await fetch(`${url}/health`)).status, 200, "the first goes on");
});

test("a data directory that is a file", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "data"), "");
  assert.match(
    await refusal(t, cwd, { PARLEY_DATA_DIR: "data" }),
    /^parley: data directory data is not a directory: set PARLEY_DATA_DIR[^\n]*$/,
  );
});

test("a data directory that may not be used", async (t) => {
  const cwd = folder(t);
  // Permissions do not bind root: it takes another user's process.
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  chmodSync(cwd, 0o555);
  assert.match(
    await refusal(t, cwd, {}, identity),
    /^parley: data directory [^\n]*\.parley cannot be made \(EACCES\): set PARLEY_DATA_DIR[^\n]*$/,
  );
  chmodSync(cwd, 0o755);
  const closed = folder(t);
  chmodSync(closed, 0o500);
  const expected =
    /^parley: data directory [^\n]* may not be read and written: check its owner and mode, [^\n]*$/;
  assert.match(await refusal(t, cwd, { PARLEY_DATA_DIR: closed }, identity), expected);
});

test("a wrong configuration names file, line and key", async (t) => {
  const cwd = folder(t);
  writeFileSync(
    join(cwd, "parley.yaml"),
    "listen:\n  prt: 1\nchannels:\n  - name: a\n    provider: opena\n    credential: 'sk-very-secret'\n    base_url: foo\n",
  );
  assert.deepEqual((await refusal(t, cwd, {})).split("\n"), [
    "parley: parley.yaml:2: listen.prt: is not a known key; did you mean port?",
    'parley: parley.yaml:7: channels[0].base_url: must be an http or https URL, not "foo"',
  ]);
  writeFileSync(join(cwd, "other.yaml"), "listen: [\n");
  const broken = await refusal(t, cwd, { PARLEY_CONFIG: "other.yaml" });
  assert.match(broken, /^parley: other\.yaml:\d+: not valid YAML: [^\n]*$/);
  assert.equal(
    await refusal(t, cwd, { PARLEY_CONFIG: "none.yaml" }),
    "parley: none.yaml: there is no such file: create it, or correct PARLEY_CONFIG",
  );
});
