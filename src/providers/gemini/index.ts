/** Google's Gemini API (AI Studio). */
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { geminiFailures } from "./failures.ts";

/** https://ai.google.dev/api, https://ai.google.dev/gemini-api/docs/api-versions */
export const gemini: HttpProvider = {
  kind: "http",
  name: "gemini",
  title: "Google Gemini",
  docs: "https://ai.google.dev/api/generate-content",
  dialects: ["gemini"],
  operations: { embeddings: "gemini-batch", "count-tokens": "gemini" },
  // https://ai.google.dev/gemini-api/docs/models
  onlyFor: [
    {
      models: ["gemini-embedding-*", "text-embedding-*", "embedding-*"],
      endpoint: "embeddings",
    },
    { models: ["gemini-*", "gemma-*"], endpoint: "chat" },
  ],
  baseUrl: "https://generativelanguage.googleapis.com",
  environment: {
    key: "GEMINI_API_KEY",
    otherKeys: ["GOOGLE_API_KEY"],
    baseUrl: "GEMINI_BASE_URL",
  },
  models: ["gemini-*", "gemma-*"],
  options: { version: "the API's version, where it is not `v1beta`" },
  failures: geminiFailures,
  recorded: ["recorded/gemini", "streams/google"],
  address: addressOf,
  failure: (error) => failureFromTable(geminiFailures, error, "gemini"),
};

function addressOf(call: ProviderCall): ProviderAddress {
  const { version = "v1beta" } = call.options;
  const method = methodOf(call);
  return {
    url: `${withoutVersion(call.baseUrl)}/${version}/${resourceOf(call.model)}:${method}`,
    // Never in the URL, where logs would keep it
    headers: call.credential === "" ? {} : { "x-goog-api-key": call.credential },
  };
}

function methodOf({ operation, stream }: ProviderCall): string {
  if (operation === "embeddings") return "batchEmbedContents";
  if (operation === "count-tokens") return "countTokens";
  return stream ? "streamGenerateContent?alt=sse" : "generateContent";
}

/** The SDK's base URL has no version; one that was given with it means the same. */
function withoutVersion(baseUrl: string): string {
  let url = baseUrl;
  while (url.endsWith("/")) url = url.slice(0, -1);
  return url.endsWith("/v1beta") ? url.slice(0, -"/v1beta".length) : url;
}

/** `models/x`; tuned models are a collection of their own and keep its name. */
function resourceOf(model: string): string {
  const path = model.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("models/") || path.startsWith("tunedModels/") ? path : `models/${path}`;
}
