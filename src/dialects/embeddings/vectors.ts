/** Vectors in the two ways in which OpenAI's API writes them. */
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";

/** Little-endian 32-bit floats. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}

/** An array of numbers or base64. Throws `upstream.shape_unknown`. */
export function readVector(value: Json | undefined): number[] {
  const vector = typeof value === "string" ? fromBase64(value) : readNumbers(value);
  if (vector === undefined || vector.length === 0) {
    throw new Failure("upstream.shape_unknown", {
      message: "The provider's answer holds an embedding that cannot be read.",
    });
  }
  return vector;
}

function fromBase64(text: string): number[] | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % 4 !== 0) return undefined;
  const vector: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) vector.push(bytes.readFloatLE(at));
  return vector.every(Number.isFinite) ? vector : undefined;
}

function readNumbers(value: Json | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.filter((entry) => typeof entry === "number");
  return numbers.length === value.length ? numbers : undefined;
}

/** Every input has its vector, or the answer is not one to this request. Throws `upstream.shape_unknown`. */
export function checkCount(vectors: number, inputs: number): void {
  if (vectors === inputs) return;
  throw new Failure("upstream.shape_unknown", {
    message: `The provider gave ${vectors} embeddings for ${inputs} inputs.`,
  });
}
