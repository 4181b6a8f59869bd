/**
 * Bedrock's `inputTokens` leaves out what was read from or written to the cache; Parley's `input` has all
 * of it. https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";

function count(value: Json | undefined): number {
  return typeof value === "number" && value > 0 ? value : 0;
}

/** The canonical figures of a `usage` object; `tier` is the answer's `serviceTier`. */
export function readUsage(reported: JsonObject, tier: Json | undefined): Usage {
  const cachedRead = count(reported.cacheReadInputTokens);
  const written = count(reported.cacheWriteInputTokens);
  const usage: Usage = {
    input: count(reported.inputTokens) + cachedRead + written,
    output: count(reported.outputTokens),
    reported,
  };
  if (cachedRead > 0) usage.cachedRead = cachedRead;
  const hour = Math.min(written, writtenFor("1h", reported.cacheDetails));
  // What is not said to live an hour has the default lifetime.
  if (written > hour) usage.cachedWrite5m = written - hour;
  if (hour > 0) usage.cachedWrite1h = hour;
  if (isObject(tier) && typeof tier.type === "string") usage.serviceTier = tier.type;
  return usage;
}

function writtenFor(ttl: string, details: Json | undefined): number {
  if (!Array.isArray(details)) return 0;
  let tokens = 0;
  for (const detail of details)
    if (isObject(detail) && detail.ttl === ttl) tokens += count(detail.inputTokens);
  return tokens;
}

/** The usage object for a client, in Bedrock's way of counting; Bedrock's own figures stay as they are. */
export function writeUsage(usage: Usage | undefined): JsonObject {
  const reported = usage?.reported;
  if (isObject(reported) && typeof reported.inputTokens === "number") return reported;
  const read = usage?.cachedRead ?? 0;
  const write5m = usage?.cachedWrite5m ?? 0;
  const write1h = usage?.cachedWrite1h ?? 0;
  const input = usage?.input ?? 0;
  const output = usage?.output ?? 0;
  const details = [
    { ttl: "1h", inputTokens: write1h },
    { ttl: "5m", inputTokens: write5m },
  ].filter(({ inputTokens }) => inputTokens > 0);
  return {
    inputTokens: Math.max(0, input - read - write5m - write1h),
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write5m + write1h,
    ...(details.length === 0 ? {} : { cacheDetails: details }),
  };
}
