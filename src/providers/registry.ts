/** Every provider that a channel can name. A new one is one line here. */
import { anthropic } from "./anthropic/index.ts";
import { azure } from "./azure/index.ts";
import { bedrock } from "./bedrock/index.ts";
import { cohere } from "./cohere/index.ts";
import { compatible } from "./compatible/index.ts";
import { gemini } from "./gemini/index.ts";
import { openai } from "./openai/index.ts";
import type { Provider } from "./provider.ts";
import { sandbox } from "./sandbox/index.ts";
import { vertex } from "./vertex/index.ts";

const all: readonly Provider[] = [
  sandbox,
  openai,
  anthropic,
  gemini,
  vertex,
  azure,
  bedrock,
  cohere,
  ...compatible,
];

export const providers: ReadonlyMap<string, Provider> = new Map(
  all.map((provider) => [provider.name, provider]),
);
