/** What the API serves besides chat, for its description. */
import { embeddingsSchema } from "../dialects/embeddings/openai.ts";
import { moderationsSchema } from "../dialects/moderations/index.ts";
import { rerankSchema } from "../dialects/rerank/wire.ts";
import { gatewayOptions } from "../surfaces/gateway-options.ts";
import type { Operation } from "./openapi.ts";

const apis = [
  { path: "/embeddings", summary: "Embeddings (OpenAI's format)", schema: embeddingsSchema },
  { path: "/moderations", summary: "Moderations (OpenAI's format)", schema: moderationsSchema },
  { path: "/rerank", summary: "Rerank (Cohere's and Jina's format)", schema: rerankSchema },
];

export const operationsBesidesChat: readonly Operation[] = apis.flatMap(
  ({ path, summary, schema }) =>
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
