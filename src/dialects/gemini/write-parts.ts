/** Parts of a turn for Google. https://ai.google.dev/api/caching#Part */
import type { Origin } from "../../core/origin.ts";
import type { Opaque, Part, ReasoningPart, Source, ToolCallPart } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { dataUrl, fileUri, isHeldByGoogle, isYouTube, mediaTypeOf } from "./media.ts";
import type { ModelTraits } from "./models.ts";
import { writeName } from "./names.ts";
import { signatureForProvider } from "./signature.ts";
import { cacheDropped } from "./tools.ts";
import type { Warnings } from "./warnings.ts";
import type { WirePart } from "./wire.ts";

export interface PartContext {
  model: string;
  traits: ModelTraits;
  origin: Origin;
  warnings: Warnings;
}

/**
 * The part, or nothing where it cannot go to this provider (a warning says so). Tool results are not written here.
 * Throws `request.not_expressible`, `tool.arguments_unrepresentable`, `tool.schema_invalid` with the part's path.
 */
export function writePart(part: Part, param: string, context: PartContext): WirePart | undefined {
  if ("cache" in part && part.cache !== undefined) cacheDropped(context.warnings, param);
  switch (part.type) {
    case "text":
      if (part.citations !== undefined && part.citations.length > 0)
        context.warnings.dropped(`${param}.citations`, "Gemini takes no citations back");
      return { text: part.text, ...signature(part.signature, param, context) };
    case "refusal":
      return { text: part.text };
    case "reasoning":
      return writeReasoning(part, param, context);
    case "tool-call":
      return writeCall(part, param, context);
    case "image":
      if (part.detail !== undefined && part.detail !== "auto")
        context.warnings.dropped(`${param}.detail`, "Gemini chooses the resolution itself");
      return {
        ...writeSource(part.source, "image", param, context),
        ...signature(part.signature, param, context),
      };
    case "audio":
      // What another model said aloud is held by its maker; its words are here
      if (part.source.kind === "provider-file" && part.transcript !== undefined) {
        context.warnings.add(
          "audio_as_text",
          "Audio that its maker holds was sent as text.",
          param,
        );
        return { text: part.transcript };
      }
      return writeSource(part.source, "audio", param, context);
    case "file":
      if (part.title !== undefined || part.context !== undefined || part.citations === true)
        context.warnings.dropped(param, "Gemini takes no title, context or citations of a file");
      return writeSource(part.source, "file", param, context);
    case "native":
      if (part.dialect === "gemini") return part.value;
      context.warnings.dropped(param, `only ${part.dialect} knows this block`);
      return undefined;
    case "tool-result":
      throw notExpressible("A tool's result stands outside a turn of tool results.", param);
  }
}

function signature(opaque: Opaque | undefined, param: string, context: PartContext): WirePart {
  if (opaque === undefined) return {};
  const value = signatureForProvider(opaque, context.origin);
  if (value !== undefined) return { thoughtSignature: value };
  foreignState(param, context);
  return {};
}

function foreignState(param: string, context: PartContext): void {
  context.warnings.add(
    "reasoning_state_dropped",
    "Reasoning state of another provider was left out: it is of use to its maker only.",
    param,
  );
}

/** A thought goes back with its signature or without any, never with another maker's. */
function writeReasoning(
  part: ReasoningPart,
  param: string,
  context: PartContext,
): WirePart | undefined {
  const own = part.signature && signatureForProvider(part.signature, context.origin);
  if (part.signature !== undefined && own === undefined) {
    foreignState(param, context);
    return undefined;
  }
  if (own === undefined) return part.text === "" ? undefined : { text: part.text, thought: true };
  // A signature alone came in an empty part of text, and goes back in one
  if (part.text === "") return { text: "", thoughtSignature: own };
  return { text: part.text, thought: true, thoughtSignature: own };
}

function writeCall(part: ToolCallPart, param: string, context: PartContext): WirePart {
  if (part.kind === "custom")
    throw notExpressible("Gemini has no calls with free text as arguments.", param);
  return {
    functionCall: {
      id: part.id,
      name: writeName(part.name, `${param}.name`),
      args: argumentsObject(part.arguments, { param: `${param}.arguments` }),
    },
    ...signature(part.signature, param, context),
  };
}

type Kind = "image" | "audio" | "file";

/** Throws `request.not_expressible` for what Google cannot open. */
function writeSource(source: Source, kind: Kind, param: string, context: PartContext): WirePart {
  switch (source.kind) {
    case "bytes":
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case "text":
      return {
        inlineData: {
          mimeType: source.mediaType,
          data: Buffer.from(source.text, "utf8").toString("base64"),
        },
      };
    case "provider-file":
      if (source.origin !== undefined && source.origin.provider !== context.origin.provider)
        throw notExpressible("The file is held by another provider.", param);
      if (source.origin === undefined && !isHeldByGoogle(source.id))
        throw notExpressible("The file's id is none of Google's.", param);
      if (context.origin.provider === "vertex" && !source.id.startsWith("gs://"))
        throw notExpressible("Vertex AI cannot open files of the Gemini API.", param);
      return fileData(fileUri(source.id), source.mediaType ?? mediaTypeOf(source.id));
    case "url":
      return writeUrl(source.url, source.mediaType, kind, param, context);
  }
}

function fileData(uri: string, mediaType: string | undefined): WirePart {
  return {
    fileData: { ...(mediaType === undefined ? {} : { mimeType: mediaType }), fileUri: uri },
  };
}

/**
 * The Gemini API fetches public URLs for its models from 2.5 on, https://ai.google.dev/gemini-api/docs/file-input-methods.
 * Vertex AI does for all, but must be told the media type,
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference#filedata
 */
function writeUrl(
  url: string,
  told: string | undefined,
  kind: Kind,
  param: string,
  context: PartContext,
): WirePart {
  const inline = dataUrl(url);
  if (inline !== undefined)
    return { inlineData: { mimeType: inline.mediaType, data: inline.data } };
  if (isYouTube(url)) return fileData(url, told);
  if (isHeldByGoogle(url)) return fileData(url, told ?? mediaTypeOf(url));
  const vertex = context.origin.provider === "vertex";
  if (!context.traits.fetchesUrls && !vertex)
    throw notExpressible(
      `The model ${context.model} does not fetch URLs: send the ${kind}'s bytes.`,
      param,
    );
  if (!/^https?:\/\//.test(url))
    throw notExpressible(`Gemini fetches http and https URLs only.`, param);
  const mediaType = told ?? mediaTypeOf(url);
  if (mediaType === undefined && vertex)
    throw notExpressible(`Vertex AI must be told the media type of the ${kind} at a URL.`, param);
  return fileData(url, mediaType);
}

function notExpressible(message: string, param: string): Failure {
  return new Failure("request.not_expressible", { message, param });
}
