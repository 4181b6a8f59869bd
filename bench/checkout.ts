/** Another state of Parley to compare with: a folder as it is, or a git ref unpacked beside. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type Checkout = { root: string; label: string; remove(): void };

/** Throws an Error with a clear message where `where` is neither a folder nor a ref. */
export function checkOut(where: string, root: string): Checkout {
  if (existsSync(where) && statSync(where).isDirectory())
    return { root: resolve(where), label: where, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "parley-bench-vs-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const commit = git(root, "rev-parse", "--verify", "--quiet", `${where}^{commit}`)
      .toString()
      .trim();
    const archive = git(root, "archive", "--format=tar", commit);
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    provideModules(folder, root);
    return { root: folder, label: `${where} (${commit.slice(0, 8)})`, remove };
  } catch (error) {
    remove();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--vs ${where}: neither a folder nor a commit that can be unpacked: ${reason}`);
  }
}

function git(root: string, ...args: string[]): Buffer {
  return execFileSync("git", ["-C", root, ...args], { maxBuffer: 1 << 30 });
}

/** The same lock file means the same packages: no need to install them again. */
function provideModules(folder: string, root: string): void {
  const lock = (where: string): string => readFileSync(join(where, "package-lock.json"), "utf8");
  if (lock(folder) === lock(root))
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  else execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
}
