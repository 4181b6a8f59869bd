/**
 * Anthropic's `input_tokens` leaves out what was read from or written to the cache; Parley's `input` has
 * all of it. https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";

function count(value: Json | undefined): number {
  return typeof value === "number" && value > 0 ? value : 0;
}

/**
 * The canonical figures of a usage object. Those of `iterations` (compaction, an advisor model) are billed
 * beside the message's own and stay in `reported`.
 */
export function readUsage(reported: JsonObject): Usage {
  const cachedRead = count(reported.cache_read_input_tokens);
  const written = count(reported.cache_creation_input_tokens);
  const usage: Usage = {
    input: count(reported.input_tokens) + cachedRead + written,
    output: count(reported.output_tokens),
    reported,
  };
  if (cachedRead > 0) usage.cachedRead = cachedRead;
  if (written > 0) {
    const byLifetime = reported.cache_creation;
    const hour = isObject(byLifetime) ? count(byLifetime.ephemeral_1h_input_tokens) : 0;
    // What is not said to live an hour has the default lifetime.
    if (written > hour) usage.cachedWrite5m = written - hour;
    if (hour > 0) usage.cachedWrite1h = hour;
  }
  const details = reported.output_tokens_details;
  if (isObject(details) && typeof details.thinking_tokens === "number") {
    usage.reasoning = details.thinking_tokens;
  }
  const calls = readToolCalls(reported.server_tool_use);
  if (calls !== undefined) usage.hostedToolCalls = calls;
  if (typeof reported.service_tier === "string") usage.serviceTier = reported.service_tier;
  return usage;
}

const SUFFIX = "_requests";

function readToolCalls(reported: Json | undefined): Record<string, number> | undefined {
  if (!isObject(reported)) return undefined;
  let calls: Record<string, number> | undefined;
  for (const [key, value] of Object.entries(reported)) {
    if (count(value) === 0) continue;
    calls ??= {};
    calls[key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key] = count(value);
  }
  return calls;
}

/** Later figures over earlier ones; a `null` takes nothing back. */
export function mergeUsage(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged = { ...earlier };
  for (const key of Object.keys(later)) {
    const value = later[key];
    if (value !== null && value !== undefined) merged[key] = value;
  }
  return merged;
}

/** The usage object for a client, in Anthropic's way of counting; Anthropic's own figures stay as they are. */
export function writeUsage(usage: Usage | undefined): JsonObject {
  const read = usage?.cachedRead ?? 0;
  const write5m = usage?.cachedWrite5m ?? 0;
  const write1h = usage?.cachedWrite1h ?? 0;
  return {
    input_tokens: Math.max(0, (usage?.input ?? 0) - read - write5m - write1h),
    cache_creation_input_tokens: write5m + write1h,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: usage?.output ?? 0,
    output_tokens_details:
      usage?.reasoning === undefined ? null : { thinking_tokens: usage.reasoning },
    server_tool_use: writeToolCalls(usage?.hostedToolCalls),
    service_tier: serviceTier(usage?.serviceTier),
    ...anthropicReport(usage?.reported),
  };
}

/** The report where it is Anthropic's. OpenAI's Responses use two of its names, and always tell a total. */
function anthropicReport(reported: unknown): JsonObject | undefined {
  if (!isObject(reported) || reported.total_tokens !== undefined) return undefined;
  const { input_tokens: input, output_tokens: output } = reported;
  return typeof input === "number" && typeof output === "number" ? reported : undefined;
}

function writeToolCalls(calls: Record<string, number> | undefined): Json {
  if (calls === undefined) return null;
  const written: JsonObject = { web_search_requests: 0, web_fetch_requests: 0 };
  for (const [name, value] of Object.entries(calls)) written[name + SUFFIX] = value;
  return written;
}

const tiers: Readonly<Record<string, string>> = { default: "standard", auto: "standard" };

function serviceTier(tier: string | undefined): string | null {
  return tier === undefined ? null : (tiers[tier] ?? tier);
}
