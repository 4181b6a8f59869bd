/**
 * What differs between generations of Gemini and shows in the request. Data, by the model's name.
 * Thinking: https://ai.google.dev/gemini-api/docs/thinking
 * URLs of others' servers: https://ai.google.dev/gemini-api/docs/file-input-methods
 * Media in function responses and required signatures: https://ai.google.dev/gemini-api/docs/function-calling,
 * https://ai.google.dev/gemini-api/docs/thought-signatures
 */

export type Level = "MINIMAL" | "LOW" | "MEDIUM" | "HIGH";

export type Thinking =
  | { kind: "none" }
  /** Tokens. `off`: a budget of 0 is allowed. */
  | { kind: "budget"; least: number; most: number; off: boolean }
  | { kind: "level"; levels: readonly Level[] };

export interface ModelTraits {
  thinking: Thinking;
  /** Fetches `https` URLs itself; older models take only Google's own URIs. */
  fetchesUrls: boolean;
  /** Takes images and files inside a function's response. */
  mediaInResponses: boolean;
  /** Refuses a turn whose function calls come back without their thought signature. */
  requiresSignatures: boolean;
}

const none: Thinking = { kind: "none" };
const second = { mediaInResponses: false, requiresSignatures: false };
const third = { fetchesUrls: true, mediaInResponses: true, requiresSignatures: true };

/** The first that the name starts with counts; `*` stands for any text. */
const table: readonly (readonly [pattern: string, traits: ModelTraits])[] = [
  ["gemini-1*", { ...second, thinking: none, fetchesUrls: false }],
  ["gemini-2.0*", { ...second, thinking: none, fetchesUrls: false }],
  [
    "gemini-2.5-pro*",
    {
      ...second,
      thinking: { kind: "budget", least: 128, most: 32_768, off: false },
      fetchesUrls: true,
    },
  ],
  ["gemini-2.5-flash-image*", { ...second, thinking: none, fetchesUrls: true }],
  [
    "gemini-2.5-flash-lite*",
    {
      ...second,
      thinking: { kind: "budget", least: 512, most: 24_576, off: true },
      fetchesUrls: true,
    },
  ],
  [
    "gemini-2.5*",
    {
      ...second,
      thinking: { kind: "budget", least: 1, most: 24_576, off: true },
      fetchesUrls: true,
    },
  ],
  ["gemini-3-pro-image*", { ...third, thinking: none, requiresSignatures: false }],
  ["gemini-3-pro*", { ...third, thinking: { kind: "level", levels: ["LOW", "HIGH"] } }],
  ["gemini-3*-pro*", { ...third, thinking: { kind: "level", levels: ["LOW", "MEDIUM", "HIGH"] } }],
  ["gemma*", { ...second, thinking: none, fetchesUrls: false }],
];

/** A model that the table does not know, by name, is taken for one of the newest. */
const newest: ModelTraits = {
  ...third,
  thinking: { kind: "level", levels: ["MINIMAL", "LOW", "MEDIUM", "HIGH"] },
};

/** Never fails: `gemini-flash-latest` and tuned models, whose names tell no generation, count as the newest. */
export function traitsOf(model: string): ModelTraits {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  for (const [pattern, traits] of table) if (startsLike(name, pattern)) return traits;
  return newest;
}

/** Whether the name begins as the pattern says; the pattern ends in `*`. */
function startsLike(name: string, pattern: string): boolean {
  const pieces = pattern.split("*");
  const [first = "", ...rest] = pieces;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
