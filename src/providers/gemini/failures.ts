/** The Gemini API's errors and what they mean: `{error: {code, message, status, details}}`. */
import type { FailureRow } from "../failure-table.ts";

const guide = "https://ai.google.dev/gemini-api/docs/troubleshooting";
const keys = "https://ai.google.dev/gemini-api/docs/api-key";
const blockedKeys = "https://ai.google.dev/gemini-api/docs/troubleshooting#blocked-keys";
const regions = "https://ai.google.dev/gemini-api/docs/available-regions";
const billing = "https://ai.google.dev/gemini-api/docs/billing";
const rates = "https://ai.google.dev/gemini-api/docs/rate-limits";
const tokens = "https://ai.google.dev/gemini-api/docs/tokens";
const models = "https://ai.google.dev/gemini-api/docs/models";
const files = "https://ai.google.dev/gemini-api/docs/files";
const caching = "https://ai.google.dev/gemini-api/docs/caching";
const schema = "https://ai.google.dev/api/generate-content";

/** Google's own words, the same in its APIs. */
export const googleFailures: readonly FailureRow[] = [
  // The request
  {
    status: 400,
    message: ["input token count", "exceeds the maximum number of tokens"],
    cause: "upstream.context_too_long",
    source: tokens,
  },
  {
    status: 400,
    message: ["input token count", "only supports up to"],
    cause: "upstream.context_too_long",
    source: tokens,
  },
  {
    status: 400,
    message: "invalid json payload received. unknown name",
    cause: "upstream.parameter_rejected",
    source: schema,
  },
  {
    status: 400,
    message: "invalid value at '",
    cause: "upstream.parameter_rejected",
    source: schema,
  },
  {
    status: 400,
    message: "is not enabled for this model",
    cause: "upstream.parameter_rejected",
    source: guide,
  },
  // The limits
  {
    status: 429,
    message: "spending cap",
    cause: "upstream.account_exhausted",
    source: billing,
  },
  {
    status: 429,
    message: ["prepayment credits", "depleted"],
    cause: "upstream.account_exhausted",
    source: billing,
  },
  // A limit of nothing is no rate: the account may not use the model without paying
  { status: 429, message: "limit: 0,", cause: "upstream.account_exhausted", source: rates },
  // Google's own trouble, also where a stream tells it without a status
  { type: "UNAVAILABLE", cause: "upstream.overloaded", source: guide },
  { type: "INTERNAL", cause: "upstream.server_error", source: guide },
  { type: "UNKNOWN", cause: "upstream.server_error", source: guide },
  { type: "DEADLINE_EXCEEDED", cause: "upstream.gateway_timeout", source: guide },
  { type: "CANCELLED", cause: "upstream.server_error", source: guide },
  { type: "UNAUTHENTICATED", cause: "upstream.credential_rejected", source: guide },
];

export const geminiFailures: readonly FailureRow[] = [
  // The credential: Google answers a wrong key with 400
  {
    status: 400,
    message: "api key not valid",
    cause: "upstream.credential_rejected",
    source: keys,
  },
  { status: 400, message: "api key expired", cause: "upstream.credential_rejected", source: keys },
  {
    status: 400,
    message: "api key not found",
    cause: "upstream.credential_rejected",
    source: keys,
  },
  {
    status: 403,
    message: "reported as leaked",
    cause: "upstream.credential_rejected",
    source: blockedKeys,
  },
  {
    status: 403,
    message: "has not been used in project",
    cause: "upstream.credential_rejected",
    source: keys,
  },
  // The account
  {
    status: 400,
    message: "user location is not supported",
    cause: "upstream.account_exhausted",
    source: regions,
  },
  { status: 400, message: "enable billing", cause: "upstream.account_exhausted", source: guide },
  { status: 403, message: "billing", cause: "upstream.account_exhausted", source: billing },
  {
    status: 400,
    type: "FAILED_PRECONDITION",
    cause: "upstream.account_exhausted",
    source: guide,
  },
  // What the request names
  {
    status: 404,
    message: "is not found for api version",
    cause: "upstream.model_unknown",
    source: models,
  },
  {
    status: 404,
    message: ["model", "no longer available"],
    cause: "upstream.model_unknown",
    source: models,
  },
  {
    status: 403,
    message: "permission to access the file",
    cause: "upstream.request_rejected",
    source: files,
  },
  {
    status: 403,
    message: "cachedcontent not found",
    cause: "upstream.request_rejected",
    source: caching,
  },
  ...googleFailures,
  {
    status: 429,
    type: "RESOURCE_EXHAUSTED",
    cause: "upstream.rate_limited",
    source: rates,
  },
  { type: "PERMISSION_DENIED", cause: "upstream.credential_rejected", source: guide },
  { type: "INVALID_ARGUMENT", cause: "upstream.request_rejected", source: guide },
  { type: "NOT_FOUND", cause: "upstream.request_rejected", source: guide },
];
