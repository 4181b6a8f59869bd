/** Cohere itself. */
import type { OperationName } from "../../core/operations.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { cohereFailures } from "./failures.ts";

/** https://docs.cohere.com/reference/chat */
export const cohere: HttpProvider = {
  kind: "http",
  name: "cohere",
  title: "Cohere",
  docs: "https://docs.cohere.com/reference/chat",
  dialects: ["cohere"],
  operations: { embeddings: "cohere", rerank: "cohere" },
  // https://docs.cohere.com/docs/models
  onlyFor: [
    { models: ["command-*", "c4ai-*"], endpoint: "chat" },
    { models: ["embed-*"], endpoint: "embeddings" },
    { models: ["rerank-*"], endpoint: "rerank" },
  ],
  baseUrl: "https://api.cohere.com",
  environment: {
    key: "COHERE_API_KEY",
    otherKeys: ["CO_API_KEY"],
    baseUrl: "CO_API_URL",
  },
  models: ["command-*", "c4ai-*", "embed-*", "rerank-*"],
  options: { client_name: "sent as `X-Client-Name`" },
  failures: cohereFailures,
  recorded: ["recorded/cohere", "streams/cohere"],
  address: addressOf,
  failure: (error) => failureFromTable(cohereFailures, error, "cohere"),
};

const paths: Readonly<Partial<Record<OperationName, string>>> = {
  embeddings: "embed",
  rerank: "rerank",
};

function addressOf(call: ProviderCall): ProviderAddress {
  const headers: Record<string, string> = {};
  if (call.credential !== "") headers.authorization = `Bearer ${call.credential}`;
  const { client_name: client } = call.options;
  if (client !== undefined) headers["x-client-name"] = client;
  const path = call.operation === undefined ? "chat" : paths[call.operation];
  return { url: `${withoutVersion(call.baseUrl)}/v2/${path}`, headers };
}

/** A base URL that was given with its version means the same. */
function withoutVersion(baseUrl: string): string {
  const url = baseUrl.endsWith("/") ? baseUrl.slice(0, -1) : baseUrl;
  return /\/v[12]$/.test(url) ? url.slice(0, -"/v2".length) : url;
}
