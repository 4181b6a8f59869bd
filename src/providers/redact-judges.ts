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
  // A mask between the ends of a key, whatever its form.
  if (/[A-Za-z0-9_-](?:\*{3,}|•{3,}|…)[A-Za-z0-9]/.test(word)) return "[key]";
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
  "project-",
  "project_",
  "user-",
  "user_",
  "usr_",
  "acct_",
  "acct-",
  "account-",
  "ten_",
  "tenant-",
  "tenant_",
  "team-",
  "team_",
  "cust_",
  "cust-",
  "sub_",
  "sub-",
  "wrkspc_",
  "ws_",
  "ws-",
  "workspace-",
  "deployment-",
  "deploy-",
  "dep-",
  "res-",
  "grp_",
] as const;

/** Words after which a name is an account's or a part of it, without `_`, `-` and a following "id" or "name". */
const identifierWords = new Set([
  "project",
  "projects",
  "account",
  "accounts",
  "organization",
  "organizations",
  "organisation",
  "organisations",
  "org",
  "orgs",
  "deployment",
  "deployments",
  "tenant",
  "tenants",
  "subscription",
  "subscriptions",
  "workspace",
  "workspaces",
  "team",
  "teams",
  "customer",
  "customers",
  "user",
  "users",
  "consumer",
  "group",
  "resource",
  "resources",
  "resourcegroup",
  "resourcegroups",
  "endpoint",
  "endpoints",
  "cluster",
  "namespace",
  "pod",
  "node",
  "serviceaccount",
  "serviceaccounts",
]);
/** Of those, the words that the client's request holds as well: a plain word after them names nobody. */
const ambiguousWords = new Set([
  "user",
  "users",
  "group",
  "resource",
  "resources",
  "customer",
  "customers",
  "endpoint",
  "endpoints",
  "node",
]);
const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** The account's word that a word is, or nothing: `project_id:` is `project`. */
export function accountWord(word: string): string | undefined {
  const plain = word.replace(/[^a-z]/g, "");
  if (identifierWords.has(plain)) return plain;
  const stem = plain.replace(/(?:id|name|number|key)s?$/, "");
  return stem !== plain && identifierWords.has(stem) ? stem : undefined;
}

export function identifier(word: string, before: Before): string | undefined {
  for (const prefix of identifierPrefixes) {
    if (!word.startsWith(prefix)) continue;
    const rest = word.slice(prefix.length);
    if (/[0-9*]/.test(rest) ? rest.length >= 4 : rest.length >= 16 && /[A-Z]/.test(rest))
      return "[id]";
  }
  if (UUID.test(word)) return "[id]";
  const said = accountWord(before.word);
  if (said === undefined) return undefined;
  if (/[0-9]/.test(word)) return /[a-zA-Z]/.test(word) || word.length >= 4 ? "[id]" : undefined;
  // "project 'acme'", "projects/acme", "project: acme", "deployment chat-eu" name one; "project is disabled" does not.
  const composed = /[a-zA-Z][-_][a-zA-Z]/.test(word);
  if (ambiguousWords.has(said))
    return before.gap === "/" || (composed && /["'`]/.test(before.gap)) ? "[id]" : undefined;
  const named = /["'`/=:]/.test(before.gap) || /[:=]$/.test(before.word);
  return named || composed ? "[id]" : undefined;
}

export function amount(word: string, before: Before): string | undefined {
  if (/^[-+]?[$€£¥￥][-+]?[0-9][0-9.,]*$/.test(word)) return "[amount]";
  if (/^[-+]?[0-9][0-9.,]*(?:usd|eur|gbp|cny|rmb)$/i.test(word)) return "[amount]";
  const counted = /^[-+]?[0-9][0-9.,]*$/.test(word);
  return counted && /^(?:balance|balance:|credits?:|usd|eur|cny|rmb|[$€£¥￥])$/.test(before.word)
    ? "[amount]"
    : undefined;
}

export function path(word: string): string | undefined {
  return /^\/(?:usr|home|opt|app|var|root|data|mnt|tmp|srv|etc|workspace)\/./.test(word)
    ? "[path]"
    : undefined;
}
