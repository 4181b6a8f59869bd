/** Turns as `contents` and `systemInstruction`. https://ai.google.dev/api/caching#Content */
import type { JsonObject } from "../../core/json.ts";
import type { Part, ToolResultPart, Turn } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { writeResponse } from "./function-response.ts";
import { writeName } from "./names.ts";
import { SKIP_VALIDATOR } from "./signature.ts";
import { objectOf, type WireContent, type WirePart } from "./wire.ts";
import { type PartContext, writePart } from "./write-parts.ts";

type WrittenTurns =
  | { contents: WireContent[] }
  | {
      systemInstruction: { parts: WirePart[] };
      contents: WireContent[];
    };

/**
 * Throws `request.not_expressible`, `tool.call_id_mismatch`, `tool.arguments_unrepresentable` or
 * `tool.schema_invalid` with the part's path, `messages` standing for the turns.
 */
export function writeTurns(turns: readonly Turn[], context: PartContext): WrittenTurns {
  const system: WirePart[] = [];
  const contents: WireContent[] = [];
  const names = new Map<string, string>();
  let previous: Turn | undefined;
  turns.forEach((turn, index) => {
    const param = `messages[${index}]`;
    if (turn.name !== undefined) context.warnings.dropped(`${param}.name`);
    if (turn.role === "system" || turn.role === "developer") {
      if (contents.length > 0)
        context.warnings.add(
          "system_moved",
          "Gemini has one system instruction before the conversation: later system text was moved there.",
          param,
        );
      system.push(...writeParts(turn, param, context));
      return;
    }
    rememberCalls(turn, names);
    const content: WireContent =
      turn.role === "tool"
        ? { role: "user", parts: writeResults(turn, param, names, context) }
        : {
            role: turn.role === "assistant" ? "model" : "user",
            parts: writeParts(turn, param, context),
          };
    // All responses to one turn's calls must stand in one content
    const last = contents[contents.length - 1];
    if (turn.role === "tool" && previous?.role === "tool" && last !== undefined)
      last.parts.push(...content.parts);
    else if (content.parts.length > 0) contents.push(content);
    previous = turn;
  });
  if (contents.length === 0) return systemAlone(system, context);
  if (context.traits.requiresSignatures) signCalls(contents);
  return system.length === 0 ? { contents } : { systemInstruction: { parts: system }, contents };
}

/** Google refuses an instruction without a conversation: it is said by the user instead. */
function systemAlone(system: WirePart[], context: PartContext): WrittenTurns {
  if (system.length === 0)
    throw new Failure("request.not_expressible", {
      message: "Gemini needs at least one message.",
      param: "messages",
    });
  context.warnings.add(
    "system_as_user",
    "Gemini needs a message besides the system instruction: it was sent as the user's.",
    "messages",
  );
  return { contents: [{ role: "user", parts: system }] };
}

function writeParts(turn: Turn, param: string, context: PartContext): WirePart[] {
  const parts = turn.parts.flatMap((part, index) => {
    const written = writePart(part, `${param}.content[${index}]`, context);
    return written === undefined ? [] : [written];
  });
  // Google refuses empty text, and chat clients put it beside tool calls
  return parts.length < 2 ? parts : parts.filter((part) => !isEmptyText(part));
}

function isEmptyText(part: WirePart): boolean {
  return part.text === "" && part.thoughtSignature === undefined;
}

function rememberCalls(turn: Turn, names: Map<string, string>): void {
  for (const part of turn.parts) if (part.type === "tool-call") names.set(part.id, part.name);
}

function writeResults(
  turn: Turn,
  param: string,
  names: ReadonlyMap<string, string>,
  context: PartContext,
): WirePart[] {
  const beside: WirePart[] = [];
  const results = turn.parts.flatMap((part, index) => {
    const path = `${param}.content[${index}]`;
    if (part.type === "tool-result") return [writeResult(part, turn, path, names, context, beside)];
    const written = writePart(part, path, context);
    return written === undefined ? [] : [written];
  });
  return [...results, ...beside];
}

function writeResult(
  part: ToolResultPart,
  turn: Turn,
  param: string,
  names: ReadonlyMap<string, string>,
  context: PartContext,
  beside: WirePart[],
): WirePart {
  const name = part.name ?? names.get(part.callId);
  if (name === undefined)
    throw new Failure("tool.call_id_mismatch", {
      message: `No earlier tool call has the id ${part.callId}, and Gemini needs its function's name.`,
      param,
    });
  const { text, media } = split(part.content, param, context);
  const kept = turn.extra?.dialect === "gemini" ? turn.extra.fields[part.callId] : undefined;
  const response: JsonObject = {
    ...objectOf(kept),
    id: part.callId,
    name: writeName(name, param),
    response: writeResponse(text, part.isError === true),
  };
  if (media.length > 0 && context.traits.mediaInResponses) response.parts = media;
  else if (media.length > 0) {
    beside.push(...media);
    context.warnings.add(
      "tool_result_media_moved",
      "The model takes no media inside a function's response: it was sent beside it.",
      param,
    );
  }
  return { functionResponse: response };
}

function split(
  content: readonly Part[],
  param: string,
  context: PartContext,
): { text: string; media: WirePart[] } {
  const texts: string[] = [];
  const media: WirePart[] = [];
  content.forEach((part, index) => {
    const written = writePart(part, `${param}.content[${index}]`, context);
    if (written === undefined) return;
    if (typeof written.text === "string") texts.push(written.text);
    else media.push(written);
  });
  return { text: texts.join("\n"), media };
}

/**
 * In the turn that is going on, the first function call of each step needs a signature; calls that another
 * model made get the documented stand-in. https://ai.google.dev/gemini-api/docs/thought-signatures
 */
function signCalls(contents: WireContent[]): void {
  for (const content of contents.slice(startOfTurn(contents))) {
    if (content.role !== "model") continue;
    const first = content.parts.find((part) => part.functionCall !== undefined);
    if (first !== undefined) first.thoughtSignature ??= SKIP_VALIDATOR;
  }
}

/** The turn begins at the last content in which the user says something, instead of functions answering. */
function startOfTurn(contents: readonly WireContent[]): number {
  return contents.findLastIndex(
    (content) =>
      content.role === "user" && content.parts.every((part) => part.functionResponse === undefined),
  );
}
