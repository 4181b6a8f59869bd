/** Every API that clients call. A new one adds its line. */
import { countTokensSurface, messagesSurface } from "./anthropic-messages.ts";
import { geminiSurface } from "./gemini.ts";
import { chatSurfaces } from "./openai-chat.ts";
import { completionsSurfaces } from "./openai-completions.ts";
import { openaiOperationSurfaces } from "./openai-operations.ts";
import { compactSurface, responsesSurface } from "./openai-responses.ts";
import type { Surface } from "./surface.ts";

export const surfaces: readonly Surface[] = [
  ...chatSurfaces,
  ...completionsSurfaces,
  ...openaiOperationSurfaces,
  responsesSurface,
  compactSurface,
  messagesSurface,
  countTokensSurface,
  geminiSurface,
];
