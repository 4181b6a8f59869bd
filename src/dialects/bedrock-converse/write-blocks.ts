/** Canonical parts as a request's content blocks. */
import { isObject, type JsonObject } from "../../core/json.ts";
import type {
  NativePart,
  Opaque,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "../../core/request.ts";
import { belongsTo } from "../anthropic-messages/wire.ts";
import { argumentsObject } from "../tool-arguments.ts";
import { writeId, writeName } from "./names.ts";
import { cachePoint, DIALECT, writeRedacted } from "./wire.ts";
import { writeAudio, writeFile, writeImage } from "./write-media.ts";
import { notExpressible, type Writing } from "./writing.ts";

/**
 * The blocks of a part, a cache point after it included; none for a part that says nothing or may not be
 * sent, which is then warned of. Throws `request.not_expressible`, `tool.arguments_unrepresentable` and
 * `tool.schema_invalid`. `rest` are fields that the block had beside the canonical ones.
 */
export function writeBlocks(
  part: Part,
  path: string,
  writing: Writing,
  rest?: JsonObject,
): JsonObject[] {
  const block = writeBlock(part, path, writing);
  if (block === undefined) return [];
  const [kind, value] = Object.entries(block)[0] ?? [];
  const whole =
    rest === undefined || kind === undefined || !isObject(value)
      ? block
      : { [kind]: { ...value, ...rest } };
  const mark = "cache" in part ? part.cache : undefined;
  if (mark === undefined) return [whole];
  if (!writing.own && !writing.rules.cache) {
    writing.warn("parameter_not_carried", path, "The model takes no cache marks.");
    return [whole];
  }
  return [whole, cachePoint(mark)];
}

function writeBlock(part: Part, path: string, writing: Writing): JsonObject | undefined {
  if (part.type !== "reasoning" && "signature" in part) warnOfState(part.signature, path, writing);
  switch (part.type) {
    case "text":
      return writeText(part, path, writing);
    case "refusal":
      return part.text.trim() === "" ? undefined : { text: part.text };
    case "image":
      return writeImage(part, path, writing);
    case "file":
      return writeFile(part, path, writing);
    case "audio":
      return writeAudio(part, path, writing);
    case "reasoning":
      return writeReasoning(part, path, writing);
    case "tool-call":
      return writeToolCall(part, path);
    case "tool-result":
      return writeToolResult(part, path, writing);
    case "native":
      return writeNative(part, path, writing);
  }
}

/** State that a provider attached to a text or a call (Gemini's thought signature) has no place here. */
function warnOfState(state: Opaque | undefined, path: string, writing: Writing): void {
  if (state === undefined) return;
  writing.warn("state_dropped", path, "State that another provider attached was left out.");
}

/** Blank text is left out: the API refuses it, and it says nothing. */
function writeText(part: TextPart, path: string, writing: Writing): JsonObject | undefined {
  if (part.text === "" || (!writing.own && part.text.trim() === "")) return undefined;
  const cited = part.citations ?? [];
  const citations = cited.flatMap(({ dialect, reported }) =>
    dialect === DIALECT && isObject(reported) ? [reported] : [],
  );
  if (citations.length < cited.length) {
    writing.warn(
      "state_dropped",
      `${path}.citations`,
      "Citations of another provider are not sent.",
    );
  }
  return citations.length === 0
    ? { text: part.text }
    : { citationsContent: { content: [{ text: part.text }], citations } };
}

/** Thinking goes back whole and to its maker only; without a signature, only where the client says so. */
function writeReasoning(
  part: ReasoningPart,
  path: string,
  writing: Writing,
): JsonObject | undefined {
  const { signature } = part;
  if (signature === undefined) {
    if (writing.own) return { reasoningContent: { reasoningText: { text: part.text } } };
    if (part.text !== "") {
      writing.warn(
        "state_dropped",
        path,
        "Reasoning without a signature cannot be sent back and was left out.",
      );
    }
    return undefined;
  }
  const { origin } = writing.context;
  // Bedrock resells many makers: one model's thought says nothing to another family's.
  const foreign =
    signature.origin?.model !== undefined &&
    origin.model !== undefined &&
    familyOf(signature.origin.model) !== familyOf(origin.model);
  if (foreign || !belongsTo(signature.origin, origin)) {
    writing.warn(
      "state_dropped",
      path,
      "Reasoning made by another provider cannot be sent and was left out.",
    );
    return undefined;
  }
  return part.redacted === true
    ? { reasoningContent: { redactedContent: writeRedacted(signature) } }
    : { reasoningContent: { reasoningText: { text: part.text, signature: signature.value } } };
}

/** The maker in a model's name: `anthropic` of `us.anthropic.claude-…`; Claude elsewhere is Anthropic's too. */
function familyOf(model: string): string {
  if (model.includes("claude")) return "anthropic";
  return /(?:^|[./])(?:[a-z]{2,6}\.)?([a-z0-9]+)\.[a-z0-9]/.exec(model)?.[1] ?? model;
}

function writeToolCall(part: ToolCallPart, path: string): JsonObject {
  if (part.kind === "custom") {
    throw notExpressible(path, "Bedrock's tools take an object, not free text.");
  }
  return {
    toolUse: {
      toolUseId: writeId(part.id),
      name: writeName(part.name, `${path}.name`),
      input: argumentsObject(part.arguments, { param: `${path}.arguments` }),
    },
  };
}

function writeToolResult(part: ToolResultPart, path: string, writing: Writing): JsonObject {
  const content = part.content.flatMap((inner, index) =>
    writeBlocks(inner, `${path}.content[${index}]`, writing).filter(
      // A result holds no cache points of its own.
      (block) => block.cachePoint === undefined,
    ),
  );
  const result: JsonObject = { toolUseId: writeId(part.callId), content };
  if (part.isError !== undefined)
    writeStatus(part.isError ? "error" : "success", result, path, writing);
  return { toolResult: result };
}

/** A success need not be said. */
function writeStatus(
  status: "error" | "success",
  result: JsonObject,
  path: string,
  writing: Writing,
): void {
  if (writing.own || writing.rules.resultStatus === true) result.status = status;
  else if (status === "error") {
    writing.warn("parameter_not_carried", path, "The model takes no mark for a tool that failed.");
  }
}

/** A block of Bedrock's goes back as it came; one of another's stays with its maker. */
function writeNative(part: NativePart, path: string, writing: Writing): JsonObject | undefined {
  const { origin } = part;
  if (
    part.dialect === DIALECT &&
    (origin === undefined || origin.provider === writing.context.origin.provider)
  ) {
    return part.value;
  }
  writing.warn("state_dropped", path, "A block that only its own provider can read was left out.");
  return undefined;
}
