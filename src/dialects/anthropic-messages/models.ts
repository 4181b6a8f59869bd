/**
 * What a request for a Claude model must heed, by name. Used only where the client did not speak this
 * dialect itself: its own words are sent as they are, and the vendor judges them.
 *
 * Output limits: https://platform.claude.com/docs/en/about-claude/models/overview
 * Thinking: https://platform.claude.com/docs/en/build-with-claude/thinking#configuring-thinking
 * Effort: https://platform.claude.com/docs/en/build-with-claude/effort
 * Structured outputs: https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 * System messages: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
export interface ModelRules {
  /** One of these is in the model's name. */
  match: readonly string[];
  /** Most output tokens: what is sent where the client gives no limit, because the API needs one. */
  maxOutput: number;
  /** How thinking is switched on: a token budget, as the model sees fit, either, or not at all. */
  thinking: "none" | "budget" | "adaptive" | "either";
  /** Thinking cannot be switched off. */
  alwaysThinks?: true;
  efforts: readonly string[];
  /** Sampling parameters taken: all, temperature or top_p but not both, or none. */
  sampling: "all" | "one" | "none";
  structuredOutput: boolean;
  /** A tool call cannot be forced. */
  refusesForcedTools?: true;
  /** System messages may stand later in the conversation. */
  systemMessages?: true | undefined;
}

const three = ["low", "medium", "high"];
const four = [...three, "max"];
const five = [...three, "xhigh", "max"];

const newest = {
  maxOutput: 128_000,
  thinking: "adaptive",
  efforts: five,
  sampling: "none",
  structuredOutput: true,
  systemMessages: true,
} as const;

const first = {
  efforts: [],
  sampling: "all",
  structuredOutput: false,
} as const;

/** The first that matches counts. */
const rows: readonly ModelRules[] = [
  { match: ["opus-5-5", "sonnet-5-5"], ...newest, alwaysThinks: true, refusesForcedTools: true },
  {
    match: ["fable-5-1", "fable-5-2", "mythos-5-1", "mythos-5-2"],
    ...newest,
    alwaysThinks: true,
    refusesForcedTools: true,
  },
  { match: ["fable-5", "mythos-5"], ...newest, alwaysThinks: true },
  {
    match: ["mythos-preview"],
    ...newest,
    efforts: four,
    alwaysThinks: true,
    systemMessages: undefined,
  },
  { match: ["opus-5", "sonnet-5", "haiku-5-5", "opus-4-8"], ...newest },
  { match: ["opus-4-7"], ...newest, systemMessages: undefined },
  {
    match: ["opus-4-6", "sonnet-4-6"],
    maxOutput: 128_000,
    thinking: "either",
    efforts: four,
    sampling: "one",
    structuredOutput: true,
  },
  {
    match: ["opus-4-5"],
    maxOutput: 64_000,
    thinking: "budget",
    efforts: three,
    sampling: "one",
    structuredOutput: true,
  },
  {
    match: ["sonnet-4-5", "haiku-4-5"],
    maxOutput: 64_000,
    thinking: "budget",
    efforts: [],
    sampling: "one",
    structuredOutput: true,
  },
  {
    match: ["opus-4-1"],
    maxOutput: 32_000,
    thinking: "budget",
    efforts: [],
    sampling: "one",
    structuredOutput: true,
  },
  { match: ["sonnet-4", "3-7-sonnet"], ...first, maxOutput: 64_000, thinking: "budget" },
  { match: ["opus-4"], ...first, maxOutput: 32_000, thinking: "budget" },
  { match: ["3-5-sonnet", "3-5-haiku"], ...first, maxOutput: 8192, thinking: "none" },
  {
    match: ["claude-3", "claude-2", "claude-instant"],
    ...first,
    maxOutput: 4096,
    thinking: "none",
  },
  // A name that is not known yet is a newer model's.
  { match: ["claude"], ...newest },
];

/** Other vendors' models behind this format: nothing is held back, the vendor judges. */
const unknown: ModelRules = {
  match: [],
  maxOutput: 32_000,
  thinking: "either",
  efforts: five,
  sampling: "all",
  structuredOutput: true,
};

/** Rules for a model by the provider's name for it (`claude-sonnet-4-5@20250929`, `us.anthropic.claude-…`). */
export function rulesFor(model: string): ModelRules {
  const name = model.toLowerCase().replaceAll(".", "-");
  return rows.find((row) => row.match.some((part) => name.includes(part))) ?? unknown;
}
