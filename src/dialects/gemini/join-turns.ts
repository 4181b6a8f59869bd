/**
 * Google's SDK keeps every piece of a streamed answer in its history as a content of its own
 * (`ai.chats`, https://googleapis.github.io/js-genai/): what was one answer becomes one turn again.
 * A signed part stays apart, as Google asks: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import type { Part, Turn } from "../../core/request.ts";
import { SIGNATURE } from "./signature.ts";

/** Adds the turn, to the one before where both are the model's. */
export function addTurn(turns: Turn[], turn: Turn): void {
  const last = turns[turns.length - 1];
  if (turn.role !== "assistant" || last?.role !== "assistant") {
    turns.push(turn);
    return;
  }
  turn.parts.forEach((part, index) => {
    const before = last.parts[last.parts.length - 1];
    if (index > 0 || before === undefined || !join(before, part)) last.parts.push(part);
  });
}

/** Adds the part to the one before where they were one. */
function join(before: Part, part: Part): boolean {
  // The piece that only said why the answer ended
  if (part.type === "text" && part.text === "" && part.signature === undefined) return true;
  if (before.type === "text" && part.type === "text") {
    if (before.signature !== undefined || part.signature !== undefined) return false;
    before.text += part.text;
    return true;
  }
  if (before.type !== "reasoning" || part.type !== "reasoning") return false;
  if (before.signature !== undefined || before.text === "") return false;
  if (part.signature === undefined) {
    before.text += part.text;
    return true;
  }
  // Another vendor's signature comes after its thought; Google's own stands where it stands
  if (part.text !== "" || part.signature.kind === SIGNATURE) return false;
  before.signature = part.signature;
  return true;
}
