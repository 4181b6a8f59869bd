/** European clouds that serve open models. */
import type { CompatibleVendor } from "../entry.ts";

export const regionalClouds: readonly CompatibleVendor[] = [
  {
    name: "nebius",
    title: "Nebius Token Factory",
    docs: "https://docs.tokenfactory.nebius.com/api-reference/inference/create-chat-completion",
    baseUrl: "https://api.tokenfactory.nebius.com/v1",
    key: "NEBIUS_API_KEY",
  },
  {
    name: "scaleway",
    title: "Scaleway Generative APIs",
    docs: "https://www.scaleway.com/en/developers/api/generative-apis/chat-completions",
    baseUrl: "https://api.scaleway.ai/v1",
    key: "SCW_SECRET_KEY",
  },
  {
    name: "ovhcloud",
    title: "OVHcloud AI Endpoints",
    docs: "https://ovh.github.io/apache-airflow-provider-ovhcloud-ai/ai-endpoints",
    baseUrl: "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
    key: "OVH_AI_ENDPOINTS_ACCESS_TOKEN",
    // Anonymous calls work, at a low rate.
    keyless: true,
  },
  {
    name: "nscale",
    title: "Nscale",
    docs: "https://docs.nscale.com/docs/inference/serverless-models/overview",
    baseUrl: "https://inference.api.nscale.com/v1",
    key: "NSCALE_SERVICE_TOKEN",
  },
  {
    name: "berget",
    title: "Berget AI",
    docs: "https://api.berget.ai/openapi.json",
    baseUrl: "https://api.berget.ai/v1",
    key: "BERGET_API_KEY",
  },
];
