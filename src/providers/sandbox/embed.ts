/** sandbox/embed: unit vectors made of the words themselves, so that texts with words in common lie near each other. */
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddingInput, EmbeddingsAnswer, EmbeddingsRequest } from "../../core/operations.ts";
import { Failure } from "../../failures/failure.ts";
import type { LocalContext } from "../provider.ts";
import { readParameters } from "./parameters.ts";
import { countedAsSuccess } from "./successes.ts";

const DIMENSIONS = 256;
const MAX_DIMENSIONS = 4096;

/** Throws `request.field_value`, and the failure that the model's name asks for, wherever it is to come. */
export async function embed(
  request: EmbeddingsRequest,
  { model, signal }: LocalContext,
): Promise<EmbeddingsAnswer> {
  const { fail, after, delayMs } = readParameters(model);
  const { inputs, dimensions = DIMENSIONS } = request;
  if (dimensions > MAX_DIMENSIONS) {
    throw new Failure("request.field_value", {
      message: `sandbox/embed makes at most ${MAX_DIMENSIONS} dimensions.`,
      param: "dimensions",
    });
  }
  if (delayMs > 0) await sleep(delayMs, undefined, { signal });
  if (fail !== undefined && !countedAsSuccess(model, after))
    throw new Failure(fail, { simulated: true, provider: "sandbox" });
  const words = inputs.map(wordsOf);
  return {
    model: "sandbox/embed",
    vectors: words.map((list) => vectorOf(list, dimensions)),
    usage: { input: words.reduce((sum, { length }) => sum + Math.max(1, length), 0), output: 0 },
  };
}

function wordsOf(input: EmbeddingInput): string[] {
  if (input.kind === "tokens") return input.tokens.map(String);
  const text = input.kind === "text" ? input.text : JSON.stringify(input.value);
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Each word adds to three places, which its hash chooses; the sum is brought to length 1. */
function vectorOf(words: readonly string[], dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of words.length === 0 ? [""] : words) {
    let hash = hashOf(word);
    for (let time = 0; time < 3; time++) {
      const place = hash % dimensions;
      vector[place] = (vector[place] ?? 0) + (hash & 0x10000 ? 1 : -1);
      hash = hashOf(`${word}${hash}`);
    }
  }
  const length = Math.hypot(...vector);
  // Words may cancel each other out.
  if (length === 0) return vector.fill(1 / Math.sqrt(dimensions));
  return vector.map((value) => value / length);
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
