import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const version = "v1";
const ivLength = 12;
const tagLength = 16;

export type Opened =
  | { ok: true; secret: string }
  /** `other-key`: sealed under another master key. `corrupt`: not as it was sealed, or for another place. */
  | { ok: false; reason: "other-key" | "corrupt" };

/**
 * Seals secrets at rest with AES-256-GCM under a key derived from the master secret (HKDF-SHA256).
 * A sealed text is `v1.<key id>.<base64url of nonce, ciphertext and tag>`; the key id tells under which
 * master key, so that keys can be rotated. A place (`chn_…/crd_…`) is authenticated with it: a sealed text
 * that is moved elsewhere does not open.
 */
export class SecretBox {
  readonly #key: Buffer;
  /** Tells master keys apart; says nothing about them. */
  readonly keyId: string;

  /** `master` may be any text that is not empty. */
  constructor(master: string) {
    this.#key = Buffer.from(hkdfSync("sha256", master, "", "parley secret box v1", 32));
    this.keyId = createHash("sha256")
      .update("parley key id\n")
      .update(this.#key)
      .digest("hex")
      .slice(0, 8);
  }

  seal(secret: string, place: string): string {
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    cipher.setAAD(Buffer.from(place));
    const parts = [iv, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()];
    return `${version}.${this.keyId}.${Buffer.concat(parts).toString("base64url")}`;
  }

  /** Never throws. */
  open(sealed: string, place: string): Opened {
    const [form, keyId, body, ...rest] = sealed.split(".");
    if (form !== version || body === undefined || rest.length > 0)
      return { ok: false, reason: "corrupt" };
    if (keyId !== this.keyId) return { ok: false, reason: "other-key" };
    const bytes = Buffer.from(body, "base64url");
    if (bytes.length < ivLength + tagLength) return { ok: false, reason: "corrupt" };
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, ivLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    try {
      const text = decipher.update(bytes.subarray(ivLength, -tagLength));
      return { ok: true, secret: Buffer.concat([text, decipher.final()]).toString("utf8") };
    } catch {
      // The one thing that `final` throws for is a tag that does not match.
      return { ok: false, reason: "corrupt" };
    }
  }
}
