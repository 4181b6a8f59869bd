/**
 * The form of a key that Parley makes: `prl_`, 36 random characters of base 62 (214 bits), and their
 * CRC-32 in six more. In all `/\bprl_[0-9A-Za-z]{42}\b/`: a secret scanner finds it by the prefix and, by the
 * checksum, raises no alarm over text that only looks like it; and a key copied in part is told from an unknown one.
 */
import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const prefix = "prl_";
const randomLength = 36;
const checksumLength = 6;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A new secret. */
export function newSecret(): string {
  let random = "";
  while (random.length < randomLength) {
    // 248 is the largest multiple of 62 in a byte: what is above would favour the first characters.
    for (const byte of randomBytes(64)) {
      if (byte < 248 && random.length < randomLength) random += alphabet.charAt(byte % 62);
    }
  }
  return prefix + random + checksum(random);
}

/**
 * `parley`: made here or by another Parley; `broken`: begins like one, but is not whole or is mistyped;
 * `foreign`: of another form, as imported keys and those of the configuration may be.
 */
export function secretForm(secret: string): "parley" | "broken" | "foreign" {
  if (!secret.startsWith(prefix)) return "foreign";
  if (secret.length !== prefix.length + randomLength + checksumLength) return "broken";
  const random = secret.slice(prefix.length, -checksumLength);
  return checksum(random) === secret.slice(-checksumLength) ? "parley" : "broken";
}

/** SHA-256, hex: what is stored of a secret. A secret of 214 random bits needs no slower hash. */
export function hashSecret(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** The part of a secret that is shown: its prefix and the first four random characters. */
export function shownPrefix(secret: string): string {
  return secret.slice(0, prefix.length + 4);
}

function checksum(random: string): string {
  let rest = crc32(random);
  let text = "";
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
