/** What each of a vendor's manners means, in words. The compiler asks for a sentence for every manner. */
import type { Manners } from "../src/dialects/manners.ts";

type Values = Required<Manners>;
type Sentences = { readonly [K in keyof Values]: (value: Values[K]) => string };

const sentences: Sentences = {
  rename: (names) =>
    `Request fields go by the vendor's own names: ${pairs(names, (from, to) => `${code(from)} as ${code(to)}`)}.`,
  refuses: (fields) =>
    `These request fields are left out, with a warning, since the vendor does not take them: ${codes(fields)}.`,
  refusesInMessages: (fields) =>
    `These message fields are left out, with a warning, since the vendor does not take them: ${codes(fields)}.`,
  developerRole: (role) => `Developer turns are sent with the role ${code(role)}.`,
  requiredToolChoice: (word) => `A tool that must be called is asked for as ${code(word)}.`,
  jsonSchema: (how) =>
    ({
      response_format: "JSON Schema output is asked for by `response_format.json_schema`.",
      json_object:
        "JSON Schema output is asked for as `json_object`, with the schema as an instruction that is not enforced, and a warning.",
      none: "JSON Schema output is asked for by an instruction alone, which is not enforced, with a warning.",
    })[how],
  streamUsage: (how) =>
    ({
      option: "Usage of a stream is asked for by `stream_options.include_usage`.",
      always: "Usage comes in every stream, and is not asked for.",
      never: "Usage never comes in a stream.",
    })[how],
  reasoningField: (field) => `Reasoning stands in ${code(field)}.`,
  reasoningTags: ({ open, close }) =>
    `Reasoning stands in the text, between ${code(open)} and ${code(close)}, and is told apart from it.`,
  contentChunks: (may) =>
    may
      ? "An answer's `content` may be a list of typed chunks, reasoning among them."
      : "An answer's `content` is text.",
  cacheMarks: (word) => `Prompt-cache marks are sent as ${code(word)}.`,
  fileUrl: (how) =>
    ({
      document_url: "Files are sent as `document_url` parts, whole ones as data URLs.",
      file_data: "A file's URL is sent as `file.file_data`.",
    })[how],
  reasoningBack: (how) =>
    ({
      field: "Reasoning of earlier turns is sent back, in the field in which it came.",
      drop: "Reasoning of earlier turns is not sent back.",
    })[how],
  reasoningEffort: (field) =>
    ({
      reasoning_effort: "Reasoning is asked for by `reasoning_effort`.",
      "reasoning.effort": "Reasoning is asked for in `reasoning`, as an effort or a budget.",
      "thinking.type": "Reasoning is switched on or off by `thinking.type`; it has no degrees.",
      enable_thinking:
        "Reasoning is switched on or off by `enable_thinking`, with its budget in `thinking_budget`.",
    })[field],
  usageAt: (path) => `Usage stands at ${code(path)}.`,
  cachedTokensAt: (path) => `Tokens read from the cache stand at ${code(path)} of the usage.`,
  reasoningTokensAt: (path) => `Reasoning tokens stand at ${code(path)} of the usage.`,
  reasoningOutsideOutput: (outside) =>
    outside
      ? "Its `completion_tokens` leave out reasoning tokens; Parley adds them."
      : "Its `completion_tokens` include reasoning tokens.",
  finishReasons: (words) =>
    `It has finish reasons of its own: ${pairs(words, (word, reason) => `${code(word)} means ${code(reason)}`)}.`,
  toolCallIds: ({ pattern, length }) =>
    `Ids of tool calls are ${length} characters of ${code(pattern)}; others are replaced on the way.`,
  maxStop: (count) => `It takes ${count} stop sequences at most.`,
  maxTemperature: (value) => `It takes temperatures up to ${value}.`,
  toolChoices: (kinds) => `It takes these kinds of tool choice alone: ${codes(kinds)}.`,
  errorUnless: ({ at, is }) =>
    `An answer is an error, whatever its status, where ${code(at)} is not ${code(String(is))}.`,
};

/** A sentence for each manner, in the order in which they are declared. */
export function mannerSentences(manners: Manners): string[] {
  const names = Object.keys(sentences).filter((name) => isManner(name));
  return names.flatMap((name) => sentence(name, manners) ?? []);
}

function isManner(name: string): name is keyof Manners {
  return name in sentences;
}

function sentence<K extends keyof Values>(name: K, manners: Partial<Values>): string | undefined {
  const value: Values[K] | undefined = manners[name];
  return value === undefined ? undefined : sentences[name](value);
}

function pairs(
  record: Readonly<Record<string, string>>,
  say: (from: string, to: string) => string,
): string {
  return Object.entries(record)
    .map(([from, to]) => say(from, to))
    .join(", ");
}

function codes(words: readonly string[]): string {
  return words.map(code).join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}
