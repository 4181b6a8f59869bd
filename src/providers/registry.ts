/** Every provider that a channel can name. A new one is one line here. */
import { openai } from "./openai/index.ts";
import type { Provider } from "./provider.ts";

const all: readonly Provider[] = [openai];

export const providers: ReadonlyMap<string, Provider> = new Map(
  all.map((provider) => [provider.name, provider]),
);
