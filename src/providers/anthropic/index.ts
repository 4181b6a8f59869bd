/** Anthropic itself. */
import type { ProviderError } from "../../dialects/dialect.ts";
import type { Failure } from "../../failures/failure.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { anthropicFailures } from "./failures.ts";
import { resetOfUsedUp } from "./rate-limits.ts";

/** https://platform.claude.com/docs/en/api/overview */
export const anthropic: HttpProvider = {
  kind: "http",
  name: "anthropic",
  title: "Anthropic",
  docs: "https://platform.claude.com/docs/en/api/messages/create",
  dialects: ["anthropic-messages"],
  operations: { "count-tokens": "anthropic-messages" },
  baseUrl: "https://api.anthropic.com",
  environment: { key: "ANTHROPIC_API_KEY", baseUrl: "ANTHROPIC_BASE_URL" },
  models: ["claude-*"],
  options: {
    version: "`anthropic-version`, where it is not the one that Parley knows (`2023-06-01`)",
    beta: "`anthropic-beta` on every call, its values separated by commas",
  },
  failures: anthropicFailures,
  recorded: ["recorded/anthropic", "streams/anthropic"],
  address: addressOf,
  failure: failureOf,
};

const VERSION = "2023-06-01";

function addressOf(call: ProviderCall): ProviderAddress {
  const { version = VERSION, beta } = call.options;
  const headers: Record<string, string> = { "anthropic-version": version };
  if (call.credential !== "") headers["x-api-key"] = call.credential;
  if (beta !== undefined) headers["anthropic-beta"] = beta;
  const path = call.operation === undefined ? "messages" : "messages/count_tokens";
  return { url: `${withoutVersion(call.baseUrl)}/v1/${path}`, headers };
}

/** The SDK's base URL has no version; one that was given with it, as other vendors' have, means the same. */
function withoutVersion(baseUrl: string): string {
  let url = baseUrl;
  while (url.endsWith("/")) url = url.slice(0, -1);
  return url.endsWith("/v1") ? url.slice(0, -"/v1".length) : url;
}

function failureOf(error: ProviderError): Failure {
  const failure = failureFromTable(anthropicFailures, error, "anthropic");
  if (failure.cause !== "upstream.rate_limited" || error.headers?.["retry-after"] !== undefined) {
    return failure;
  }
  const retryAfter = resetOfUsedUp(error.headers ?? {}, Date.now());
  return retryAfter === undefined ? failure : failure.with({ retryAfter });
}
