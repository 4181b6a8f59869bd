/**
 * Anthropic's Messages API: names that both directions share.
 * https://platform.claude.com/docs/en/api/messages/create
 */

import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Origin } from "../../core/origin.ts";
import type { CacheMark } from "../../core/request.ts";

export const DIALECT = "anthropic-messages";

/**
 * Providers that serve Claude. A thinking block's signature made by one of them is valid at the others
 * (https://platform.claude.com/docs/en/build-with-claude/extended-thinking), so for this dialect they
 * are one maker.
 */
const claudePlatforms: ReadonlySet<string> = new Set(["anthropic", "vertex", "bedrock"]);

/** The maker that a signature has when a client sends it as Anthropic's API would have given it. */
export const CLAUDE: Origin = { provider: "anthropic" };

/** Whether the state was made by Claude. Vertex and Bedrock serve other models too: there the model decides. */
export function madeByClaude(origin: Origin | undefined): boolean {
  if (origin === undefined || !claudePlatforms.has(origin.provider)) return false;
  return (
    origin.provider === "anthropic" || origin.model === undefined || origin.model.includes("claude")
  );
}

/** Whether state of `maker` may be sent to `target`. */
export function belongsTo(maker: Origin | undefined, target: Origin): boolean {
  if (maker === undefined) return false;
  return maker.provider === target.provider || (madeByClaude(maker) && madeByClaude(target));
}

/** The canonical mark of a `cache_control`, where it says no more than that mark can. */
export function cacheMark(value: Json | undefined): CacheMark | undefined {
  if (!isObject(value) || value.type !== "ephemeral") return undefined;
  const { ttl } = value;
  if (Object.keys(value).some((key) => key !== "type" && key !== "ttl")) return undefined;
  if (ttl === undefined || ttl === null) return {};
  return ttl === "5m" || ttl === "1h" ? { ttl } : undefined;
}

export function cacheControl(mark: CacheMark): JsonObject {
  return mark.ttl === undefined ? { type: "ephemeral" } : { type: "ephemeral", ttl: mark.ttl };
}

/** The fields of `value` that are not among `known` and say something; nothing where there are none. */
export function restOf(value: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const rest = Object.entries(value).filter(
    ([key, field]) => !known.has(key) && field !== null && field !== undefined,
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
