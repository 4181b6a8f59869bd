/** How a vendor is asked to think. */
import type { JsonObject } from "../../core/json.ts";
import type { ReasoningOptions } from "../../core/request.ts";
import type { Manners } from "../manners.ts";
import type { Scope } from "./write-parts.ts";

export function writeReasoningOptions(
  options: ReasoningOptions,
  body: JsonObject,
  scope: Scope,
): void {
  const form = scope.context.manners?.reasoningEffort ?? "reasoning_effort";
  writers[form](options, body, scope);
}

type Writer = (options: ReasoningOptions, body: JsonObject, scope: Scope) => void;

const writers: Readonly<Record<NonNullable<Manners["reasoningEffort"]>, Writer>> = {
  /** OpenAI: one word. */
  reasoning_effort(options, body, scope) {
    const effort = effortOf(options);
    if (effort !== undefined) body.reasoning_effort = effort;
    if (options.effort === undefined && options.budget) {
      warn(scope, `A budget of ${options.budget} tokens was sent as effort "${effort}".`);
    } else if (options.budget)
      warn(scope, "The reasoning budget was left out; the effort was sent.");
    warnSummary(options, scope);
  },
  /** OpenRouter: effort or budget, not both. */
  "reasoning.effort"(options, body, scope) {
    const reasoning: JsonObject = {};
    if (options.budget !== undefined) reasoning.max_tokens = options.budget;
    if (options.effort !== undefined) {
      if (options.budget === undefined) reasoning.effort = options.effort;
      else warn(scope, "The reasoning effort was left out; the budget was sent.");
    }
    if (options.enabled !== undefined) reasoning.enabled = options.enabled !== false;
    if (options.summary === "none") reasoning.exclude = true;
    else if (options.summary !== undefined) reasoning.summary = options.summary;
    if (Object.keys(reasoning).length > 0) body.reasoning = reasoning;
  },
  /** DeepSeek, Z.ai, Moonshot: on or off. */
  "thinking.type"(options, body, scope) {
    const on = isOn(options);
    if (on !== undefined) body.thinking = { type: on ? "enabled" : "disabled" };
    warnOnOff(options, scope);
    if (options.budget) warn(scope, "The reasoning budget was left out; thinking was switched on.");
    warnSummary(options, scope);
  },
  /** Alibaba: on or off, with a budget. */
  enable_thinking(options, body, scope) {
    const on = isOn(options);
    if (on !== undefined) body.enable_thinking = on;
    if (options.budget) body.thinking_budget = options.budget;
    warnOnOff(options, scope);
    warnSummary(options, scope);
  },
};

/** A budget as the nearest effort: the steps are those at which vendors of both kinds place theirs. */
function effortOf({ effort, budget, enabled }: ReasoningOptions): string | undefined {
  if (effort !== undefined) return effort;
  if (enabled === false || budget === 0) return "none";
  if (budget !== undefined) return budget <= 2048 ? "low" : budget <= 8192 ? "medium" : "high";
  return enabled === true ? "medium" : undefined;
}

function isOn({ effort, budget, enabled }: ReasoningOptions): boolean | undefined {
  if (enabled !== undefined) return enabled !== false;
  if (effort !== undefined) return effort !== "none";
  return budget === undefined ? undefined : budget > 0;
}

function warnOnOff({ effort }: ReasoningOptions, scope: Scope): void {
  if (effort === undefined || effort === "none") return;
  warn(scope, `This provider only switches thinking on or off; effort "${effort}" was sent as on.`);
}

function warnSummary({ summary }: ReasoningOptions, scope: Scope): void {
  if (summary === undefined || summary === "none") return;
  warn(scope, "How reasoning is to be summarised has no place in chat and was left out.");
}

function warn(scope: Scope, message: string): void {
  scope.warnings.add("reasoning_approximated", message, "reasoning");
}
