import type { Command } from "../processes.ts";

export type Place = {
  /** Where the target shall listen, on 127.0.0.1. */
  port: number;
  /** Where the mock upstream listens, on 127.0.0.1. */
  upstreamPort: number;
  /** An empty folder of the target's own. */
  folder: string;
};

export type Launch = {
  /** Absent for the mock itself, which runs already. */
  command?: Command;
  port: number;
  path: string;
  model: string;
  /** Headers of every request; asked for once the target answers, since it may have to make a key. */
  headers(): Record<string, string>;
};

/** A model that a target reaches otherwise than the one it is measured by. */
export type Case = {
  name: string;
  title: string;
  model: string;
  /** As a target's. */
  required: boolean;
};

/** Something to be measured under the same load as the others. */
export type Target = {
  name: string;
  title: string;
  /** False for a peer that may be absent without the run being wrong. */
  required: boolean;
  /** The same process asked for other models, each with a row of its own. */
  cases?: readonly Case[];
  /** Throws Unavailable where it is not installed here and cannot be. */
  prepare(): Promise<void>;
  launch(place: Place): Launch;
};

/** The target is not to be had on this machine. The message says why, for its row. */
export class Unavailable extends Error {}

/** The Node that runs the benchmark runs every target written for Node. */
export const NODE = process.execPath;

export const CREDENTIAL = "sk-bench-0123456789abcdef";

export function bearer(credential: string): Record<string, string> {
  return { authorization: `Bearer ${credential}` };
}
