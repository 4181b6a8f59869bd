/**
 * What models on Bedrock take beyond the common fields, by name. What a client that speaks Converse says
 * itself is sent as it is, and the vendor judges it.
 *
 * Claude: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 * Nova: https://docs.aws.amazon.com/nova/latest/userguide/using-converse-api.html
 * Nova 2: https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-converse-api.html
 * gpt-oss: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 * Structured outputs: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 * Prompt caching: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
import { rulesFor as claudeRules } from "../anthropic-messages/models.ts";

export interface ModelRules {
  /** One of these is in the model's name. */
  match: readonly string[];
  /** Where `top_k` stands in `additionalModelRequestFields`. Absent: the model has none. */
  topK?: readonly string[];
  /**
   * How reasoning is asked for: Claude's `thinking`, Nova 2's `reasoningConfig`, or an effort under the
   * field of this name; or not at all.
   */
  reasoning: "thinking" | "reasoningConfig" | "reasoning_config" | "reasoning_effort" | "none";
  efforts: readonly string[];
  structuredOutput: boolean;
  /** Takes cache points. */
  cache: boolean;
  /**
   * Takes a tool result's status.
   * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html
   */
  resultStatus?: true;
}

const three = ["low", "medium", "high"];

const rows: readonly ModelRules[] = [
  {
    match: ["anthropic.claude", "claude"],
    topK: ["top_k"],
    reasoning: "thinking",
    efforts: [],
    structuredOutput: true,
    cache: true,
    resultStatus: true,
  },
  {
    match: ["amazon.nova-2", "nova-2-"],
    topK: ["inferenceConfig", "topK"],
    reasoning: "reasoningConfig",
    efforts: three,
    structuredOutput: false,
    cache: true,
    resultStatus: true,
  },
  {
    match: ["amazon.nova"],
    topK: ["inferenceConfig", "topK"],
    reasoning: "none",
    efforts: [],
    structuredOutput: false,
    cache: true,
    resultStatus: true,
  },
  {
    match: ["openai.gpt-oss", "gpt-oss"],
    reasoning: "reasoning_effort",
    efforts: three,
    structuredOutput: true,
    cache: false,
  },
  {
    match: ["qwen.qwen3"],
    topK: ["top_k"],
    reasoning: "reasoning_config",
    efforts: three,
    structuredOutput: true,
    cache: false,
  },
  {
    match: ["cohere."],
    topK: ["k"],
    reasoning: "none",
    efforts: [],
    structuredOutput: false,
    cache: false,
  },
  {
    match: ["meta.", "ai21.", "amazon.titan"],
    reasoning: "none",
    efforts: [],
    structuredOutput: false,
    cache: false,
  },
];

const other: ModelRules = {
  match: [],
  topK: ["top_k"],
  reasoning: "none",
  efforts: [],
  structuredOutput: true,
  cache: false,
};

/** Rules by Bedrock's name for the model (`us.anthropic.claude-sonnet-4-5-20250929-v1:0`, an ARN). */
export function rulesFor(model: string): ModelRules {
  const name = model.toLowerCase();
  const row = rows.find(({ match }) => match.some((part) => name.includes(part))) ?? other;
  if (row.reasoning !== "thinking") return row;
  return { ...row, structuredOutput: claudeRules(model).structuredOutput };
}
