import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { loadEnvironment } from "./environment.ts";
import { loadConfig } from "./load.ts";
import { watchConfig } from "./watch.ts";

function scratch(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "parley-watch-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Watches `path` and notes what is said, in order. */
function follow(t: TestContext, path: string) {
  const heard: string[] = [];
  const environment = loadEnvironment({});
  const watcher = watchConfig({
    path,
    environment,
    current: loadConfig(path, environment),
    quietMs: 20,
    onChange: (config) => heard.push(`level ${config.log.level}, port ${config.listen.port}`),
    onError: (error) => heard.push(error.message.replace(path, "parley.yaml")),
    onRestartNeeded: (keys) => heard.push(`restart for ${keys.join(", ")}`),
  });
  t.after(() => watcher.close());
  return {
    heard,
    async until(count: number) {
      for (let i = 0; i < 200 && heard.length < count; i++) await pause(20);
      // Anything said too often would come now.
      await pause(60);
      return heard;
    },
  };
}

test("a change is taken, a mistake is told and changes nothing, and the same text says nothing", async (t) => {
  const path = join(scratch(t), "parley.yaml");
  writeFileSync(path, "log: {level: info}\n");
  const { until } = follow(t, path);
  await pause(60);
  writeFileSync(path, "log: {level: warn}\n");
  assert.deepEqual(await until(1), ["level warn, port 4100"]);
  writeFileSync(path, "log:\n  level: loud\n");
  assert.deepEqual((await until(2)).slice(1), [
    'parley.yaml:2: log.level: must be one of silent, fatal, error, warn, info, debug, trace, not "loud"',
  ]);
  writeFileSync(path, "log: {level: warn}\n");
  await pause(100);
  writeFileSync(path, "log: {level: debug}\n");
  assert.deepEqual((await until(3)).slice(2), ["level debug, port 4100"]);
});

test("a file that is replaced is followed, also the second time", async (t) => {
  const path = join(scratch(t), "parley.yaml");
  writeFileSync(path, "log: {level: info}\n");
  const { until } = follow(t, path);
  await pause(60);
  for (const level of ["warn", "debug"]) {
    writeFileSync(`${path}~`, `log: {level: ${level}}\n`);
    renameSync(`${path}~`, path);
    await until(level === "warn" ? 1 : 2);
  }
  assert.deepEqual(await until(2), ["level warn, port 4100", "level debug, port 4100"]);
});

test("a symbolic link that is swapped beside the file is followed", async (t) => {
  const directory = scratch(t);
  for (const level of ["info", "warn", "debug"]) {
    mkdirSync(join(directory, `..${level}`));
    writeFileSync(join(directory, `..${level}`, "parley.yaml"), `log: {level: ${level}}\n`);
  }
  symlinkSync("..info", join(directory, "..data"));
  symlinkSync("..data/parley.yaml", join(directory, "parley.yaml"));
  const { until } = follow(t, join(directory, "parley.yaml"));
  await pause(60);
  for (const level of ["warn", "debug"]) {
    symlinkSync(`..${level}`, join(directory, "..new"));
    renameSync(join(directory, "..new"), join(directory, "..data"));
    await until(level === "warn" ? 1 : 2);
  }
  assert.deepEqual(await until(2), ["level warn, port 4100", "level debug, port 4100"]);
});

test("what needs a restart is named and stays as it is; the rest is taken", async (t) => {
  const path = join(scratch(t), "parley.yaml");
  writeFileSync(path, "log: {level: info}\n");
  const { until } = follow(t, path);
  await pause(60);
  writeFileSync(path, "log: {level: warn}\nlisten: {port: 1}\ndata_dir: x\n");
  assert.deepEqual(await until(2), ["restart for listen, data_dir", "level warn, port 4100"]);
});

test("a file that is gone is told once, and followed when it is back", async (t) => {
  const path = join(scratch(t), "parley.yaml");
  writeFileSync(path, "log: {level: info}\n");
  const { heard, until } = follow(t, path);
  await pause(60);
  rmSync(path);
  await until(1);
  assert.match(heard[0] ?? "", /^parley\.yaml: there is no such file/);
  writeFileSync(path, "log: {level: warn}\n");
  assert.deepEqual((await until(2)).slice(1), ["level warn, port 4100"]);
});
