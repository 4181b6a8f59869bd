/** Arbitrary values that the round trips share. */
import fc from "fast-check";
import type { JsonObject } from "../../core/json.ts";

/** As a parser gives it: fast-check's objects have no prototype. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

export const word = fc.string({ minLength: 1, unit: "grapheme" });
export const token = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
export const count = fc.nat({ max: 1_000_000 });
export const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map((value) => {
  // As a parser gives it: no `-0`, no missing prototype.
  const parsed: JsonObject = JSON.parse(JSON.stringify(value));
  return parsed;
});
export const argumentsText = json.map((value) => JSON.stringify(value));
export const mark = fc.constantFrom({}, { ttl: "5m" as const }, { ttl: "1h" as const });
export function maybe<T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.option(value).map((said): Record<string, T> => (said === null ? {} : { [key]: said }));
}
