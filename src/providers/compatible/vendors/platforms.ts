/** Routers, gateways and data platforms: many makers' models behind one door. */
import type { CompatibleVendor } from "../entry.ts";
import { documentedAt } from "../table.ts";

export const platforms: readonly CompatibleVendor[] = [
  {
    name: "openrouter",
    title: "OpenRouter",
    docs: "https://openrouter.ai/docs/api_reference/overview",
    baseUrl: "https://openrouter.ai/api/v1",
    key: "OPENROUTER_API_KEY",
    manners: {
      reasoningField: "reasoning",
      reasoningEffort: "reasoning.effort",
      cacheMarks: "cache_control",
      finishReasons: { error: "other" },
    },
    failures: documentedAt("https://openrouter.ai/docs/api_reference/errors-and-debugging", [
      // error.metadata.error_type, the same in answers and streams.
      [{ type: "context_length_exceeded" }, "upstream.context_too_long"],
      [{ type: "token_limit_exceeded" }, "upstream.account_exhausted"],
      [{ type: "string_too_long" }, "upstream.request_rejected"],
      [{ type: "authentication" }, "upstream.credential_rejected"],
      [{ type: "payment_required" }, "upstream.account_exhausted"],
      [{ type: "rate_limit_exceeded" }, "upstream.rate_limited"],
      [{ type: "provider_overloaded" }, "upstream.overloaded"],
      [{ type: "provider_unavailable" }, "upstream.server_error"],
      [{ type: "invalid_request" }, "upstream.request_rejected"],
      [{ type: "invalid_prompt" }, "upstream.request_rejected"],
      [{ type: "not_found" }, "upstream.model_unknown"],
      [{ type: "precondition_failed" }, "upstream.request_rejected"],
      [{ type: "payload_too_large" }, "upstream.request_rejected"],
      [{ type: "unprocessable" }, "upstream.request_rejected"],
      [{ type: "content_policy_violation" }, "upstream.content_filtered"],
      [{ type: "server" }, "upstream.server_error"],
      // Moderation and guardrails answer 403 as well as missing permissions do.
      [{ status: 403, message: "flagged" }, "upstream.content_filtered"],
      [{ status: 403, message: "moderation" }, "upstream.content_filtered"],
      [{ status: 403, message: "request blocked" }, "upstream.content_filtered"],
      [400, "upstream.request_rejected"],
      [401, "upstream.credential_rejected"],
      [402, "upstream.account_exhausted"],
      [403, "upstream.credential_rejected"],
      [408, "upstream.gateway_timeout"],
      [429, "upstream.rate_limited"],
      [502, "upstream.server_error"],
      [503, "upstream.overloaded"],
    ]),
    recorded: ["recorded/openrouter"],
  },
  {
    name: "huggingface",
    title: "Hugging Face Inference Providers",
    docs: "https://huggingface.co/docs/inference-providers/tasks/chat-completion",
    baseUrl: "https://router.huggingface.co/v1",
    key: "HF_TOKEN",
    // Some of the servers that it routes to leave DeepSeek-R1's thought in the text.
    manners: { maxStop: 4, reasoningTags: { open: "<think>", close: "</think>" } },
    recorded: ["recorded/huggingface"],
  },
  {
    name: "github-models",
    title: "GitHub Models",
    docs: "https://docs.github.com/en/rest/models/inference",
    baseUrl: "https://models.github.ai/inference",
    key: "GITHUB_TOKEN",
  },
  {
    name: "vercel-ai-gateway",
    title: "Vercel AI Gateway",
    docs: "https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions",
    baseUrl: "https://ai-gateway.vercel.sh/v1",
    key: "AI_GATEWAY_API_KEY",
    manners: { reasoningField: "reasoning", reasoningEffort: "reasoning.effort" },
  },
  {
    name: "venice",
    title: "Venice AI",
    docs: "https://docs.venice.ai/api-reference/endpoint/chat/completions",
    baseUrl: "https://api.venice.ai/api/v1",
    key: "VENICE_API_KEY",
    manners: { reasoningField: "reasoning_content" },
    failures: documentedAt("https://docs.venice.ai/api-reference/error-codes", [
      [{ code: "INSUFFICIENT_BALANCE" }, "upstream.account_exhausted"],
      [{ code: "TOO_MANY_TOKENS" }, "upstream.context_too_long"],
      [
        { status: 400, message: "exceeds the model's maximum context" },
        "upstream.context_too_long",
      ],
      [{ status: 400, message: "invalid model specified" }, "upstream.model_unknown"],
      [{ status: 401, message: "only available to pro users" }, "upstream.account_exhausted"],
      [{ status: 401, message: "subscription is inactive" }, "upstream.account_exhausted"],
      [{ status: 404, message: "specified model not found" }, "upstream.model_unknown"],
      [401, "upstream.credential_rejected"],
      [402, "upstream.account_exhausted"],
      [403, "upstream.credential_rejected"],
      [413, "upstream.request_rejected"],
    ]),
  },
  {
    name: "poe",
    title: "Poe",
    docs: "https://creator.poe.com/docs/external-applications/openai-compatible-api",
    baseUrl: "https://api.poe.com/v1",
    key: "POE_API_KEY",
  },
  {
    name: "requesty",
    title: "Requesty",
    docs: "https://docs.requesty.ai/features/reasoning",
    baseUrl: "https://router.requesty.ai/v1",
    key: "REQUESTY_API_KEY",
  },
  {
    name: "helicone",
    title: "Helicone AI Gateway",
    docs: "https://docs.helicone.ai/rest/ai-gateway/post-v1-chat-completions",
    baseUrl: "https://ai-gateway.helicone.ai/v1",
    key: "HELICONE_API_KEY",
  },
  {
    // A channel's base URL: https://<workspace host>/serving-endpoints
    name: "databricks",
    title: "Databricks Foundation Model APIs",
    docs: "https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference",
  },
  {
    // A channel's base URL: https://<account>.snowflakecomputing.com/api/v2/cortex/v1
    name: "snowflake",
    title: "Snowflake Cortex",
    docs: "https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api",
  },
  {
    // A channel's base URL: https://api.cloudflare.com/client/v4/accounts/<account id>/ai/v1
    name: "cloudflare",
    title: "Cloudflare Workers AI",
    docs: "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
  },
];
