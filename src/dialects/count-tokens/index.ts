import { operation } from "../operation.ts";
import { anthropicCount } from "./anthropic.ts";
import { estimateTokens } from "./estimate.ts";
import { geminiCount } from "./gemini.ts";

export const countTokens = operation(
  "count-tokens",
  { "anthropic-messages": anthropicCount, gemini: geminiCount },
  estimateTokens,
);
