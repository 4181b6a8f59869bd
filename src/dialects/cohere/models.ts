/** Which of Cohere's models think. https://docs.cohere.com/docs/reasoning https://docs.cohere.com/docs/models */

/** Names of models that do not; what is not known of a model is left to the vendor. */
const without = [
  /^command-r/,
  /^command-a-0[0-9]-2025$/,
  /^command-a-(?:vision|translate)/,
  /^c4ai-aya/,
  /^command(?:-light|-nightly)?$/,
];

export function cannotThink(model: string): boolean {
  return without.some((pattern) => pattern.test(model));
}
