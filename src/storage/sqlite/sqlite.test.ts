import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import type { UsageRow } from "../../core/usage-row.ts";
import { Failure } from "../../failures/failure.ts";
import type { StoredChannel } from "../ports.ts";
import { openSqlite, type UsageTrouble } from "./index.ts";
import { readUsageLine, usageLine } from "./usage-lines.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "parley-sqlite-"));
  folders.push(path);
  return path;
}

function row(id: string, more: Partial<UsageRow> = {}): UsageRow {
  return {
    id,
    at: 1000,
    account: "acc_a",
    project: "prj_a",
    key: "key_a",
    surface: "openai-chat",
    contract: "native",
    modelRequested: "m",
    stream: false,
    status: 200,
    usageSource: "none",
    attempts: [],
    totalMs: 1,
    ...more,
  };
}

function channel(id: string, name: string, version = 1): StoredChannel {
  return {
    id,
    name,
    provider: "openai",
    credentials: [{ id: "crd_1", sealed: "v1.x", hint: "abcd", enabled: true }],
    modelMapping: {},
    priority: 0,
    weight: 1,
    groups: [],
    enabled: true,
    timeouts: {},
    overrides: {},
    options: {},
    definedIn: "api",
    createdAt: 1,
    updatedAt: 1,
    version,
  };
}

function causeIs(cause: string) {
  return (thrown: unknown) => thrown instanceof Failure && thrown.cause === cause;
}

test("what was stored is there after a restart, in files that only the owner may read", async () => {
  const directory = folder();
  const first = await openSqlite({ directory });
  await first.state.channels.insert(channel("chn_1", "one"));
  await first.state.setSetting("first-run", "done");
  first.usage.append(row("req_1", { modelRequested: "tab\t, line\nend" }));
  await first.close();
  for (const file of ["state.db", "usage.db"])
    assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600);

  const second = await openSqlite({ directory, synchronous: "full" });
  assert.deepEqual(await second.state.channels.list(), [channel("chn_1", "one")]);
  assert.equal(await second.state.getSetting("first-run"), "done");
  assert.equal(await second.state.getSetting("absent"), undefined);
  assert.equal((await second.usage.get("req_1"))?.modelRequested, "tab\t, line\nend");
  assert.equal(statSync(join(directory, "usage.db-wal")).mode & 0o777, 0o600);
  await second.close();
});

test("a record is replaced only at the version that was read, and names are unique", async () => {
  const { state, close } = await openSqlite({ directory: folder() });
  await state.channels.insert(channel("chn_1", "one"));
  await state.channels.insert(channel("chn_2", "two"));
  await assert.rejects(
    state.channels.insert(channel("chn_3", "one")),
    causeIs("resource.duplicate"),
  );
  await assert.rejects(
    state.channels.replace(channel("chn_2", "one", 2), 1),
    causeIs("resource.duplicate"),
  );
  await state.channels.replace(channel("chn_1", "uno", 2), 1);
  await assert.rejects(
    state.channels.replace(channel("chn_1", "eins", 2), 1),
    causeIs("resource.state_wrong"),
  );
  await assert.rejects(
    state.channels.replace(channel("chn_9", "nine", 2), 1),
    causeIs("resource.not_found"),
  );
  await assert.rejects(state.channels.remove("chn_1", 1), causeIs("resource.state_wrong"));
  await state.channels.remove("chn_2");
  assert.deepEqual(
    (await state.channels.list()).map(({ name }) => name),
    ["uno"],
  );
  await close();
});

test("a change and its audit entry are stored together or not at all", async () => {
  const { state, close } = await openSqlite({ directory: folder() });
  const entry = (id: string, account?: string) => ({
    id,
    at: 1,
    actor: "operator",
    ...(account === undefined ? {} : { account }),
    action: "channel.create",
    resource: "chn_1",
  });
  await state.channels.insert(channel("chn_1", "one"), entry("aud_1", "acc_a"));
  await assert.rejects(
    state.channels.insert(channel("chn_2", "one"), entry("aud_2")),
    causeIs("resource.duplicate"),
  );
  await state.channels.remove("chn_1", 1, entry("aud_3"));
  const ids = async (query: { account?: string; before?: string }) =>
    (await state.audit.list({ ...query, limit: 10 })).map(({ id }) => id);
  assert.deepEqual(await ids({}), ["aud_3", "aud_1"]);
  assert.deepEqual(await ids({ account: "acc_a" }), ["aud_1"]);
  assert.deepEqual(await ids({ before: "aud_3" }), ["aud_1"]);
  await close();
});

test("usage is listed newest first, by key, account and time, page by page", async () => {
  const { usage, close } = await openSqlite({ directory: folder() });
  for (let i = 1; i <= 6; i++)
    usage.append(row(`req_${i}`, { at: i, key: i % 2 === 0 ? "key_even" : "key_odd" }));
  usage.append(row("req_7", { at: 7, account: "acc_b" }));
  await usage.flush();
  const ids = async (query: Parameters<typeof usage.list>[0]) =>
    (await usage.list(query)).map(({ id }) => id);
  assert.deepEqual(await ids({ limit: 2 }), ["req_7", "req_6"]);
  assert.deepEqual(await ids({ limit: 2, before: "req_6" }), ["req_5", "req_4"]);
  assert.deepEqual(await ids({ limit: 9, key: "key_even" }), ["req_6", "req_4", "req_2"]);
  assert.deepEqual(await ids({ limit: 9, account: "acc_b" }), ["req_7"]);
  assert.deepEqual(await ids({ limit: 9, account: "acc_a", from: 3, to: 4 }), ["req_4", "req_3"]);
  assert.equal(await usage.get("req_none"), undefined);
  await close();
});

test("a row that is itself at fault is reported and holds up no other", async () => {
  const troubles: UsageTrouble[] = [];
  const { usage, close } = await openSqlite({
    directory: folder(),
    usage: { onTrouble: (trouble) => troubles.push(trouble) },
  });
  usage.append(row("req_1", { at: Number.NaN }));
  usage.append(row("req_2", { account: "a\tb" }));
  usage.append(row("req_3"));
  await usage.flush();
  assert.deepEqual(
    (await usage.list({ limit: 9 })).map(({ id }) => id),
    ["req_3"],
  );
  assert.deepEqual(
    troubles.map(({ kind }) => kind),
    ["row-lost", "row-lost"],
  );
  await close();
});

test("while another process holds the lock, writes fail by name and usage rows are kept", async () => {
  const directory = folder();
  const troubles: UsageTrouble[] = [];
  const { state, usage, close } = await openSqlite({
    directory,
    busyMs: 20,
    usage: { retryMs: 30, maxRows: 2, onTrouble: (trouble) => troubles.push(trouble) },
  });
  const locks = ["state.db", "usage.db"].map((file) => new DatabaseSync(join(directory, file)));
  for (const lock of locks) lock.exec("begin immediate");
  await assert.rejects(
    state.channels.insert(channel("chn_1", "one")),
    causeIs("gateway.management_write_failed"),
  );
  for (const id of ["req_1", "req_2", "req_3"]) usage.append(row(id));
  await assert.rejects(usage.flush(), causeIs("gateway.store_write_failed"));
  assert.deepEqual(usage.backlog, { rows: 2, failing: true });
  for (const lock of locks) {
    lock.exec("rollback");
    lock.close();
  }
  await usage.flush();
  assert.deepEqual(
    (await usage.list({ limit: 9 })).map(({ id }) => id),
    ["req_2", "req_1"],
  );
  assert.deepEqual(
    troubles.map(({ kind }) => kind),
    ["row-lost", "failing", "recovered"],
  );
  await state.channels.insert(channel("chn_1", "one"));
  await close();
});

test("a directory that cannot hold a database fails by name", async () => {
  await assert.rejects(
    openSqlite({ directory: join(folder(), "absent") }),
    causeIs("gateway.store_unavailable"),
  );
});

test("reads after the store is closed fail by name", async () => {
  const { state, usage, close } = await openSqlite({ directory: folder() });
  await close();
  await assert.rejects(state.keys.list(), causeIs("gateway.store_unavailable"));
  await assert.rejects(usage.get("req_1"), causeIs("gateway.store_unavailable"));
});

test("kill -9 loses no row that was flushed", async () => {
  const directory = folder();
  const script = `
    const { openSqlite } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    const { usage } = await openSqlite({ directory: ${JSON.stringify(directory)} });
    for (let i = 0; ; i++) {
      usage.append({ ...${JSON.stringify(row(""))}, id: "req_" + i });
      if (i % 20 === 19) { await usage.flush(); console.log(i + 1); }
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      if (output.split("\n").length > 30) child.kill("SIGKILL");
    });
    child.on("close", () => resolve());
  });
  const flushed = Number(output.trim().split("\n").at(-1));
  assert.ok(flushed >= 400);
  const { usage, close } = await openSqlite({ directory });
  const stored = new Set((await usage.list({ limit: 1_000_000 })).map(({ id }) => id));
  for (let i = 0; i < flushed; i++) assert.ok(stored.has(`req_${i}`), `req_${i} is lost`);
  await close();
});

test("a usage line reads back as it was written", () => {
  const written = row("req_x", { modelRequested: "a\tb\nc" });
  const { id, at, account, key, body } = readUsageLine(usageLine(written));
  assert.deepEqual([id, at, account, key], ["req_x", 1000, "acc_a", "key_a"]);
  assert.deepEqual(JSON.parse(body), written);
});
