/** Vertex AI's errors and what they mean. Claude's there come in Google's form or in Anthropic's. */
import { anthropicFailures } from "../anthropic/failures.ts";
import type { FailureRow } from "../failure-table.ts";
import { googleFailures } from "../gemini/failures.ts";

const errors =
  "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors";
const quotas = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/error-code-429";
const models = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions";
const partners =
  "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude";
const billing = "https://docs.cloud.google.com/billing/docs/how-to/modify-project";
const access = "https://docs.cloud.google.com/vertex-ai/docs/general/access-control";
const express =
  "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview";

export const vertexFailures: readonly FailureRow[] = [
  // The model
  {
    status: 404,
    message: ["publisher model", "not found"],
    cause: "upstream.model_unknown",
    source: models,
  },
  {
    status: 400,
    message: ["publisher model", "is not servable in region"],
    cause: "upstream.model_unknown",
    source: partners,
  },
  {
    status: [400, 403],
    message: ["publisher model", "not allowed"],
    cause: "upstream.model_unknown",
    source: errors,
  },
  // The credential
  {
    status: 400,
    message: "api key not valid",
    cause: "upstream.credential_rejected",
    source: express,
  },
  {
    status: 403,
    message: "has not been used in project",
    cause: "upstream.credential_rejected",
    source: access,
  },
  // The account
  {
    status: 403,
    message: "requires billing",
    cause: "upstream.account_exhausted",
    source: billing,
  },
  {
    status: 403,
    message: "billing to be enabled",
    cause: "upstream.account_exhausted",
    source: billing,
  },
  {
    status: 400,
    type: "FAILED_PRECONDITION",
    message: "billing",
    cause: "upstream.account_exhausted",
    source: billing,
  },
  ...googleFailures,
  ...anthropicFailures,
  // Shared capacity and quotas both refill
  {
    status: 429,
    type: "RESOURCE_EXHAUSTED",
    cause: "upstream.rate_limited",
    source: quotas,
  },
  { type: "PERMISSION_DENIED", cause: "upstream.credential_rejected", source: errors },
  { type: "FAILED_PRECONDITION", cause: "upstream.request_rejected", source: errors },
  { type: "INVALID_ARGUMENT", cause: "upstream.request_rejected", source: errors },
  { type: "NOT_FOUND", cause: "upstream.request_rejected", source: errors },
];
