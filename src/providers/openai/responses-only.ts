/**
 * Models that OpenAI serves by the Responses API alone; each model's page lists its endpoints. Azure's
 * deployments of them are mostly named after them.
 * https://developers.openai.com/api/docs/models
 * https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/responses
 */
export const responsesOnly: readonly string[] = [
  "gpt-*-pro",
  "gpt-*-pro-20*",
  "o1-pro*",
  "o3-pro*",
  "gpt-*-codex",
  "gpt-*-codex-*",
  "codex-*",
  "o3-deep-research*",
  "o4-mini-deep-research*",
  "computer-use-*",
];
