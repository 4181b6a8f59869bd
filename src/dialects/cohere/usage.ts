/**
 * Cohere counts twice: `tokens` are what the model read and wrote, `billed_units` what is charged, without
 * the vendor's own prompt. Parley's figures are the first; the second stay in `reported`.
 * https://docs.cohere.com/docs/how-does-cohere-pricing-work
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";

function count(value: Json | undefined): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

export function readUsage(reported: JsonObject): Usage {
  const tokens = isObject(reported.tokens) ? reported.tokens : {};
  const billed = isObject(reported.billed_units) ? reported.billed_units : {};
  const usage: Usage = {
    input: count(tokens.input_tokens) ?? count(billed.input_tokens) ?? 0,
    output: count(tokens.output_tokens) ?? count(billed.output_tokens) ?? 0,
    reported,
  };
  const cached = count(reported.cached_tokens);
  if (cached !== undefined && cached > 0) usage.cachedRead = Math.min(cached, usage.input);
  return usage;
}

/** Cohere's own figures stay as they are; of another provider there are no billed units. */
export function writeUsage(usage: Usage): JsonObject {
  const { reported } = usage;
  if (isObject(reported) && isObject(reported.tokens)) return reported;
  const written: JsonObject = {
    tokens: { input_tokens: usage.input, output_tokens: usage.output },
  };
  if (usage.cachedRead !== undefined) written.cached_tokens = usage.cachedRead;
  return written;
}
