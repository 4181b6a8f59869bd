/**
 * Reasoning wishes in Claude's terms: adaptive thinking with an effort, or a token budget.
 * https://platform.claude.com/docs/en/build-with-claude/thinking
 * https://platform.claude.com/docs/en/build-with-claude/effort
 */
import type { JsonObject } from "../../core/json.ts";
import type { ReasoningOptions } from "../../core/request.ts";
import type { Message } from "./write-messages.ts";
import { forcesTool } from "./write-tools.ts";
import type { Writing } from "./writing.ts";

export interface WrittenReasoning {
  thinking?: JsonObject;
  effort?: string;
}

/** Least budget that the API takes. */
const LEAST_BUDGET = 1024;

/** Tokens for an effort where a model takes a budget only; between two, the nearest effort for a budget. */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
};

/** Efforts of other vendors, and those that a model may lack, in order of what comes nearest. */
const nearest: Readonly<Record<string, readonly string[]>> = {
  minimal: ["low"],
  low: ["low"],
  medium: ["medium"],
  high: ["high"],
  xhigh: ["xhigh", "high"],
  max: ["max", "high"],
};

const displays: Readonly<Record<string, string>> = { none: "omitted" };

/** `maxTokens` is the limit that will be sent: a budget must stay below it. */
export function writeReasoning(
  writing: Writing,
  messages: readonly Message[],
  maxTokens: number,
): WrittenReasoning {
  const { reasoning } = writing.request;
  if (reasoning === undefined) return {};
  if (writing.own) return literal(reasoning);
  const { enabled, effort, budget } = reasoning;
  if (enabled === false || effort === "none" || budget === 0) return switchedOff(writing);
  if (effort === undefined && budget === undefined && enabled === undefined) return {};
  if (effort !== undefined && !Object.hasOwn(nearest, effort)) {
    writing.warn("parameter_not_carried", "reasoning_effort", `Claude has no effort "${effort}".`);
    if (budget === undefined && enabled === undefined) return {};
  }
  const { rules } = writing;
  if (rules.thinking === "none") {
    writing.warn("parameter_not_carried", "reasoning_effort", "The model does not think.");
    return {};
  }
  const adaptive =
    rules.thinking === "adaptive" || (rules.thinking === "either" && budget === undefined);
  return adaptive
    ? adaptively(reasoning, writing)
    : withBudget(reasoning, writing, messages, maxTokens);
}

function literal(reasoning: ReasoningOptions): WrittenReasoning {
  const written: WrittenReasoning = {};
  if (reasoning.effort !== undefined) written.effort = reasoning.effort;
  if (reasoning.enabled === undefined) return written;
  const thinking: JsonObject = {
    type:
      reasoning.enabled === "adaptive" ? "adaptive" : reasoning.enabled ? "enabled" : "disabled",
  };
  if (reasoning.budget !== undefined) thinking.budget_tokens = reasoning.budget;
  if (reasoning.summary !== undefined) {
    thinking.display = displays[reasoning.summary] ?? "summarized";
  }
  return { ...written, thinking };
}

function switchedOff(writing: Writing): WrittenReasoning {
  const { rules } = writing;
  if (rules.thinking === "none") return {};
  if (rules.alwaysThinks !== true) return { thinking: { type: "disabled" } };
  writing.warn(
    "parameter_changed",
    "reasoning_effort",
    "The model's thinking cannot be switched off; it was given the lowest effort.",
  );
  return { effort: "low" };
}

/** The thought is asked for in summary unless the client does not want it: newer models leave it out by themselves. */
function adaptively(reasoning: ReasoningOptions, writing: Writing): WrittenReasoning {
  const display = displays[reasoning.summary ?? "auto"] ?? "summarized";
  const written: WrittenReasoning = { thinking: { type: "adaptive", display } };
  let wanted = reasoning.effort;
  if (reasoning.budget !== undefined && wanted === undefined) {
    wanted = effortFor(reasoning.budget);
    writing.warn(
      "parameter_changed",
      "reasoning.budget",
      `The model takes no thinking budget; it was given the effort "${wanted}".`,
    );
  }
  const effort = wanted === undefined ? undefined : writtenEffort(wanted, writing);
  return effort === undefined ? written : { ...written, effort };
}

function effortFor(budget: number): string {
  const known = ["low", "medium", "high", "xhigh"];
  return known.find((effort) => budget <= (budgets[effort] ?? 0)) ?? "max";
}

function writtenEffort(wanted: string, writing: Writing): string | undefined {
  const { efforts } = writing.rules;
  const effort = nearest[wanted]?.find((candidate) => efforts.includes(candidate));
  if (effort !== undefined && effort !== wanted) {
    writing.warn(
      "parameter_changed",
      "reasoning_effort",
      `The effort "${wanted}" was sent as "${effort}".`,
    );
  }
  return effort;
}

function withBudget(
  reasoning: ReasoningOptions,
  writing: Writing,
  messages: readonly Message[],
  maxTokens: number,
): WrittenReasoning {
  const without = (message: string): WrittenReasoning => {
    writing.warn("parameter_not_carried", "reasoning_effort", message);
    return {};
  };
  if (forcesTool(writing.request.toolChoice)) {
    return without("Claude cannot think where a tool call is forced; thinking was left out.");
  }
  if (maxTokens <= LEAST_BUDGET) {
    return without("The token limit leaves no room for thinking, which was left out.");
  }
  if (lacksThought(messages)) {
    return without(
      "The last tool call has no signed thought, so Claude cannot think on; thinking was left out.",
    );
  }
  const wish = reasoning.budget ?? budgets[reasoning.effort ?? "medium"] ?? LEAST_BUDGET;
  // Four fifths of the limit at most, so that room is left for the answer.
  const most = Math.max(LEAST_BUDGET, Math.floor(maxTokens * 0.8));
  const budget = Math.min(Math.max(wish, LEAST_BUDGET), most);
  if (reasoning.budget !== undefined && budget !== wish) {
    writing.warn(
      "parameter_changed",
      "reasoning.budget",
      `The thinking budget was sent as ${budget}.`,
    );
  }
  const thinking: JsonObject = { type: "enabled", budget_tokens: budget };
  if (reasoning.summary === "none" && writing.rules.thinking === "either")
    thinking.display = "omitted";
  const effort =
    reasoning.effort === undefined ? undefined : writtenEffort(reasoning.effort, writing);
  return effort === undefined ? { thinking } : { thinking, effort };
}

/**
 * With a budget, the assistant's message of a tool loop must begin with its thought.
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#extended-thinking-with-tool-use
 */
function lacksThought(messages: readonly Message[]): boolean {
  const last = messages.at(-1);
  if (last?.role !== "user" || last.content[0]?.type !== "tool_result") return false;
  const assistant = messages.findLast((message) => message.role === "assistant");
  const first = assistant?.content[0]?.type;
  return first !== undefined && first !== "thinking" && first !== "redacted_thinking";
}
