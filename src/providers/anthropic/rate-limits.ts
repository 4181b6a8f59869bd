/** `anthropic-ratelimit-*` headers. https://platform.claude.com/docs/en/api/rate-limits#response-headers */
import type { ProviderError } from "../../dialects/dialect.ts";

type Headers = NonNullable<ProviderError["headers"]>;

const limits = ["requests", "tokens", "input-tokens", "output-tokens"];

/** Seconds until the last of the limits that are used up is full again; nothing where none is said to be. */
export function resetOfUsedUp(headers: Headers, now: number): number | undefined {
  let seconds: number | undefined;
  for (const limit of limits) {
    const remaining = first(headers[`anthropic-ratelimit-${limit}-remaining`]);
    if (remaining === undefined || Number(remaining) > 0) continue;
    const reset = Date.parse(first(headers[`anthropic-ratelimit-${limit}-reset`]) ?? "");
    if (Number.isNaN(reset)) continue;
    seconds = Math.max(seconds ?? 0, (reset - now) / 1000);
  }
  return seconds;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
