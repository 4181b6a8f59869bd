/** The catalogue: every cause, once. Everything that speaks of failures is derived from it. */
import { access } from "./access.ts";
import { content } from "./content.ts";
import type { CauseEntry } from "./entry.ts";
import { limits } from "./limits.ts";
import { plan } from "./plan.ts";
import { request } from "./request.ts";
import { resources } from "./resources.ts";
import { upstream } from "./upstream.ts";

const entries = {
  ...access,
  ...request,
  ...limits,
  ...plan,
  ...upstream,
  ...content,
  ...resources,
};

/** The name of a way to fail: `key.revoked`, `upstream.empty`, … */
export type Cause = keyof typeof entries;

export const catalogue: Readonly<Record<Cause, CauseEntry>> = entries;

export const causes = Object.keys(entries) as readonly Cause[];

export function isCause(name: string): name is Cause {
  return Object.hasOwn(entries, name);
}
