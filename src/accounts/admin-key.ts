import { hash, timingSafeEqual } from "node:crypto";

/**
 * Compares what callers present with PARLEY_ADMIN_KEY, in a time that depends on neither. An operator's
 * key that is absent or empty matches nothing.
 */
export function adminKeyMatcher(adminKey: string | undefined): (presented: string) => boolean {
  if (adminKey === undefined || adminKey === "") return () => false;
  // Digests have one length, so the comparison does not tell the key's.
  const expected = hash("sha256", adminKey, "buffer");
  return (presented) => timingSafeEqual(hash("sha256", presented, "buffer"), expected);
}
