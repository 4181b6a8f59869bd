import { operation } from "../operation.ts";
import { cohereEmbeddings } from "./cohere.ts";
import { geminiBatchEmbeddings, geminiEmbeddings } from "./gemini.ts";
import { openaiEmbeddings } from "./openai.ts";

export const embeddings = operation("embeddings", {
  openai: openaiEmbeddings,
  gemini: geminiEmbeddings,
  "gemini-batch": geminiBatchEmbeddings,
  cohere: cohereEmbeddings,
});
