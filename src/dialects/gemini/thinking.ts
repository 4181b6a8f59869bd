/** Reasoning options and `thinkingConfig`. https://ai.google.dev/gemini-api/docs/thinking */
import type { JsonObject } from "../../core/json.ts";
import type { ReasoningOptions } from "../../core/request.ts";
import { type Level, type ModelTraits, traitsOf } from "./models.ts";
import type { Warnings } from "./warnings.ts";
import { booleanAt, numberAt, textAt } from "./wire.ts";

/** The model decides how much it thinks. */
const DYNAMIC = -1;

/**
 * Google's own mapping of OpenAI's effort, for models that take a budget and models that take a level.
 * https://ai.google.dev/gemini-api/docs/openai#thinking
 */
const efforts: Readonly<Record<string, { budget: number; level: Level }>> = {
  minimal: { budget: 1024, level: "MINIMAL" },
  low: { budget: 1024, level: "LOW" },
  medium: { budget: 8192, level: "MEDIUM" },
  high: { budget: 24_576, level: "HIGH" },
};

/** Words above `high` that other vendors have: Gemini's most, with a warning. */
const beyondHigh = new Set(["xhigh", "max"]);

const order: readonly Level[] = ["MINIMAL", "LOW", "MEDIUM", "HIGH"];

/** Reads `thinkingConfig`; its names are in camel case. Throws `request.field_type`. */
export function readThinking(config: JsonObject, param: string): ReasoningOptions {
  const options: ReasoningOptions = {};
  const level = textAt(config.thinkingLevel, `${param}.thinkingLevel`);
  const budget = numberAt(config.thinkingBudget, `${param}.thinkingBudget`);
  const shown = booleanAt(config.includeThoughts, `${param}.includeThoughts`);
  if (level !== undefined && level !== "THINKING_LEVEL_UNSPECIFIED")
    options.effort = level.toLowerCase();
  if (budget === DYNAMIC) options.enabled = "adaptive";
  else if (budget !== undefined) options.budget = budget;
  if (shown !== undefined) options.summary = shown ? "auto" : "none";
  // Thinking that is merely switched on is not shown here, as it is in other dialects
  else if (options.enabled !== undefined) options.summary = "none";
  return options;
}

/** `thinkingConfig` for the model, or nothing where nothing is to be said. */
export function writeThinking(
  options: ReasoningOptions,
  model: string,
  warnings: Warnings,
): JsonObject | undefined {
  const thinking = traitsOf(model).thinking;
  if (thinking.kind === "none") {
    const asked = options.effort !== undefined || options.budget !== undefined || options.enabled;
    if (asked) warnings.dropped("reasoning", `the model ${model} has no setting for thinking`);
    return undefined;
  }
  const config: JsonObject =
    thinking.kind === "budget"
      ? budgetConfig(options, thinking, warnings)
      : levelConfig(options, thinking.levels, warnings);
  const shown = options.summary ?? (options.enabled ? "auto" : "none");
  if (shown !== "none") config.includeThoughts = true;
  return Object.keys(config).length === 0 ? undefined : config;
}

type Budgeted = Extract<ModelTraits["thinking"], { kind: "budget" }>;

function budgetConfig(options: ReasoningOptions, range: Budgeted, warnings: Warnings): JsonObject {
  const wanted = wantedBudget(options, range.most, warnings);
  if (wanted === undefined) return {};
  if (wanted === DYNAMIC) return { thinkingBudget: DYNAMIC };
  if (wanted === 0 && range.off) return { thinkingBudget: 0 };
  if (wanted === 0)
    warnings.add(
      "reasoning_not_disabled",
      `The model cannot be kept from thinking: it was given its least budget, ${range.least} tokens.`,
      "reasoning",
    );
  const given = Math.min(Math.max(wanted, range.least), range.most);
  if (given !== wanted && wanted !== 0)
    warnings.add(
      "reasoning_budget_changed",
      `The model takes ${range.least} to ${range.most} tokens for thinking: ${wanted} became ${given}.`,
      "reasoning",
    );
  return { thinkingBudget: given };
}

function wantedBudget(
  options: ReasoningOptions,
  most: number,
  warnings: Warnings,
): number | undefined {
  if (options.enabled === false || options.effort === "none") return 0;
  if (options.budget !== undefined) return options.budget;
  const effort = options.effort;
  if (effort === undefined) return options.enabled === undefined ? undefined : DYNAMIC;
  if (beyondHigh.has(effort)) return most;
  const known = efforts[effort];
  if (known !== undefined) return known.budget;
  unknownEffort(effort, warnings);
  return undefined;
}

function levelConfig(
  options: ReasoningOptions,
  levels: readonly Level[],
  warnings: Warnings,
): JsonObject {
  const off = options.enabled === false || options.effort === "none" || options.budget === 0;
  if (off) {
    const least = levels[0] ?? "LOW";
    warnings.add(
      "reasoning_not_disabled",
      `The model cannot be kept from thinking: it was given its lowest level, ${least.toLowerCase()}.`,
      "reasoning",
    );
    return { thinkingLevel: least };
  }
  if (options.effort !== undefined) {
    const level = nearest(options.effort, levels, warnings);
    if (level === undefined) return {};
    // One request may not hold both; the level is what these models are made for
    if (options.budget !== undefined)
      warnings.dropped(
        "reasoning.budget",
        "the model takes a level or a budget, and got the level",
      );
    return { thinkingLevel: level };
  }
  return options.budget === undefined ? {} : { thinkingBudget: options.budget };
}

function nearest(effort: string, levels: readonly Level[], warnings: Warnings): Level | undefined {
  const wanted = beyondHigh.has(effort) ? "HIGH" : efforts[effort]?.level;
  if (wanted === undefined) {
    unknownEffort(effort, warnings);
    return undefined;
  }
  const rank = order.indexOf(wanted);
  // Google's table gives a level that a model lacks the next one up: minimal is low, medium is high
  const given = levels.find((level) => order.indexOf(level) >= rank) ?? levels[levels.length - 1];
  if (given !== undefined && given.toLowerCase() !== effort)
    warnings.add(
      "reasoning_effort_changed",
      `The model has no thinking level ${effort}: it was given ${given.toLowerCase()}.`,
      "reasoning",
    );
  return given;
}

function unknownEffort(effort: string, warnings: Warnings): void {
  warnings.dropped("reasoning.effort", `Gemini has no counterpart of ${effort}`);
}
