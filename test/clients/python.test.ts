/**
 * OpenAI's Python SDK, pointed at Parley: where `openai` can be imported, or, with PARLEY_TEST_PYTHON=1, in an
 * environment of its own that pip fills.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folder } from "../start/process.ts";
import { KEY, RunningGateway } from "../support/gateway.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("python/chat.py", import.meta.url));

async function hasSdk(python: string): Promise<boolean> {
  return run(python, ["-c", "import openai"]).then(
    () => true,
    () => false,
  );
}

test("OpenAI's Python SDK chats, streams, and raises its own errors", async (t) => {
  let python = "python3";
  if (!(await hasSdk(python))) {
    if (process.env.PARLEY_TEST_PYTHON !== "1") {
      t.skip("python3 cannot import openai; PARLEY_TEST_PYTHON=1 installs it for the test");
      return;
    }
    const environment = folder(t);
    await run("python3", ["-m", "venv", environment]);
    python = join(environment, "bin", "python");
    await run(python, ["-m", "pip", "install", "--quiet", "openai"], { timeout: 180_000 });
  }
  const gateway = await RunningGateway.start();
  t.after(() => gateway.stop());
  const { stdout } = await run(python, [script, `${gateway.url}/v1`, KEY], { timeout: 60_000 });
  const seen = JSON.parse(stdout);
  assert.match(seen.whole, /^Hello from/);
  assert.equal(seen.streamed, seen.whole);
  assert.ok(seen.models.includes("sandbox/chat"));
  const [unknown, overloaded] = seen.errors;
  assert.deepEqual(unknown.slice(0, 3), ["NotFoundError", 404, "model_not_found"]);
  assert.deepEqual(overloaded.slice(0, 3), ["InternalServerError", 503, "model_unavailable"]);
  assert.match(unknown[3], /^req_/);
  assert.equal(seen.broken, "upstream_error");
});
