import type { CauseEntry } from "./entry.ts";

/** Raised by checks of what is said: guardrails, tools and the arena's own rules. */
export const content = {
  "guard.pii": {
    message: "The request was blocked because it holds personal data.",
    when: "The `pii` guardrail found personal data in the request.",
    origin: "client",
    fix: "Remove the personal data of the category that the message names.",
    retry: "never",
  },
  "guard.moderation": {
    message: "The request was blocked by content moderation.",
    when: "The `content_moderation` guardrail refused the request.",
    origin: "client",
    fix: "Change the request.",
    retry: "never",
  },
  "guard.sensitive_words": {
    message: "The request holds a word that is not allowed.",
    when: "The `sensitive_words` guardrail found a configured word.",
    origin: "client",
    fix: "Change the request.",
    retry: "never",
  },
  "tool.schema_invalid": {
    message: "A tool's definition is not valid.",
    when: "A tool's parameters are malformed or lack an object at the root, its name is not allowed or not unique, or there are too many tools.",
    origin: "client",
    fix: "Correct the tool that `param` names.",
    retry: "never",
  },
  "tool.choice_invalid": {
    message: "The tool choice is not valid.",
    when: "tool_choice is malformed, or names a tool that the request does not define.",
    origin: "client",
    fix: "Name one of the request's tools.",
    retry: "never",
  },
  "tool.call_id_mismatch": {
    message: "A tool's result answers no call.",
    when: "A tool result's id matches no earlier tool call of the conversation.",
    origin: "client",
    fix: "Send each result with the id of the call that it answers, after that call.",
    retry: "never",
  },
  "tool.arguments_invalid": {
    message: "The model's tool call does not fit the tool's schema.",
    when: "A strict tool's arguments failed validation, also after retries; or the model called what it may not.",
    origin: "provider",
    fix: "Try again; simplify the tool's schema.",
    retry: { after: 1 },
  },
  "tool.arguments_unrepresentable": {
    message: "A tool call's arguments cannot be represented in the provider's wire format.",
    when: "The arguments are not a JSON object, or hold a number (such as 1e999) that does not survive, and the wire needs an object.",
    origin: "client",
    fix: "Correct the arguments that `param` names.",
    retry: "never",
  },
  "arena.streaming_required": {
    message:
      'Fight mode requires streaming. Set "stream": true or omit the stream parameter. Non-streaming fight mode has been deprecated.',
    when: "A fight was asked for with `stream: false`.",
    origin: "client",
    fix: 'Remove "stream": false or set "stream": true',
    retry: "never",
  },
  "arena.message_too_long": {
    message: "The message exceeds 2000 characters.",
    when: "The arena's `message` has more than 2000 code points.",
    origin: "client",
    fix: "Shorten the message.",
    retry: "never",
  },
  "search.not_configured": {
    message: "Web search is not configured.",
    when: "A search was asked for and the installation has no search key.",
    origin: "gateway",
    fix: "Operator: configure a search provider.",
    retry: "never",
  },
  "search.unavailable": {
    message: "Web search is temporarily unavailable.",
    when: "The search provider failed.",
    origin: "provider",
    fix: "Try again.",
    retry: { after: 5 },
  },
} as const satisfies Record<string, CauseEntry>;
