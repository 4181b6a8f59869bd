/** `additionalModelRequestFields`: reasoning and `top_k` as the model takes them, beside what the client sent there. */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ChatRequest, ReasoningOptions } from "../../core/request.ts";
import { DIALECT as MESSAGES } from "../anthropic-messages/wire.ts";
import { writeReasoning as writeThinking } from "../anthropic-messages/write-reasoning.ts";
import { Writing as ClaudeWriting } from "../anthropic-messages/writing.ts";
import type { Message } from "./write-messages.ts";
import type { Writing } from "./writing.ts";

/** `kept` is what the client sent there without canonical form; it wins. */
export function writeModelFields(
  writing: Writing,
  messages: readonly Message[],
  kept: JsonObject,
): JsonObject {
  const fields: JsonObject = { ...writeReasoning(writing, messages) };
  const { topK } = writing.request;
  if (topK !== undefined) writeTopK(topK, fields, writing);
  for (const [name, value] of Object.entries(kept)) {
    const before = fields[name];
    fields[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return fields;
}

function writeTopK(topK: number, fields: JsonObject, writing: Writing): void {
  const [first, second] = writing.rules.topK ?? [];
  if (first === undefined) {
    writing.warn("parameter_not_carried", "top_k", "The model takes no top_k.");
  } else fields[first] = second === undefined ? topK : { [second]: topK };
}

function writeReasoning(writing: Writing, messages: readonly Message[]): JsonObject {
  const { reasoning } = writing.request;
  if (reasoning === undefined) return {};
  switch (writing.rules.reasoning) {
    case "thinking":
      return writeClaude(writing, messages);
    case "reasoningConfig":
      return writeNova(reasoning, writing);
    case "reasoning_config":
    case "reasoning_effort": {
      const effort = effortOf(reasoning, writing);
      return effort === undefined ? {} : { [writing.rules.reasoning]: effort };
    }
    case "none":
      if (!isOff(reasoning) && !saidElsewhere(writing)) {
        writing.warn(
          "parameter_not_carried",
          "reasoning_effort",
          "How the model reasons cannot be said.",
        );
      }
      return {};
  }
}

/** The client's `outputConfig.effort` is sent as it is. */
function saidElsewhere({ request, own }: Writing): boolean {
  return own && isObject(request.extra?.fields.outputConfig);
}

function isOff({ enabled, effort, budget }: ReasoningOptions): boolean {
  return enabled === false || effort === "none" || budget === 0;
}

/** Claude's thinking is the same on every platform, and so are its rules. */
function writeClaude(writing: Writing, messages: readonly Message[]): JsonObject {
  const { request, context, own } = writing;
  const asked: ChatRequest = own
    ? { ...request, extra: { dialect: MESSAGES, fields: {} } }
    : request;
  const claude = new ClaudeWriting(asked, context);
  const maxTokens = request.maxOutputTokens ?? claude.rules.maxOutput;
  const shown = messages.map(({ role, content }) => ({ role, content: content.map(asMessages) }));
  const { thinking, effort } = writeThinking(claude, shown, maxTokens);
  for (const { code, message, param } of claude.warnings) {
    if (code === "parameter_changed" || code === "parameter_not_carried") {
      writing.warn(code, param ?? "reasoning_effort", message);
    }
  }
  const fields: JsonObject = {};
  if (thinking !== undefined) fields.thinking = thinking;
  if (effort !== undefined && !saidElsewhere(writing)) fields.output_config = { effort };
  return fields;
}

const kinds: Readonly<Record<string, string>> = {
  toolResult: "tool_result",
  toolUse: "tool_use",
  reasoningContent: "thinking",
};

function asMessages(block: JsonObject): JsonObject {
  const [kind] = Object.keys(block);
  return { type: (kind === undefined ? undefined : kinds[kind]) ?? kind ?? "" };
}

/** Nova 2 thinks at an effort, or not at all. */
function writeNova(reasoning: ReasoningOptions, writing: Writing): JsonObject {
  if (isOff(reasoning)) return { reasoningConfig: { type: "disabled" } };
  const effort = effortOf(reasoning, writing);
  if (effort === undefined && reasoning.enabled === undefined) return {};
  return {
    reasoningConfig: {
      type: "enabled",
      ...(effort === undefined ? {} : { maxReasoningEffort: effort }),
    },
  };
}

const nearest: Readonly<Record<string, string>> = { minimal: "low", xhigh: "high", max: "high" };

/** Tokens up to which a budget is a low or a medium effort. */
const LOW = 2048;
const MEDIUM = 8192;

function effortOf(reasoning: ReasoningOptions, writing: Writing): string | undefined {
  const { effort, budget } = reasoning;
  if (writing.own) return effort;
  if (isOff(reasoning)) {
    writing.warn("parameter_changed", "reasoning_effort", "The model's lowest effort was sent.");
    return writing.rules.efforts[0];
  }
  if (effort === undefined) {
    if (budget === undefined) return undefined;
    const wanted = budget <= LOW ? "low" : budget <= MEDIUM ? "medium" : "high";
    writing.warn(
      "parameter_changed",
      "reasoning.budget",
      `The model takes no thinking budget; it was given the effort "${wanted}".`,
    );
    return wanted;
  }
  const { efforts } = writing.rules;
  const written = efforts.includes(effort) ? effort : nearest[effort];
  if (written !== effort) {
    writing.warn(
      written === undefined ? "parameter_not_carried" : "parameter_changed",
      "reasoning_effort",
      written === undefined
        ? `The model has no effort "${effort}".`
        : `The effort "${effort}" was sent as "${written}".`,
    );
  }
  return written;
}
