/** What the API serves besides chat, for its description. */
import { embeddingsSchema } from "../dialects/embeddings/openai.ts";
import { moderationsSchema } from "../dialects/moderations/index.ts";
import { completionsRequestSchema } from "../dialects/openai-completions/wire.ts";
import { rerankSchema } from "../dialects/rerank/wire.ts";
import { gatewayOptions } from "../surfaces/gateway-options.ts";
import type { Operation } from "./openapi.ts";

const apis = [
  {
    path: "/completions",
    summary: "Legacy completions (OpenAI's format)",
    schema: completionsRequestSchema,
  },
  { path: "/embeddings", summary: "Embeddings (OpenAI's format)", schema: embeddingsSchema },
  { path: "/moderations", summary: "Moderations (OpenAI's format)", schema: moderationsSchema },
  { path: "/rerank", summary: "Rerank (Cohere's and Jina's format)", schema: rerankSchema },
];

const ofVendors: readonly Operation[] = [
  {
    method: "post",
    path: "/v1/messages/count_tokens",
    summary: "The tokens of a request of Anthropic's Messages API",
    tag: "inference",
    body: { type: "object", required: ["model", "messages"] },
  },
  ...["countTokens", "embedContent", "batchEmbedContents"].map(
    (action): Operation => ({
      method: "post",
      path: `/v1beta/models/{model}:${action}`,
      summary: `Google's Gemini API: ${action}`,
      tag: "inference",
      body: { type: "object" },
    }),
  ),
  {
    method: "get",
    path: "/v1beta/models",
    summary: "The models that the key may use, in Google's shape",
    tag: "models",
  },
  {
    method: "get",
    path: "/v1beta/models/{model}",
    summary: "One model, in Google's shape; its name may hold slashes",
    tag: "models",
  },
];

const ofOpenai: readonly Operation[] = apis.flatMap(({ path, summary, schema }) =>
  ["/v1", "/newapi/v1"].map(
    (prefix): Operation => ({
      method: "post",
      path: prefix + path,
      summary,
      tag: "inference",
      body: { ...schema, properties: { ...schema.properties, gateway: gatewayOptions } },
    }),
  ),
);

export const operationsBesidesChat: readonly Operation[] = [...ofOpenai, ...ofVendors];
