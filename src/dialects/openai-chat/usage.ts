/** Usage in chat's way of counting: `prompt_tokens` and `completion_tokens` include what the details break out. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { Manners } from "../manners.ts";

const noManners: Manners = {};
const requestsSuffix = "_requests";

/** The usage of an answer or chunk, from where this vendor puts it; undefined where there is none. */
export function readUsage(holder: JsonObject, manners: Manners = noManners): Usage | undefined {
  const placed = manners.usageAt === undefined ? undefined : at(holder, manners.usageAt);
  const reported = isObject(placed) ? placed : holder.usage;
  if (!isObject(reported)) return undefined;
  const output = count(reported.completion_tokens);
  const input = count(reported.prompt_tokens);
  if (input === undefined && output === undefined) return undefined;

  const inputDetails = isObject(reported.prompt_tokens_details)
    ? reported.prompt_tokens_details
    : {};
  const outputDetails = isObject(reported.completion_tokens_details)
    ? reported.completion_tokens_details
    : {};
  const usage: Usage = { input: input ?? 0, output: output ?? 0 };
  const reasoning =
    countAt(reported, manners.reasoningTokensAt) ?? count(outputDetails.reasoning_tokens);
  if (manners.reasoningOutsideOutput) usage.output += reasoning ?? 0;

  const written1h = count(inputDetails.cache_write_1h_tokens);
  const written = count(inputDetails.cache_write_tokens);
  set(
    usage,
    "cachedRead",
    countAt(reported, manners.cachedTokensAt) ?? count(inputDetails.cached_tokens),
  );
  set(usage, "cachedWrite5m", written === undefined ? undefined : written - (written1h ?? 0));
  set(usage, "cachedWrite1h", written1h);
  set(usage, "reasoning", reasoning);
  set(usage, "inputAudio", count(inputDetails.audio_tokens));
  set(usage, "outputAudio", count(outputDetails.audio_tokens));
  set(usage, "inputImage", count(inputDetails.image_tokens));
  set(usage, "outputImage", count(outputDetails.image_tokens));
  set(usage, "acceptedPrediction", count(outputDetails.accepted_prediction_tokens));
  set(usage, "rejectedPrediction", count(outputDetails.rejected_prediction_tokens));
  const calls = readHostedCalls(reported.server_tool_use_details);
  if (calls !== undefined) usage.hostedToolCalls = calls;
  if (typeof holder.service_tier === "string") usage.serviceTier = holder.service_tier;
  usage.reported = reported;
  return usage;
}

/** The object for `usage`. Figures that are not known are left out. */
export function writeUsage(usage: Usage): JsonObject {
  const { cachedWrite5m, cachedWrite1h } = usage;
  const written =
    cachedWrite5m === undefined && cachedWrite1h === undefined
      ? undefined
      : (cachedWrite5m ?? 0) + (cachedWrite1h ?? 0);
  const body: JsonObject = {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };
  const inputDetails = known({
    cached_tokens: usage.cachedRead,
    audio_tokens: usage.inputAudio,
    image_tokens: usage.inputImage,
    cache_write_tokens: written,
    cache_write_1h_tokens: cachedWrite1h,
  });
  const outputDetails = known({
    reasoning_tokens: usage.reasoning,
    audio_tokens: usage.outputAudio,
    image_tokens: usage.outputImage,
    accepted_prediction_tokens: usage.acceptedPrediction,
    rejected_prediction_tokens: usage.rejectedPrediction,
  });
  if (inputDetails !== undefined) body.prompt_tokens_details = inputDetails;
  if (outputDetails !== undefined) body.completion_tokens_details = outputDetails;
  if (usage.hostedToolCalls !== undefined) {
    body.server_tool_use_details = Object.fromEntries(
      Object.entries(usage.hostedToolCalls).map(([name, n]) => [`${name}${requestsSuffix}`, n]),
    );
  }
  return body;
}

type Figure = {
  [K in keyof Usage]-?: Usage[K] extends number | undefined ? K : never;
}[keyof Usage];

function set(usage: Usage, key: Figure, value: number | undefined): void {
  if (value !== undefined) usage[key] = value;
}

/** OpenRouter's `server_tool_use_details`: `web_search_requests` and the like. */
function readHostedCalls(details: Json | undefined): Record<string, number> | undefined {
  if (!isObject(details)) return undefined;
  const calls: Record<string, number> = {};
  for (const [key, value] of Object.entries(details)) {
    const figure = count(value);
    if (figure !== undefined && key.endsWith(requestsSuffix)) {
      calls[key.slice(0, -requestsSuffix.length)] = figure;
    }
  }
  return Object.keys(calls).length > 0 ? calls : undefined;
}

function known(figures: Record<string, number | undefined>): JsonObject | undefined {
  const entries = Object.entries(figures).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function at(object: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path.split(".")) value = isObject(value) ? value[key] : undefined;
  return value;
}

function countAt(object: JsonObject, path: string | undefined): number | undefined {
  return path === undefined ? undefined : count(at(object, path));
}

function count(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
