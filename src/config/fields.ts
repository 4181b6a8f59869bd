/** The kinds of value that parley.yaml knows. `must` ends the sentence "must be …". */
import { isIP } from "node:net";
import { Type } from "typebox";

interface Facts {
  description: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  /** Never shown. */
  secret?: boolean;
}

export function text(facts: Facts & { must?: string }) {
  return Type.String({ minLength: 1, must: "text that is not empty", ...facts });
}

/** Text that must pass `check`. */
export function checkedText(must: string, check: (value: string) => boolean, facts: Facts) {
  return Type.Refine(Type.String({ ...facts, must }), check, () => `must be ${must}`);
}

/** Text that is never shown. */
export function secretText(facts: Facts & { must?: string }) {
  return Type.String({ minLength: 1, secret: true, must: "text that is not empty", ...facts });
}

export function integer(facts: Facts) {
  return Type.Integer({ minimum: 0, ...facts });
}

export function milliseconds(facts: Facts) {
  // Node's timers hold 2^31 - 1 ms at most.
  return Type.Integer({ minimum: 1, maximum: 2_147_483_647, ...facts });
}

export function truth(facts: Facts) {
  return Type.Boolean({ ...facts });
}

export function oneOf<const T extends string[]>(values: [...T], facts: Facts) {
  return Type.Enum(values, { ...facts });
}

export function url(facts: Facts) {
  return checkedText("an http or https URL", isHttpUrl, facts);
}

export function address(facts: Facts) {
  return checkedText("an IP address or a CIDR range (10.0.0.0/8)", isAddressRange, facts);
}

export function isHttpUrl(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

export function isAddressRange(value: string): boolean {
  const [ip = "", bits, ...rest] = value.split("/");
  const family = isIP(ip);
  if (family === 0 || rest.length > 0 || ip.includes("%")) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** ISO 8601: a day (its first moment, UTC) or a moment with its offset. */
export function isMoment(value: string): boolean {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(
    value,
  );
  const day = parts?.[1];
  if (day === undefined || Number.isNaN(Date.parse(value))) return false;
  // Date.parse takes 31 February for 3 March.
  return new Date(day).toISOString().startsWith(day);
}

/** The characters that RFC 9110 allows in a field name, and in a value. */
export function isHeaderName(value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value);
}

export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
