import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { masterKeyOf, openDataDir } from "./data-dir.ts";

function scratch(t: { after(f: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "parley-data-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("a data directory is made for its owner alone, with a master key that stays", (t) => {
  const path = join(scratch(t), "a", "b");
  const first = openDataDir(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(statSync(first.file("secret.key")).mode & 0o777, 0o600);
  assert.equal(first.masterKey.length, 32);
  first.close();
  const second = openDataDir(path);
  assert.deepEqual(second.masterKey, first.masterKey);
  second.close();
});

test("PARLEY_SECRET replaces the file, and may hold its text", (t) => {
  const path = scratch(t);
  const given = openDataDir(path, "a passphrase");
  assert.equal(existsSync(given.file("secret.key")), false);
  assert.deepEqual(given.masterKey, masterKeyOf("a passphrase"));
  assert.notDeepEqual(given.masterKey, masterKeyOf("another"));
  given.close();
  const made = openDataDir(path);
  made.close();
  const text = readFileSync(made.file("secret.key"), "utf8").trim();
  assert.deepEqual(masterKeyOf(text), made.masterKey);
});

test("a master key that is damaged is not replaced", (t) => {
  const path = scratch(t);
  writeFileSync(join(path, "secret.key"), "short\n");
  assert.throws(() => openDataDir(path), /secret\.key does not hold a master key/);
  assert.equal(readFileSync(join(path, "secret.key"), "utf8"), "short\n");
});

test("a second one on the same directory is told who holds it", (t) => {
  const path = scratch(t);
  const first = openDataDir(path);
  assert.throws(() => openDataDir(path), {
    name: "StartError",
    message: `data directory ${path} is in use by another Parley (process ${process.pid}): stop that one, or set PARLEY_DATA_DIR to another directory`,
  });
  first.close();
  openDataDir(path).close();
});

test("the lock of a process that was killed is free", async (t) => {
  const path = scratch(t);
  const module = new URL("./data-dir.ts", import.meta.url).href;
  const program = `import { openDataDir } from ${JSON.stringify(module)};
    openDataDir(${JSON.stringify(path)});
    // A lock that only a forgotten object holds would go with it.
    gc(); setImmediate(() => { gc(); console.log("locked"); });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, [
    "--expose-gc",
    "--input-type=module-typescript",
    "-e",
    program,
  ]);
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  assert.throws(
    () => openDataDir(path),
    new RegExp(`in use by another Parley \\(process ${child.pid}\\)`),
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  openDataDir(path).close();
});

test("a path that cannot be a directory is told in one line", (t) => {
  const file = join(scratch(t), "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")]) {
    assert.throws(
      () => openDataDir(path),
      (error: Error) => {
        assert.equal(error.name, "StartError");
        assert.match(error.message, /^data directory .* is not a directory: set PARLEY_DATA_DIR/);
        return !error.message.includes("\n");
      },
    );
  }
});
