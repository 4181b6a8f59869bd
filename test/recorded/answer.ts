/** What an exchange says, whatever its format: what a replay compares. */
import type { Json } from "../../src/core/json.ts";

export interface Answer {
  text: string;
  refusal: string;
  reasoning: string;
  /** In order; arguments as JSON where they are some, else as text. */
  calls: { name: string; arguments: Json }[];
  /** Chat's word. */
  finish: string;
  usage?: Figures;
  /** What must not get lost and may stand anywhere: signatures, ids of hosted tools' calls, cited addresses, image data. */
  kept: string[];
}

/** In tokens: `input` with the cached ones, `output` with reasoning. */
export interface Figures {
  input: number;
  output: number;
  cached: number;
  reasoning: number;
}

/** The exchange failed: as the recorded bytes or the client's reply say it. */
export interface Failed {
  /** The status that the provider sent, or the error itself names; 0 where neither. */
  status: number;
  /** The provider's words that tell what is wrong. */
  message: string;
  /** The catalogue's cause, where it is known which it must be. */
  cause?: string;
  /** In a stream that had begun. */
  inStream: boolean;
}

export type Outcome = { answer: Answer } | { failed: Failed };

export function emptyAnswer(): Answer {
  return { text: "", refusal: "", reasoning: "", calls: [], finish: "", kept: [] };
}
