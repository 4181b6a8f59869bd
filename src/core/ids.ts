import { randomFillSync } from "node:crypto";

/** Crockford's base 32, lower case: sorts as its bytes do. */
const alphabet = Buffer.from("0123456789abcdefghjkmnpqrstvwxyz", "latin1");

const TIME_LENGTH = 9;
const RANDOM_LENGTH = 15;

const pool = Buffer.allocUnsafe(RANDOM_LENGTH * 256);
let used = pool.length;

/** The characters of an id; those of its time stand until the millisecond changes. */
const characters = Buffer.allocUnsafe(TIME_LENGTH + RANDOM_LENGTH);
let writtenTime = -1;

function writeTime(time: number): void {
  writtenTime = time;
  let rest = time;
  for (let i = TIME_LENGTH - 1; i >= 0; i--) {
    characters[i] = alphabet[rest % 32] ?? 0;
    rest = Math.floor(rest / 32);
  }
}

/**
 * A new identifier: the prefix, nine characters of time (milliseconds) and fifteen random ones (75 bits).
 * Sorts by time of making; cannot be guessed.
 */
export function newId(prefix: string): string {
  const now = Date.now();
  if (now !== writtenTime) writeTime(now);
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  for (let i = 0; i < RANDOM_LENGTH; i++) {
    characters[TIME_LENGTH + i] = alphabet[(pool[used++] ?? 0) & 31] ?? 0;
  }
  return `${prefix}_${characters.toString("latin1")}`;
}
