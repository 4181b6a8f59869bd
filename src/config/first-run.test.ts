import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { announceFirstRun, curlLine, localUrl } from "./first-run.ts";

const first = { key: "prl_abc", baseUrl: "http://127.0.0.1:4100", model: "sandbox/chat" };

test("a shell reads the curl line as it is meant", () => {
  const printed = execFileSync("sh", [
    "-c",
    curlLine({ ...first, model: "it's;$HOME" }).replace(/^curl/, "printf '%s\\n'"),
  ]).toString();
  assert.deepEqual(printed.trimEnd().split("\n"), [
    "http://127.0.0.1:4100/v1/chat/completions",
    "-H",
    "Authorization: Bearer prl_abc",
    "-H",
    "Content-Type: application/json",
    "-d",
    '{"model":"it\'s;$HOME","messages":[{"role":"user","content":"Hello"}]}',
  ]);
});

test("the key goes to a terminal, or else into a file that only its owner reads", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "parley-first-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "first-run.txt");
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  announceFirstRun({ ...first, file }, { isTTY: true, write });
  assert.ok(written.includes(curlLine(first)));
  written = "";
  announceFirstRun({ ...first, file }, { write });
  assert.doesNotMatch(written, /prl_abc/);
  assert.ok(written.includes(file));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(readFileSync(file, "utf8").includes(curlLine(first)));
});

test("an unspecified address is reached by loopback", () => {
  assert.equal(localUrl("0.0.0.0", 1), "http://127.0.0.1:1");
  assert.equal(localUrl("::", 1), "http://[::1]:1");
  assert.equal(localUrl("::1", 1), "http://[::1]:1");
  assert.equal(localUrl("example.com", 1), "http://example.com:1");
});
