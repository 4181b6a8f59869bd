/** `usageMetadata` and usage. https://ai.google.dev/api/generate-content#UsageMetadata */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";

/**
 * Google's `promptTokenCount` includes the cached tokens but not those of tool results, its
 * `candidatesTokenCount` leaves out the thoughts. Nothing where the object counts nothing yet.
 */
export function readUsage(metadata: JsonObject): Usage | undefined {
  const prompt = count(metadata.promptTokenCount);
  const answer = count(metadata.candidatesTokenCount);
  const thoughts = count(metadata.thoughtsTokenCount);
  const toolUse = count(metadata.toolUsePromptTokenCount);
  if (prompt === undefined && answer === undefined && thoughts === undefined) return undefined;
  const usage: Usage = {
    input: (prompt ?? 0) + (toolUse ?? 0),
    output: (answer ?? 0) + (thoughts ?? 0),
    reported: metadata,
  };
  const cached = count(metadata.cachedContentTokenCount);
  if (cached !== undefined) usage.cachedRead = cached;
  if (thoughts !== undefined) usage.reasoning = thoughts;
  const inputs = [metadata.promptTokensDetails, metadata.toolUsePromptTokensDetails];
  const outputs = [metadata.candidatesTokensDetails];
  set(usage, "inputAudio", modality(inputs, "AUDIO"));
  set(usage, "inputImage", modality(inputs, "IMAGE"));
  set(usage, "outputAudio", modality(outputs, "AUDIO"));
  set(usage, "outputImage", modality(outputs, "IMAGE"));
  const tier = metadata.serviceTier ?? metadata.trafficType;
  if (typeof tier === "string") usage.serviceTier = tier;
  return usage;
}

/** The figures as Google counts them: its own object where Google made it. */
export function writeUsage(usage: Usage): JsonObject {
  const reported = usage.reported;
  if (isObject(reported) && typeof reported.totalTokenCount === "number") return reported;
  const thoughts = usage.reasoning ?? 0;
  const metadata: JsonObject = {
    promptTokenCount: usage.input,
    candidatesTokenCount: Math.max(0, usage.output - thoughts),
    totalTokenCount: usage.input + usage.output,
  };
  if (usage.cachedRead !== undefined) metadata.cachedContentTokenCount = usage.cachedRead;
  if (usage.reasoning !== undefined) metadata.thoughtsTokenCount = usage.reasoning;
  const inputs = details(usage.input, usage.inputAudio, usage.inputImage);
  if (inputs !== undefined) metadata.promptTokensDetails = inputs;
  const outputs = details(
    Math.max(0, usage.output - thoughts),
    usage.outputAudio,
    usage.outputImage,
  );
  if (outputs !== undefined) metadata.candidatesTokensDetails = outputs;
  if (usage.serviceTier !== undefined) metadata.serviceTier = usage.serviceTier;
  return metadata;
}

type Modal = "inputAudio" | "inputImage" | "outputAudio" | "outputImage";

function set(usage: Usage, field: Modal, value: number | undefined): void {
  if (value !== undefined) usage[field] = value;
}

function count(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function modality(lists: readonly (Json | undefined)[], name: string): number | undefined {
  let sum: number | undefined;
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    for (const entry of list) {
      if (isObject(entry) && entry.modality === name)
        sum = (sum ?? 0) + (count(entry.tokenCount) ?? 0);
    }
  }
  return sum;
}

function details(
  total: number,
  audio: number | undefined,
  image: number | undefined,
): JsonObject[] | undefined {
  if (audio === undefined && image === undefined) return undefined;
  const list: JsonObject[] = [
    { modality: "TEXT", tokenCount: Math.max(0, total - (audio ?? 0) - (image ?? 0)) },
  ];
  if (audio !== undefined) list.push({ modality: "AUDIO", tokenCount: audio });
  if (image !== undefined) list.push({ modality: "IMAGE", tokenCount: image });
  return list;
}
