/** Error bodies about the gateway's own account, which must never look like the client's. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import { both, type Fault, told } from "./fault.ts";
import { secrets } from "./secrets.ts";
import { account, accountPhrases, credential } from "./vendor-errors.ts";

type Told = [name: string, what: string, status: number, body: unknown, causes: Cause[]];

const rows: Told[] = [
  [
    "model-403",
    "403 for a model that the project may not use",
    403,
    {
      error: {
        message: `Project \`${secrets.project}\` does not have access to model \`truth-1\``,
        type: "invalid_request_error",
        param: null,
        code: "model_not_found",
      },
    },
    ["upstream.model_unknown", ...credential],
  ],
  [
    "region-403",
    "403 for the gateway's country",
    403,
    {
      error: {
        code: "unsupported_country_region_territory",
        message: `Country, region, or territory not supported (${secrets.address})`,
        param: null,
        type: "request_forbidden",
      },
    },
    credential,
  ],
  [
    "cloudflare-403",
    "403 in a CDN's JSON",
    403,
    {
      success: false,
      errors: [{ code: 10000, message: `Authentication error for ${secrets.account}` }],
    },
    credential,
  ],
  [
    "gemini-key-400",
    "400 for the gateway's credential (Gemini)",
    400,
    [
      {
        error: {
          code: 400,
          message: "API key not valid. Please pass a valid API key.",
          status: "INVALID_ARGUMENT",
          details: [{ reason: "API_KEY_INVALID" }],
        },
      },
    ],
    credential,
  ],
  [
    "anthropic-balance-400",
    "400 for the gateway's balance (Anthropic)",
    400,
    {
      type: "error",
      error: {
        type: "invalid_request_error",
        message: `Your credit balance is too low to access the Anthropic API ($${secrets.balance}).`,
      },
    },
    account,
  ],
  [
    "billing-limit-400",
    "400 for the gateway's billing limit",
    400,
    {
      error: {
        message: `Billing hard limit has been reached for ${secrets.organisation}`,
        type: "billing_error",
        code: "billing_hard_limit_reached",
        param: null,
      },
    },
    account,
  ],
  [
    "balance-402",
    "402 for the gateway's balance (DeepSeek)",
    402,
    {
      error: {
        message: `Insufficient Balance: ${secrets.balance}`,
        type: "unknown_error",
        param: null,
        code: "invalid_request_error",
      },
    },
    account,
  ],
  [
    "credits-402",
    "402 for the gateway's credits (OpenRouter)",
    402,
    {
      error: {
        code: 402,
        message: `This request requires more credits, visit ${secrets.account} to add more`,
      },
    },
    account,
  ],
  [
    "quota-403",
    "403 of a reseller for the gateway's balance (new-api)",
    403,
    {
      error: {
        message: `user quota is not enough, remaining: $${secrets.balance}`,
        type: "new_api_error",
        code: "insufficient_user_quota",
      },
    },
    account,
  ],
];

export function accountEnvelopes(): Fault[] {
  return rows.map(([name, what, status, body, causes]) => ({
    ...both(name, what, json(status, body), told(...causes)),
    unsaid: accountPhrases,
  }));
}
