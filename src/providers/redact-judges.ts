/** What marks a word of a provider's message as part of the gateway's own account. */

/** A word's replacement, or nothing where the word may stay. Each looks at the word from its start, in time that grows with its length. */
export type Judge = (word: string, before: Before) => string | undefined;

export interface Before {
  /** The word before, in lower case. */
  word: string;
  /** What stands between that word and this one. */
  gap: string;
}

/** Beginnings of credentials, as the vendors' secret scanners know them. */
const credentialPrefixes = [
  "sk-",
  "sk_",
  "pk-",
  "pk_",
  "rk-",
  "gsk_",
  "xai-",
  "nvapi-",
  "pplx-",
  "csk-",
  "hf_",
  "r8_",
  "fw_",
  "tgp_",
  "key_",
  "prl_",
  "ck_",
  "ghp_",
  "gho_",
  "ghs_",
  "ghu_",
  "github_pat_",
  "glpat-",
  "dapi",
  "aiza",
  "ya29.",
  "akia",
  "asia",
  "absk",
  "eyj",
  "bce-v3",
  "ak-",
  "vck_",
  "up_",
  "flp_",
  "jina_",
] as const;

const credentialWords = new Set([
  "bearer",
  "basic",
  "key",
  "apikey",
  "api_key",
  "api-key",
  "x-api-key",
  "x-goog-api-key",
  "token",
  "access_token",
  "secret",
  "password",
  "authorization",
  "provided",
  "credential",
]);

export function credential(word: string, before: Before): string | undefined {
  const lower = word.slice(0, 12).toLowerCase();
  for (const prefix of credentialPrefixes) {
    if (!lower.startsWith(prefix)) continue;
    const rest = word.slice(prefix.length);
    if (rest.length >= 3 && looksSecret(rest)) return "[key]";
  }
  if (
    credentialWords.has(before.word.replace(/[:=]$/, "")) &&
    word.length >= 8 &&
    looksSecret(word)
  )
    return "[key]";
  return isLongToken(word) ? "[id]" : undefined;
}

/** Holds what names do not: digits, a mask (`sk-…abcd`, `****`), or great length. */
function looksSecret(text: string): boolean {
  return /[0-9*•…]|\.\.\./.test(text) || text.length >= 24;
}

/** A run of 24 or more letters and digits, both present: a key, a hash, base64. Ids of the conversation stay. */
function isLongToken(word: string): boolean {
  if (/^(?:rs|msg|fc|call|resp|item|toolu|req|file|chatcmpl|cmpl|run|thread)[_-]/.test(word))
    return false;
  const runs = word.match(/[A-Za-z0-9]+/g) ?? [];
  return runs.some((run) => run.length >= 24 && /[0-9]/.test(run) && /[A-Za-z]/.test(run));
}

const identifierPrefixes = [
  "org-",
  "org_",
  "proj_",
  "proj-",
  "user-",
  "acct_",
  "ten_",
  "team-",
  "cust_",
];
const identifierWords = new Set([
  "project",
  "projects",
  "project_id",
  "project_number",
  "account",
  "accounts",
  "account_id",
  "organization",
  "organizations",
  "organization_id",
  "org",
  "deployment",
  "deployments",
  "tenant",
  "tenant_id",
  "tenants",
  "subscription",
  "subscriptions",
  "workspace",
  "workspaces",
  "team",
  "team_id",
  "consumer",
  "resource",
  "endpoint",
  "cluster",
  "namespace",
  "pod",
  "node",
]);
const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export function identifier(word: string, before: Before): string | undefined {
  for (const prefix of identifierPrefixes) {
    if (!word.startsWith(prefix)) continue;
    const rest = word.slice(prefix.length);
    if (rest.length >= 16 || (rest.length >= 6 && /[0-9*]/.test(rest))) return "[id]";
  }
  if (UUID.test(word)) return "[id]";
  if (!identifierWords.has(before.word.replace(/[:=]$/, ""))) return undefined;
  // "project 'acme'", "projects/acme", "project: acme" name one; "project is disabled" does not.
  const named = /["'`/=:]/.test(before.gap) || /[:=]$/.test(before.word);
  return named || /[0-9]/.test(word) ? "[id]" : undefined;
}

export function amount(word: string, before: Before): string | undefined {
  if (/^[-+]?[$€£¥￥][-+]?[0-9][0-9.,]*$/.test(word)) return "[amount]";
  if (/^[-+]?[0-9][0-9.,]*(?:usd|eur|gbp|cny|rmb)$/i.test(word)) return "[amount]";
  const counted = /^[-+]?[0-9][0-9.,]*$/.test(word);
  return counted && /^(?:balance|balance:|credits?:|usd|eur|cny|rmb|[$€£¥￥])$/.test(before.word)
    ? "[amount]"
    : undefined;
}

/** First labels of the hosts that serve documentation. */
const documentationHosts =
  /^(?:docs?|developers?|platform|help|learn|support|status|cookbook|ai)\./;
const publicEndings = new Set([
  "com",
  "net",
  "org",
  "io",
  "ai",
  "dev",
  "cloud",
  "cn",
  "app",
  "co",
  "eu",
  "fr",
  "de",
  "tech",
  "xyz",
  "run",
  "sh",
  "us",
  "uk",
  "jp",
  "kr",
  "ru",
  "in",
  "me",
  "so",
  "gg",
  "site",
  "online",
  "nl",
  "ch",
  "se",
]);
const internalEndings = new Set([
  "internal",
  "local",
  "svc",
  "cluster",
  "lan",
  "corp",
  "intranet",
  "home",
  "localdomain",
  "localhost",
]);

export function url(word: string): string | undefined {
  const at = word.indexOf("://");
  if (at < 1) return undefined;
  let start = at;
  while (start > 0 && /[a-zA-Z0-9+.-]/.test(word.charAt(start - 1))) start -= 1;
  const authority = word.slice(at + 3).split(/[/?#]/, 1)[0] ?? "";
  const name = authority.toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const stays = documentationHosts.test(name) && publicEndings.has(ending) && !/[?@]/.test(word);
  return stays ? word : `${word.slice(0, start)}[url]`;
}

export function email(word: string): string | undefined {
  const at = word.indexOf("@");
  return at > 0 && word.indexOf(".", at) > at + 1 ? "[email]" : undefined;
}

export function path(word: string): string | undefined {
  return /^\/(?:usr|home|opt|app|var|root|data|mnt|tmp|srv|etc|workspace)\/./.test(word)
    ? "[path]"
    : undefined;
}

export function address(word: string): string | undefined {
  if (/^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?:[:/][0-9]{1,5})?$/.test(word))
    return "[address]";
  if (!/^\[?[0-9a-fA-F:.]{2,45}\]?$/.test(word)) return undefined;
  const colons = word.split(":").length - 1;
  return colons === 7 || (colons >= 2 && word.includes("::") && word.length > 2)
    ? "[address]"
    : undefined;
}

export function host(word: string): string | undefined {
  const name = (word.split(/[:/]/, 1)[0] ?? "").toLowerCase();
  if (name === "localhost") return "[host]";
  const dot = name.lastIndexOf(".");
  if (dot < 1 || !/^[a-z0-9.-]+$/.test(name)) return undefined;
  const ending = name.slice(dot + 1);
  if (internalEndings.has(ending)) return "[host]";
  return publicEndings.has(ending) && !documentationHosts.test(name) ? "[host]" : undefined;
}
