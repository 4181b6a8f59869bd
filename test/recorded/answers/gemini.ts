/** Google's generateContent. https://ai.google.dev/api/generate-content */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { type Answer, emptyAnswer, type Outcome } from "../answer.ts";
import { at, leaves, list, number, object, text } from "../walk.ts";

const finishes: Readonly<Record<string, string>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  MODEL_ARMOR: "content_filter",
};

export function readGemini(payloads: readonly Json[]): Outcome {
  const answer = emptyAnswer();
  let stopped = false;
  let open: { name: string; arguments: JsonObject } | undefined;
  for (const payload of payloads) {
    const error = at(payload, "error");
    if (error !== undefined) {
      const message = text(error, "message");
      return { failed: { status: number(error, "code"), message, inStream: payloads.length > 1 } };
    }
    const blocked = text(payload, "promptFeedback", "blockReason");
    if (blocked !== "" && list(payload, "candidates").length === 0)
      return { failed: { status: 0, message: `blocked: ${blocked}`, inStream: false } };
    const candidate = list(payload, "candidates")[0];
    for (const part of list(candidate, "content", "parts")) open = readPart(part, answer, open);
    const reason = text(candidate, "finishReason");
    if (reason !== "") answer.finish = finishes[reason] ?? "stop";
    stopped ||= reason === "STOP";
    for (const field of ["groundingMetadata", "citationMetadata", "urlContextMetadata"])
      for (const leaf of leaves(at(candidate, field)))
        if (leaf.startsWith("http")) answer.kept.push(leaf);
    readUsage(object(payload, "usageMetadata"), answer);
  }
  // Other words for an end with calls (`UNEXPECTED_TOOL_CALL`) say that they are none to carry out.
  if (answer.calls.length > 0 && stopped) answer.finish = "tool_calls";
  return { answer };
}

type Call = { name: string; arguments: JsonObject };

/** Returns the call whose arguments go on in later parts. */
function readPart(part: Json, answer: Answer, open: Call | undefined): Call | undefined {
  answer.kept.push(text(part, "thoughtSignature"));
  const call = at(part, "functionCall");
  if (isObject(call)) {
    let here = open;
    if (here === undefined) {
      here = { name: text(call, "name"), arguments: object(call, "args") };
      answer.calls.push(here);
      answer.kept.push(text(call, "id"));
    }
    for (const piece of list(call, "partialArgs")) setPiece(here.arguments, object(piece));
    return call.willContinue === true ? here : undefined;
  }
  if (typeof at(part, "text") === "string") {
    if (at(part, "thought") === true) answer.reasoning += text(part, "text");
    else answer.text += text(part, "text");
  } else if (isObject(at(part, "inlineData"))) answer.kept.push(text(part, "inlineData", "data"));
  else answer.kept.push(...leaves(part).filter((leaf) => leaf !== text(part, "thoughtSignature")));
  return open;
}

/** A piece of arguments at a JSON path like `$.recipe.steps[0]`; strings that go on are appended. */
function setPiece(root: JsonObject, piece: JsonObject): void {
  const steps = [...text(piece, "jsonPath").matchAll(/\.(\w+)|\[(\d+)\]|\['([^']+)'\]/g)].map(
    ([, name, index, quoted]) => (index === undefined ? (name ?? quoted ?? "") : Number(index)),
  );
  const value: Json | undefined =
    piece.stringValue ??
    piece.numberValue ??
    piece.boolValue ??
    ("nullValue" in piece ? null : undefined);
  if (value === undefined) return;
  let here: Json = root;
  steps.forEach((step, depth) => {
    const last = depth === steps.length - 1;
    const next = (before: Json | undefined): Json => {
      if (!last) return before ?? (typeof steps[depth + 1] === "number" ? [] : {});
      return typeof before === "string" && typeof value === "string" ? before + value : value;
    };
    if (Array.isArray(here) && typeof step === "number") {
      here[step] = next(here[step]);
      here = here[step];
    } else if (isObject(here) && typeof step === "string") {
      here[step] = next(here[step]);
      here = here[step] ?? null;
    }
  });
}

/** Thoughts are counted beside the candidates, the prompt of Google's own tools beside the prompt. */
function readUsage(usage: JsonObject, answer: Answer): void {
  if (Object.keys(usage).length === 0) return;
  const reasoning = number(usage, "thoughtsTokenCount");
  answer.usage = {
    input: number(usage, "promptTokenCount") + number(usage, "toolUsePromptTokenCount"),
    output: number(usage, "candidatesTokenCount") + reasoning,
    cached: number(usage, "cachedContentTokenCount"),
    reasoning,
  };
}
