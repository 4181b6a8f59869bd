/**
 * Tool arguments stand inside an event's JSON, and stay as the model wrote them: a number that a double
 * would round or lose (`1e999`, an id beyond 2^53) is kept as marked text until the arguments are text again.
 */
import type { Json } from "../../core/json.ts";

/** Numbers that might not survive: many digits, or an exponent. */
const RISKY = /[0-9]{16}|[0-9][eE]/;
const MARK = "\u0000number:";

/** JSON with the numbers that would be lost as marked text; {@link rawJson} undoes it. Throws as `JSON.parse`. */
export function parseExact(text: string): Json {
  return RISKY.test(text) ? JSON.parse(text, markLoss) : JSON.parse(text);
}

function markLoss(_key: string, value: Json, ...rest: { source?: string }[]): Json {
  const source = rest[0]?.source;
  return typeof value === "number" && source !== undefined && isLost(value, source)
    ? MARK + source
    : value;
}

function isLost(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  if (Number.isSafeInteger(value) || !/^-?[0-9]+$/.test(source)) return false;
  return BigInt(value) !== BigInt(source);
}

/** The value as JSON text, with the numbers that {@link parseExact} marked as they were written. */
export function rawJson(value: Json): string {
  const text = JSON.stringify(value);
  return text.includes("\\u0000number:")
    ? text.replace(/"\\u0000number:([-+.0-9eE]+)"/g, "$1")
    : text;
}
