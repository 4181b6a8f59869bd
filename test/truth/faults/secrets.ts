/** What belongs to the gateway's own account at the provider, planted where providers really say it. */

export const secrets = {
  key: "sk-truth-upstream",
  /** How a provider masks the credential that it refuses. */
  maskedKey: "sk-trut*****ream",
  organisation: "org-Qx7TruthUpstream",
  project: "proj_7hTruthUpstream",
  host: "llm-internal-7.corp.example",
  address: "10.83.7.41",
  balance: "1337.42",
  deployment: "truth-deploy-eastus2",
  account: "acct-truth-5521",
  email: "billing-truth@corp.example",
  cookie: "truth-cf-bm-5f2a",
} as const;

/** Response headers by which providers and their proxies tell of the account. */
export const accountHeaders: Readonly<Record<string, string>> = {
  "openai-organization": secrets.organisation,
  "openai-project": secrets.project,
  "x-request-id": "req_of_the_upstream",
  via: `1.1 ${secrets.host}`,
  "set-cookie": `__cf_bm=${secrets.cookie}; path=/; HttpOnly`,
};
