import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "bin", "parley.js");
const oldNode = findOldNode();
const noOldNode = oldNode === undefined ? "no Node older than 26 on this machine's PATH" : false;
const folder = mkdtempSync(join(tmpdir(), "parley-bin-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function findOldNode(): string | undefined {
  const places = (process.env.PATH ?? "").split(delimiter).map((path) => join(path, "node"));
  return places.filter(existsSync).find((path) => {
    const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
    return Number(/^v(\d+)/.exec(stdout)?.[1] ?? 99) < 26;
  });
}

/** A package whose command line is `cli`, beside this project's launcher. */
function packageWith(name: string, cli: string, runtime: string | undefined): string {
  const path = join(folder, name);
  mkdirSync(join(path, "src", "cli"), { recursive: true });
  mkdirSync(join(path, "bin"));
  cpSync(bin, join(path, "bin", "parley.js"));
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(path, "src", "cli", "index.ts"), cli);
  if (runtime !== undefined) {
    mkdirSync(join(path, "node_modules", ".bin"), { recursive: true });
    symlinkSync(runtime, join(path, "node_modules", ".bin", "node"));
  }
  return join(path, "bin", "parley.js");
}

const echo = `
  export async function run(argv: string[]): Promise<void> {
    process.stdout.write(JSON.stringify([argv.slice(2), Number(process.versions.node.split(".")[0])]));
    process.exitCode = 7;
  }`;

test("a new enough Node runs the command line itself", () => {
  const file = packageWith("new", echo, undefined);
  const { status, stdout } = spawnSync(process.execPath, [file, "a", "b c"], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout)[0], ["a", "b c"]);
  assert.equal(status, 7);
});

test("an old Node hands over to the one that came along, arguments and exit code too", {
  skip: noOldNode,
}, () => {
  const file = packageWith("old", echo, process.execPath);
  const { status, stdout } = spawnSync(oldNode ?? "", [file, "a", "--b=c d"], { encoding: "utf8" });
  const [args, version] = JSON.parse(stdout);
  assert.deepEqual(args, ["a", "--b=c d"]);
  assert.ok(version >= 26);
  assert.equal(status, 7);
});

test("an old Node without another says in one line what to do", { skip: noOldNode }, () => {
  const file = packageWith("none", echo, undefined);
  const { status, stdout, stderr } = spawnSync(oldNode ?? "", [file, "serve"], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^parley: needs Node 26 or newer, and this is \d+.*npm ci.*install Node 26\.\n$/,
  );
  assert.equal(stdout, "");
});

const waiting = `
  export async function run(): Promise<void> {
    process.on("SIGTERM", () => { process.stdout.write("stopped\\n"); process.exit(3); });
    setInterval(() => undefined, 1000);
    process.stdout.write(process.pid + "\\n");
  }`;

test("a signal reaches the gateway, whose exit code is answered", { skip: noOldNode }, async () => {
  const file = packageWith("signal", waiting, process.execPath);
  const child = spawn(oldNode ?? "", [file], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    if (output === "") child.kill("SIGTERM");
    output += bytes.toString();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.match(output, /^\d+\nstopped\n$/);
  assert.equal(code, 3);
});

test("the gateway does not outlive a launcher that is killed", { skip: noOldNode }, async () => {
  const file = packageWith("killed", waiting, process.execPath);
  const child = spawn(oldNode ?? "", [file], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    if (output === "") child.kill("SIGKILL");
    output += bytes.toString();
  });
  // The pipe closes only when the gateway, which holds it too, has ended.
  await new Promise((resolve) => child.on("close", resolve));
  assert.match(output, /stopped/);
});
