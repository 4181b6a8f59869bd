/**
 * The data directory: made, locked and given its master key.
 *
 * The lock is an exclusive lock of SQLite on an empty file of its own. Of what the runtime offers it
 * alone is taken from the system by the kernel when the process ends in whatever way, works on every
 * platform, and needs no judgement of whether a remembered process still lives: a pid may be somebody
 * else's by now, and a socket's file outlives its owner. The pid beside it only makes the message better.
 */

import { createHash, randomBytes, scryptSync } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "./problem.ts";

export interface DataDir {
  /** Absolute. */
  path: string;
  /** 32 bytes: the key that seals credentials. */
  masterKey: Buffer;
  /** The path of a file in it. */
  file(name: string): string;
  /** Gives the lock up. */
  close(): void;
}

/**
 * Makes `path` (mode 0700) where it is missing, locks it, and reads or makes its master key. `secret`
 * is PARLEY_SECRET: with it no key is kept in the directory. Throws StartError with one line where the
 * directory cannot be used or another Parley uses it.
 */
export function openDataDir(path: string, secret?: string): DataDir {
  const absolute = resolve(path);
  makeDirectory(path, absolute);
  const release = lock(path, absolute);
  try {
    const masterKey = secret === undefined ? storedKey(absolute) : masterKeyOf(secret);
    return { path: absolute, masterKey, file: (name) => join(absolute, name), close: release };
  } catch (error) {
    release();
    throw error;
  }
}

function makeDirectory(path: string, absolute: string): void {
  try {
    makeWithParents(absolute);
    if (!statSync(absolute).isDirectory())
      throw new StartError(`${at(path)} is not a directory: ${elsewhere}`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = codeOf(error);
    if (code === "EEXIST" || code === "ENOTDIR") {
      throw new StartError(`${at(path)} is not a directory: ${elsewhere}`);
    }
    throw new StartError(`${at(path)} cannot be made (${code}): ${elsewhere}`);
  }
}

/** Not `recursive`: where a file system answers ENOENT to a directory's making (/proc), Node tries for ever. */
function makeWithParents(absolute: string): void {
  const missing: string[] = [];
  for (let path = absolute; !existsSync(path); path = dirname(path)) missing.push(path);
  for (const path of missing.reverse()) mkdirSync(path, { mode: 0o700 });
}

/** A database that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<DatabaseSync>();

function lock(path: string, absolute: string): () => void {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(join(absolute, "parley.lock"), { timeout: 0 });
  } catch {
    throw unusable(path);
  }
  try {
    // Nothing is ever written, so there is nothing for a journal to keep.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new StartError(
        `${at(path)} is in use by another Parley${holder(absolute)}: stop that one, or set PARLEY_DATA_DIR to another directory`,
      );
    }
    throw unusable(path);
  }
  const pid = join(absolute, "parley.pid");
  try {
    writeFileSync(pid, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    database.close();
    throw unusable(path);
  }
  held.add(database);
  return () => {
    if (!held.delete(database)) return;
    rmSync(pid, { force: true });
    database.close();
  };
}

function holder(absolute: string): string {
  try {
    const pid = readFileSync(join(absolute, "parley.pid"), "utf8").trim();
    return /^\d+$/.test(pid) ? ` (process ${pid})` : "";
  } catch {
    return "";
  }
}

/** The key in `secret.key`, made (mode 0600) where there is none. Never overwritten: without it sealed credentials are lost. */
function storedKey(absolute: string): Buffer {
  const path = join(absolute, "secret.key");
  let stored = readIfThere(path);
  if (stored === undefined) {
    stored = `${randomBytes(32).toString("base64url")}\n`;
    writeWhole(path, stored);
  }
  const key = Buffer.from(stored.trim(), "base64url");
  if (key.length !== 32) {
    throw new StartError(
      `${path} does not hold a master key: restore it from a backup, or move it away and enter the channels' credentials again`,
    );
  }
  return key;
}

/**
 * 32 bytes from PARLEY_SECRET. The text of a `secret.key` gives that very key, so that it can move to
 * the environment; any other text is stretched with scrypt, since it may be a passphrase.
 */
export function masterKeyOf(secret: string): Buffer {
  if (/^[\w-]{43}$/.test(secret)) {
    const key = Buffer.from(secret, "base64url");
    if (key.length === 32) return key;
  }
  // A fixed salt: the same text must give the same key in every process and after every restart.
  const salt = createHash("sha256").update("parley master key").digest();
  return scryptSync(secret, salt, 32);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new StartError(`${path} may not be read (${codeOf(error)}): check its owner and mode`);
  }
}

/** On disk whole, or not at all: a power cut must not leave half a key. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, path);
}

const elsewhere =
  "set PARLEY_DATA_DIR, or data_dir in parley.yaml, to a directory that Parley may write";

function unusable(path: string): StartError {
  return new StartError(
    `${at(path)} may not be read and written: check its owner and mode, or set PARLEY_DATA_DIR to another directory`,
  );
}

function at(path: string): string {
  return `data directory ${path}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
