/**
 * Tool arguments are raw text inside Parley and an object on some wires. What an object cannot hold
 * exactly is a failure there, never a rounded number or a `null`.
 */
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { Failure, type FailureOptions } from "../failures/failure.ts";

/** Where the arguments stand and, where it is not the client's, whose fault they are. */
export type ArgumentsPlace = Pick<FailureOptions, "param" | "origin">;

/**
 * The object that the text says; of empty text, an empty one.
 * Throws `tool.arguments_unrepresentable` for text that is not a JSON object, repeats a key, or holds a
 * number that does not survive: beyond the range of a double, or an integer that a double rounds.
 */
export function argumentsObject(text: string, place: ArgumentsPlace): JsonObject {
  if (text.trim() === "") return {};
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw unrepresentable("The arguments are not valid JSON.", place);
  }
  if (!isObject(value)) throw unrepresentable("The arguments are not a JSON object.", place);
  const loss = lossIn(text);
  if (loss !== undefined) throw unrepresentable(loss, place);
  return value;
}

/**
 * The text of arguments that a wire holds as a value.
 * Throws `tool.arguments_unrepresentable` for a number that was beyond the range of a double.
 */
export function argumentsText(value: Json, place: ArgumentsPlace): string {
  return JSON.stringify(value, (_key, inner: Json) => {
    if (typeof inner === "number" && !Number.isFinite(inner)) {
      throw unrepresentable("The arguments hold a number that does not survive.", place);
    }
    return inner;
  });
}

function unrepresentable(message: string, place: ArgumentsPlace): Failure {
  return new Failure("tool.arguments_unrepresentable", { message, ...place });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const MINUS = 0x2d;

/** What of this text, which is valid JSON, an object would lose. */
function lossIn(text: string): string | undefined {
  /** The keys of each open object, and `undefined` for each open array. */
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (atKey && keys !== undefined) {
        const key: string = JSON.parse(text.slice(at, end));
        if (keys.has(key)) return `The arguments repeat the key ${JSON.stringify(key)}.`;
        keys.add(key);
        atKey = false;
      }
      at = end;
      continue;
    }
    if (char === MINUS || isDigit(char)) {
      const end = endOfNumber(text, at);
      if (!survives(text.slice(at, end))) {
        return `The arguments hold the number ${text.slice(at, Math.min(end, at + 40))}, which does not survive.`;
      }
      at = end;
      continue;
    }
    if (char === OPEN_BRACE) {
      open.push(new Set());
      atKey = true;
    } else if (char === OPEN_BRACKET) {
      open.push(undefined);
      atKey = false;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) open.pop();
    else if (char === COMMA) atKey = open.at(-1) !== undefined;
    else if (char === COLON) atKey = false;
    at += 1;
  }
  return undefined;
}

/** The offset after the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end + 1;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

function endOfNumber(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && "0123456789.eE+-".includes(text.charAt(end))) end += 1;
  return end;
}

/** Decimal fractions are rounded by every JSON parser and pass; range and integers do not. */
function survives(source: string): boolean {
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(source.split(/[eE]/, 1)[0] ?? "");
  if (source.length < 16 || !/^-?[0-9]+$/.test(source)) return true;
  // Written again it is the same text, or another text of the same number.
  return String(value) === source || BigInt(source) === BigInt(value);
}
