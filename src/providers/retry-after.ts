/** When a provider says that a retry may help: in headers, in the error, or in its text. */
import { isObject, type Json } from "../core/json.ts";
import type { ProviderError } from "../dialects/dialect.ts";

/** Longest wait that is believed, in seconds: a day. */
const LONGEST = 86_400;

type Headers = NonNullable<ProviderError["headers"]>;

/**
 * Seconds to wait, or nothing where the provider does not say. `retry-after-ms` and `Retry-After`
 * first (a number of seconds or an HTTP date), then Google's `RetryInfo`, a duration in the text
 * ("try again in 6m0s"), then the `x-ratelimit-reset*` headers of the limits that are used up.
 */
export function readRetryAfter(
  error: ProviderError,
  message: string | undefined,
  now = Date.now(),
): number | undefined {
  const headers = error.headers ?? {};
  return bounded(
    milliseconds(header(headers, "retry-after-ms")) ??
      secondsOrDate(header(headers, "retry-after"), now) ??
      retryInfo(error.body) ??
      inText(message) ??
      resetHeaders(headers, now),
  );
}

/** Google's RetryInfo, in seconds: it marks a limit that refills, also where the text speaks of a quota. */
export function retryInfo(body: Json): number | undefined {
  const first = Array.isArray(body) ? body[0] : body;
  const error = isObject(first) && isObject(first.error) ? first.error : undefined;
  if (error === undefined || !Array.isArray(error.details)) return undefined;
  for (const detail of error.details) {
    if (isObject(detail) && typeof detail.retryDelay === "string")
      return duration(detail.retryDelay);
  }
  return undefined;
}

function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function milliseconds(value: string | undefined): number | undefined {
  const number = plainNumber(value);
  return number === undefined ? undefined : number / 1000;
}

function secondsOrDate(value: string | undefined, now: number): number | undefined {
  const number = plainNumber(value);
  if (number !== undefined || value === undefined) return number;
  const date = Date.parse(value);
  return Number.isNaN(date) ? duration(value) : Math.max(0, (date - now) / 1000);
}

function plainNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,15}(?:\.[0-9]{1,9})?$/.test(value.trim())
    ? Number(value)
    : undefined;
}

const unitSeconds: Readonly<Record<string, number>> = {
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
};

/** `6m0s`, `1.5s`, `20ms`, `1h2m` in seconds; nothing where the text begins otherwise. */
function duration(text: string): number | undefined {
  const steps = /^(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ms|[dhms])){1,5}/.exec(text.trim());
  if (steps === null) return undefined;
  let seconds = 0;
  for (const step of steps[0].matchAll(/([0-9.]+)(ms|[dhms])/g))
    seconds += Number(step[1]) * (unitSeconds[step[2] ?? "s"] ?? 1);
  return seconds;
}

const announcements = ["try again in ", "retry in ", "retry after "];

function inText(message: string | undefined): number | undefined {
  if (message === undefined) return undefined;
  const lower = message.slice(0, 4000).toLowerCase();
  for (const announcement of announcements) {
    const at = lower.indexOf(announcement);
    if (at < 0) continue;
    const rest = lower.slice(at + announcement.length, at + announcement.length + 40);
    const spelled = /^([0-9]{1,9}(?:\.[0-9]{1,9})?) (second|minute|hour)s?/.exec(rest);
    if (spelled !== null)
      return Number(spelled[1]) * (unitSeconds[spelled[2]?.charAt(0) ?? "s"] ?? 1);
    const found = duration(rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

const RESET = "x-ratelimit-reset";

/** The reset of the limits that are used up; where none is said to be, the one that comes first. */
function resetHeaders(headers: Headers, now: number): number | undefined {
  const usedUp: number[] = [];
  const all: number[] = [];
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(RESET)) continue;
    const seconds = resetValue(header(headers, name), now);
    if (seconds === undefined) continue;
    all.push(seconds);
    const remaining = header(headers, name.replace("-reset", "-remaining"));
    if (remaining !== undefined && Number(remaining) <= 0) usedUp.push(seconds);
  }
  if (usedUp.length > 0) return Math.max(...usedUp);
  return all.length > 0 ? Math.min(...all) : undefined;
}

/** A duration, seconds, or a point in time in Unix seconds or milliseconds. */
function resetValue(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const number = plainNumber(value);
  if (number === undefined) return duration(value);
  if (number >= 1e12) return Math.max(0, (number - now) / 1000);
  return number >= 1e9 ? Math.max(0, number - now / 1000) : number;
}

function bounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST);
}
