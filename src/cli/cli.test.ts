import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { after, before, test } from "node:test";
import { adminForTest } from "../../test/support/admin.ts";
import { runIn } from "./index.ts";
import type { Terminal } from "./terminal.ts";

let admin: Awaited<ReturnType<typeof adminForTest>>;
const dataDir = mkdtempSync(join(tmpdir(), "parley-cli-"));
before(async () => {
  admin = await adminForTest();
  await admin.app.listen({ path: join(dataDir, "parley.sock") });
});
after(async () => {
  await admin.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface World {
  input?: string;
  typed?: string;
  environment?: Record<string, string>;
}

async function parley(args: string, world: World = {}) {
  const written = { stdout: "", stderr: "" };
  const collect = (name: "stdout" | "stderr") => ({
    write(text: string): boolean {
      written[name] += text;
      return true;
    },
  });
  const keyboard = new PassThrough();
  const terminal: Terminal = {
    stdin:
      world.typed === undefined
        ? Readable.from(world.input === undefined ? [] : [Buffer.from(world.input)])
        : Object.assign(keyboard, { isTTY: true, setRawMode: () => undefined }),
    stdout: collect("stdout"),
    stderr: collect("stderr"),
    environment: { PARLEY_DATA_DIR: dataDir, ...world.environment },
  };
  if (world.typed !== undefined) keyboard.write(world.typed);
  const code = await runIn(terminal, args.split(" "));
  return { code, ...written };
}

test("a key is created, listed, shown, disabled, enabled and revoked, by id or name", async () => {
  const created = await parley("keys create mobile --models gpt-*,o3 --rpm 60 --scopes inference");
  assert.equal(created.code, 0, created.stderr);
  const secret = created.stdout.trim();
  assert.match(secret, /^prl_\w+$/);
  assert.match(created.stderr, /shown this once/);
  const key = admin.keyDirectory.find(secret);
  assert.deepEqual([key?.models, key?.requestsPerMinute], [["gpt-*", "o3"], 60]);

  const list = await parley("keys list");
  assert.match(list.stdout, /^ID +NAME +PREFIX/);
  assert.match(list.stdout, new RegExp(`${key?.id} +mobile +${key?.prefix} +active +inference`));
  assert.match((await parley(`keys show ${key?.id}`)).stdout, /requests per minute +60/);
  assert.match((await parley("keys disable mobile")).stdout, /status +disabled/);
  assert.match((await parley("keys enable mobile")).stdout, /status +active/);
  assert.equal(JSON.parse((await parley("keys revoke mobile --json")).stdout).status, "revoked");

  const again = await parley("keys enable mobile");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /a revoked key cannot be changed\. \(state_precondition_failed\)/);
  assert.match(again.stderr, /Create a new key/);
  assert.equal(again.stdout, "");
});

test("a failure of the gateway is told with its message, suggestion and code", async () => {
  const { code, stderr } = await parley("keys create x --expires soon");
  assert.equal(code, 1);
  assert.match(stderr, /^parley: expires_at must be a date.* \(invalid_parameter_value\)\n\S/);
});

test("two keys of one name are told apart by their ids", async () => {
  await parley("keys create twin");
  await parley("keys create twin");
  const { code, stderr } = await parley("keys show twin");
  assert.equal(code, 1);
  assert.match(stderr, /2 are named "twin": key_\w+, key_\w+\./);
});

test("a channel's credential is read from a variable, from standard input or from a prompt", async () => {
  const secret = (name: string) =>
    admin.channelDirectory.named(name)?.credentials.map((one) => one.secret);
  const environment = { VENDOR_KEY: "sk-from-variable" };
  const added = await parley(
    "channels add first --provider openai --models gpt-* --map fast=gpt-mini --credential-env VENDOR_KEY",
    { environment },
  );
  assert.equal(added.code, 0, added.stderr);
  assert.deepEqual(secret("first"), ["sk-from-variable"]);
  assert.deepEqual(admin.channelDirectory.named("first")?.modelMapping, { fast: "gpt-mini" });
  assert.match(added.stdout, /credentials +…able/);
  assert.ok(!added.stdout.includes("sk-from"));

  const piped = await parley("channels add second --provider openai --credential-stdin", {
    input: "sk-from-stdin-1\n",
  });
  assert.equal(piped.code, 0, piped.stderr);
  assert.deepEqual(secret("second"), ["sk-from-stdin-1"]);

  const typed = await parley("channels set-credential second", {
    typed: "sk-tyypp\u007f\u007fped-1\r",
  });
  assert.equal(typed.code, 0, typed.stderr);
  assert.deepEqual(secret("second"), ["sk-tyyped-1"]);
  assert.equal(typed.stderr, "Credential: \n");

  await parley("channels set-credential second --add", { input: "sk-second-one" });
  assert.deepEqual(secret("second"), ["sk-tyyped-1", "sk-second-one"]);

  const none = await parley("channels add third --provider openai");
  assert.equal(none.code, 0, none.stderr);
  assert.deepEqual(secret("third"), []);
});

test("a prompt that is given up, an empty secret and an unset variable change nothing", async () => {
  await parley("channels add calm --provider openai");
  for (const world of [{ typed: "sk-half\u0003" }, { input: " \n" }]) {
    const { code, stderr } = await parley("channels set-credential calm", world);
    assert.equal(code, 1);
    assert.match(stderr, /parley: (Nothing was done|No credential was given)\./);
  }
  const unset = await parley("channels set-credential calm --credential-env NO_SUCH");
  assert.match(unset.stderr, /NO_SUCH is not set/);
  assert.deepEqual(admin.channelDirectory.named("calm")?.credentials, []);
});

test("a channel is listed, disabled, enabled and removed", async () => {
  await parley("channels add spare --provider openai --priority -1");
  assert.match((await parley("channels list")).stdout, /spare +openai +true +-1/);
  await parley("channels disable spare");
  assert.equal(admin.channelDirectory.named("spare")?.enabled, false);
  await parley("channels enable spare");
  assert.equal(admin.channelDirectory.named("spare")?.enabled, true);
  assert.match((await parley("channels show spare")).stdout, /provider +openai/);
  assert.match((await parley("channels remove spare")).stdout, /^Removed chn_/);
  assert.equal(admin.channelDirectory.named("spare"), undefined);
  const json = JSON.parse((await parley("channels list --json")).stdout);
  assert.ok(Array.isArray(json) && json.every(({ object }) => object === "channel"));
});

test("a request is shown with every attempt and the provider's words, on one line each", async () => {
  admin.stores.usage.append({
    id: "req_1",
    at: 0,
    account: "acc_a",
    project: "prj_a",
    key: "key_a",
    surface: "openai-chat",
    contract: "native",
    modelRequested: "m",
    stream: false,
    status: 502,
    cause: "upstream.not_json",
    usageSource: "none",
    attempts: [
      {
        channel: "chn_1",
        provider: "openai",
        model: "m-1",
        status: 500,
        cause: "upstream.not_json",
        operator: "<html>\u001b[2J\nmaintenance",
        ms: 12,
      },
    ],
    totalMs: 20,
  });
  const shown = await parley("requests show req_1");
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /cause +upstream\.not_json/);
  assert.match(
    shown.stdout,
    /1 +chn_1 +openai +m-1 +500 +12 +upstream\.not_json +<html> \[2J maintenance\n/,
  );
  assert.equal((await parley("trace req_1")).stdout, shown.stdout);
  const none = await parley("trace req_none");
  assert.equal(none.code, 1);
  assert.match(none.stderr, /\(resource_not_found\)/);
});

test("where no gateway runs, one line says so", async () => {
  const environment = { PARLEY_DATA_DIR: join(dataDir, "empty") };
  const { code, stderr, stdout } = await parley("keys list", { environment });
  assert.equal(code, 1);
  assert.match(stderr, /^parley: No gateway runs on the data directory .*empty: .*\n$/);
  assert.equal(stdout, "");
});

test("the data directory is the configuration's where the environment names none", async () => {
  const config = join(dataDir, "parley.yaml");
  writeFileSync(config, `data_dir: \${WHERE}\nchannels: [{ name: a, credential: "\${UNSET}" }]\n`);
  const environment = { PARLEY_DATA_DIR: "", PARLEY_CONFIG: config, WHERE: dataDir };
  assert.equal((await parley("keys list", { environment })).code, 0);
  const elsewhere = { ...environment, WHERE: join(dataDir, "nowhere") };
  assert.match((await parley("keys list", { environment: elsewhere })).stderr, /nowhere: start/);
});

test("a gateway that dies in the middle of an answer is told as that", async () => {
  const directory = mkdtempSync(join(tmpdir(), "parley-cli-"));
  const server = createServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"));
  });
  await new Promise<void>((resolve) => server.listen(join(directory, "parley.sock"), resolve));
  const { code, stderr } = await parley("keys list", {
    environment: { PARLEY_DATA_DIR: directory },
  });
  assert.equal(code, 1);
  assert.match(stderr, /could not be asked/);
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

test("a wrong use of the command line is told on standard error, with a code that is not 0", async () => {
  for (const args of ["keys create", "channels add x", "nonsense", "keys create x --rpm many"]) {
    const { code, stderr, stdout } = await parley(args);
    assert.notEqual(code, 0, args);
    assert.match(stderr, /^error: /);
    assert.equal(stdout, "");
  }
  assert.equal((await parley("--help")).code, 0);
});
