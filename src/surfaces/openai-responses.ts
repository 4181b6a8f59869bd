/** POST /v1/responses and /v1/responses/compact: OpenAI's Responses API. https://developers.openai.com/api/reference/resources/responses */
import { readGatewayOptions } from "./gateway-options.ts";
import type { Surface } from "./surface.ts";

export const responsesSurface: Surface = {
  name: "openai-responses",
  path: "/v1/responses",
  dialect: "openai-responses",
  contract: "native",
  keyChoosesContract: true,
  answerIdPrefix: "resp_",
  ownFields: ["gateway"],
  forwardedHeaders: [],
  keepsAnswers: "responses",
  readOptions: readGatewayOptions,
};

/** Goes on from kept answers, and makes none. */
export const compactSurface: Surface = {
  ...responsesSurface,
  name: "compact",
  path: "/v1/responses/compact",
  operation: { name: "compact", format: "openai" },
};
