/** POST …/completions: OpenAI's legacy API, by providers that have it, and by a chat of one turn elsewhere. */
import { readGatewayOptions } from "./gateway-options.ts";
import type { Surface } from "./surface.ts";

const shared = {
  name: "openai-completions",
  dialect: "openai-completions",
  answerIdPrefix: "cmpl-",
  ownFields: ["gateway"],
  forwardedHeaders: [],
  readOptions: readGatewayOptions,
} as const;

export const completionsSurfaces: readonly Surface[] = [
  { ...shared, path: "/v1/completions", contract: "native", keyChoosesContract: true },
  { ...shared, path: "/newapi/v1/completions", contract: "newapi", keyChoosesContract: false },
];
