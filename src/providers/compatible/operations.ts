/** What the vendors of OpenAI's format serve besides chat, each by its own documentation; the others document none. */
import type { OperationName } from "../../core/operations.ts";
import type { OperationFormatName } from "../../dialects/operation.ts";

type Operations = Readonly<Partial<Record<OperationName, OperationFormatName>>>;

const embeddings: Operations = { embeddings: "openai" };
const embeddingsAndRerank: Operations = { embeddings: "openai", rerank: "jina" };

export const operationsOfVendors: Readonly<Record<string, Operations>> = {
  // https://docs.mistral.ai/api/endpoint/embeddings, https://docs.mistral.ai/api/endpoint/classifiers
  mistral: { embeddings: "openai", moderations: "openai" },
  // https://console.upstage.ai/api/embeddings
  upstage: embeddings,
  // https://docs.together.ai/reference/embeddings-2, https://docs.together.ai/reference/rerank-1
  together: embeddingsAndRerank,
  // https://docs.fireworks.ai/api-reference/creates-an-embedding-vector-representing-the-input-text, …/rerank-documents
  fireworks: embeddingsAndRerank,
  // https://docs.api.nvidia.com/nim/reference/retrieval-apis
  nvidia: embeddings,
  // https://deepinfra.com/docs/advanced/embeddings
  deepinfra: embeddings,
  // https://docs.sambanova.ai/docs/api-reference/embeddings/create-embeddings
  sambanova: embeddings,
  // https://novita.ai/docs/api-reference/model-apis-llm-create-embeddings
  novita: embeddings,
  // https://docs.siliconflow.com/en/api-reference/embeddings/create-embeddings, …/rerank/create-rerank
  siliconflow: embeddingsAndRerank,
  // https://www.alibabacloud.com/help/en/model-studio/embedding
  alibaba: embeddings,
  // https://docs.tokenfactory.nebius.com/api-reference/inference/create-embeddings
  nebius: embeddings,
  // https://www.scaleway.com/en/developers/api/generative-apis/embeddings
  scaleway: embeddings,
  // https://openrouter.ai/docs/api/api-reference/embeddings/create-embeddings
  openrouter: embeddings,
  // https://docs.github.com/en/rest/models/embeddings
  "github-models": embeddings,
  // https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions/embeddings
  "vercel-ai-gateway": embeddings,
  // https://docs.venice.ai/api-reference/endpoint/embeddings/generate
  venice: embeddings,
  // https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
  cloudflare: embeddings,
  // https://docs.ollama.com/api/openai-compatibility
  ollama: embeddings,
  // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
  vllm: embeddingsAndRerank,
  // https://docs.sglang.ai/basic_usage/openai_api_embeddings.html
  sglang: embeddings,
  // https://lmstudio.ai/docs/developer/openai-compat/embeddings
  lmstudio: embeddings,
  // https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
  llamacpp: embeddingsAndRerank,
  // https://localai.io/features/embeddings/, https://localai.io/features/reranker/, https://localai.io/docs/features/moderation/
  localai: { ...embeddingsAndRerank, moderations: "openai" },
  // https://docs.docker.com/ai/model-runner/api-reference/
  "docker-model-runner": embeddings,
  // Any server of the format: what is not known of it is no reason to refuse.
  compatible: { embeddings: "openai", moderations: "openai", rerank: "jina" },
};

/** Vendors that document the legacy completions, on the pages of their chat API or beside them. */
export const completing: ReadonlySet<string> = new Set([
  "together",
  "fireworks",
  "deepinfra",
  "cerebras",
  "novita",
  "friendli",
  "featherless",
  "nebius",
  "openrouter",
  "ollama",
  "vllm",
  "sglang",
  "lmstudio",
  "llamacpp",
  "localai",
  "tgi",
  "koboldcpp",
  "docker-model-runner",
]);

/** Below the base URL. */
export const operationPaths: Readonly<Record<OperationName, string>> = {
  embeddings: "/embeddings",
  moderations: "/moderations",
  rerank: "/rerank",
  compact: "/responses/compact",
  "count-tokens": "/messages/count_tokens",
};
