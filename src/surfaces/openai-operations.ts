/** What OpenAI's API and its kin serve besides chat, under each of the prefixes that have it. */
import type { OperationName } from "../core/operations.ts";
import type { OperationFormatName } from "../dialects/operation.ts";
import { readGatewayOptions } from "./gateway-options.ts";
import type { Surface } from "./surface.ts";

const apis: readonly {
  name: OperationName;
  path: string;
  format: OperationFormatName;
  defaultModel?: string;
}[] = [
  { name: "embeddings", path: "/embeddings", format: "openai" },
  // The one endpoint of OpenAI's that chooses a model itself.
  {
    name: "moderations",
    path: "/moderations",
    format: "openai",
    defaultModel: "omni-moderation-latest",
  },
  { name: "rerank", path: "/rerank", format: "jina" },
];

export const openaiOperationSurfaces: readonly Surface[] = apis.flatMap((api) => [
  surfaceOf(api, "/v1"),
  surfaceOf(api, "/newapi/v1"),
]);

function surfaceOf(
  { name, path, format, defaultModel }: (typeof apis)[number],
  prefix: "/v1" | "/newapi/v1",
): Surface {
  return {
    name,
    path: prefix + path,
    dialect: "openai-chat",
    operation: { name, format },
    ...(defaultModel !== undefined && { defaultModel }),
    contract: prefix === "/v1" ? "native" : "newapi",
    keyChoosesContract: prefix === "/v1",
    answerIdPrefix: `${name}-`,
    ownFields: ["gateway"],
    forwardedHeaders: [],
    readOptions: readGatewayOptions,
  };
}
