/** A disk that takes no more, for one process: Linux's limit on the size of files that it may write. */
import { spawnSync } from "node:child_process";

/** What is missing for it here; undefined where nothing is. */
export function lackingForFullDisk(): string | undefined {
  const { status } = spawnSync("prlimit", ["--version"]);
  return status === 0 ? undefined : "prlimit (util-linux), which is not on this machine";
}

/** From now on its writes to files fail, until {@link freeDisk}; pipes and sockets are as before. Throws. */
export function fillDisk(pid: number): void {
  limit(pid, "1:unlimited");
}

export function freeDisk(pid: number): void {
  limit(pid, "unlimited:unlimited");
}

function limit(pid: number, fileSize: string): void {
  const { status, stderr } = spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${fileSize}`]);
  if (status !== 0) throw new Error(`prlimit: ${String(stderr)}`);
}
