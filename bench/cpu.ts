/**
 * What the kernel says a target has cost: CPU time and resident memory of its process and all of
 * its children, threads included. Linux only, from /proc; elsewhere there is no figure, not a guess.
 */
import { readdirSync, readFileSync } from "node:fs";

export const CAN_MEASURE = process.platform === "linux";

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // the process or thread ended between listing and reading
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Parents of all processes, from the fourth field of /proc/<pid>/stat; the name before it may hold anything. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of list("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = read(`/proc/${name}/stat`);
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    found.set(pid, Number(fields[1]));
  }
  return found;
}

/** The process and its descendants, now. */
export function processTree(root: number): number[] {
  const tree = [root];
  const parentOf = parents();
  for (const pid of tree) {
    for (const [child, parent] of parentOf) if (parent === pid) tree.push(child);
  }
  return tree;
}

/** Nanoseconds that each thread has run, by "pid/tid". */
export type CpuReading = ReadonlyMap<string, number>;

/**
 * Reads /proc/<pid>/task/<tid>/schedstat (first field: time on the CPU in nanoseconds, user and
 * system), because the ticks of /proc/<pid>/stat are 10 ms long.
 */
export function readCpu(root: number): CpuReading | undefined {
  if (!CAN_MEASURE) return undefined;
  const reading = new Map<string, number>();
  for (const pid of processTree(root)) {
    for (const tid of list(`/proc/${pid}/task`)) {
      const stat = read(`/proc/${pid}/task/${tid}/schedstat`);
      if (stat !== undefined) reading.set(`${pid}/${tid}`, Number(stat.split(" ")[0]));
    }
  }
  return reading;
}

/** CPU time between two readings, in microseconds. A thread that began in between counts from 0. */
export function cpuMicros(
  before: CpuReading | undefined,
  after: CpuReading | undefined,
): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  let nanos = 0;
  for (const [thread, time] of after) nanos += time - (before.get(thread) ?? 0);
  return nanos / 1000;
}

/** Resident memory of the process and its children, in bytes. Pages they share count for each. */
export function readMemory(root: number): number | undefined {
  if (!CAN_MEASURE) return undefined;
  let kib = 0;
  for (const pid of processTree(root)) {
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? "");
    if (rss) kib += Number(rss[1]);
  }
  return kib * 1024;
}
