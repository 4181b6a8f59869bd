import { randomFillSync } from "node:crypto";

/** Crockford's base 32, lower case: sorts as its bytes do. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

const pool = Buffer.allocUnsafe(4096);
let used = pool.length;

function randomByte(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool[used++] ?? 0;
}

/**
 * A new identifier: the prefix, nine characters of time (milliseconds) and fifteen random ones (75 bits).
 * Sorts by time of making; cannot be guessed.
 */
export function newId(prefix: string): string {
  let time = Date.now();
  let head = "";
  for (let i = 0; i < 9; i++) {
    head = alphabet.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = "";
  for (let i = 0; i < 15; i++) tail += alphabet.charAt(randomByte() & 31);
  return `${prefix}_${head}${tail}`;
}
