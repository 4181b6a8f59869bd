/** Usage in this format's way of counting: `input_tokens` and `output_tokens` include what the details break out. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import { string } from "./wire.ts";

const requestsSuffix = "_requests";

/** The usage of a response object; undefined where there is none. */
export function readUsage(
  response: JsonObject,
  hostedCalls: Record<string, number> = {},
): Usage | undefined {
  const { usage: reported } = response;
  if (!isObject(reported)) return undefined;
  const input = count(reported.input_tokens);
  const output = count(reported.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const inputs = isObject(reported.input_tokens_details) ? reported.input_tokens_details : {};
  const outputs = isObject(reported.output_tokens_details) ? reported.output_tokens_details : {};
  const usage: Usage = { input: input ?? 0, output: output ?? 0 };
  const written1h = count(inputs.cache_write_1h_tokens);
  const written = count(inputs.cache_write_tokens);
  const figures = {
    cachedRead: count(inputs.cached_tokens),
    cachedWrite5m: written === undefined ? undefined : written - (written1h ?? 0),
    cachedWrite1h: written1h,
    reasoning: count(outputs.reasoning_tokens),
    inputAudio: count(inputs.audio_tokens),
    outputAudio: count(outputs.audio_tokens),
    inputImage: count(inputs.image_tokens),
    outputImage: count(outputs.image_tokens),
    acceptedPrediction: count(outputs.accepted_prediction_tokens),
    rejectedPrediction: count(outputs.rejected_prediction_tokens),
  };
  for (const name of figureNames) {
    const figure = figures[name];
    if (figure !== undefined) usage[name] = figure;
  }
  const calls = { ...readCalls(reported.server_tool_use_details), ...hostedCalls };
  if (Object.keys(calls).length > 0) usage.hostedToolCalls = calls;
  const tier = string(response.service_tier);
  if (tier !== undefined) usage.serviceTier = tier;
  usage.reported = reported;
  return usage;
}

const figureNames = [
  "cachedRead",
  "cachedWrite5m",
  "cachedWrite1h",
  "reasoning",
  "inputAudio",
  "outputAudio",
  "inputImage",
  "outputImage",
  "acceptedPrediction",
  "rejectedPrediction",
] as const satisfies readonly (keyof Usage)[];

/**
 * The object for `usage`: the details that clients' types require are always there. `shown`: hosted calls
 * that the answer's own items tell.
 */
export function writeUsage(usage: Usage, shown: Record<string, number>): JsonObject {
  const { cachedWrite5m, cachedWrite1h } = usage;
  const written = (cachedWrite5m ?? 0) + (cachedWrite1h ?? 0);
  const body: JsonObject = {
    input_tokens: usage.input,
    input_tokens_details: known({
      cached_tokens: usage.cachedRead ?? 0,
      cache_write_tokens: written,
      cache_write_1h_tokens: cachedWrite1h,
      audio_tokens: usage.inputAudio,
      image_tokens: usage.inputImage,
    }),
    output_tokens: usage.output,
    output_tokens_details: known({
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.outputAudio,
      image_tokens: usage.outputImage,
      accepted_prediction_tokens: usage.acceptedPrediction,
      rejected_prediction_tokens: usage.rejectedPrediction,
    }),
    total_tokens: usage.input + usage.output,
  };
  const hidden = Object.entries(usage.hostedToolCalls ?? {}).filter(
    ([name, n]) => shown[name] !== n,
  );
  if (hidden.length > 0) {
    body.server_tool_use_details = Object.fromEntries(
      hidden.map(([name, n]) => [`${name}${requestsSuffix}`, n]),
    );
  }
  return body;
}

/** What kinds of tools the provider ran itself, by the items that tell of it (`web_search_call`). */
export function hostedCall(item: JsonObject): string | undefined {
  const type = string(item.type);
  return type !== undefined && hosted.has(type) ? type.slice(0, -"_call".length) : undefined;
}

const hosted: ReadonlySet<string> = new Set([
  "web_search_call",
  "x_search_call",
  "file_search_call",
  "code_interpreter_call",
  "image_generation_call",
  "mcp_call",
]);

function readCalls(details: Json | undefined): Record<string, number> {
  const calls: Record<string, number> = {};
  if (!isObject(details)) return calls;
  for (const [key, value] of Object.entries(details)) {
    const figure = count(value);
    if (figure === undefined || !key.endsWith(requestsSuffix)) continue;
    calls[key.slice(0, -requestsSuffix.length)] = figure;
  }
  return calls;
}

function known(figures: Record<string, number | undefined>): JsonObject {
  const entries = Object.entries(figures).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

function count(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
