import { isObject } from "../core/json.ts";
import type { ChatRequest } from "../core/request.ts";
import type { DialectName } from "../dialects/dialect.ts";
import type { HttpProvider } from "../providers/provider.ts";
import { matchesAny } from "../routing/model-names.ts";
import type { Exchange } from "./exchange.ts";

/**
 * The wire format in which a model is asked: the client's own where the provider speaks it, else the provider's
 * preferred one; the Responses API wherever the model or something in the request needs it. Undefined where none
 * of the provider's formats is spoken here.
 */
export function chooseDialect(
  exchange: Exchange,
  provider: HttpProvider,
  model: string,
): DialectName | undefined {
  const { gateway, surface } = exchange;
  const spoken = (provider.dialectsOf?.(model) ?? provider.dialects).filter(
    (name) => gateway.dialects[name] !== undefined,
  );
  if (!spoken.includes("openai-responses")) return own(surface.dialect.name, spoken);
  if (isResponsesOnly(provider, model)) return "openai-responses";
  if (spoken.includes(surface.dialect.name) && !asksForHostedTools(exchange)) {
    return surface.dialect.name;
  }
  return needsResponses(exchange.readRequest())
    ? "openai-responses"
    : own(surface.dialect.name, spoken);
}

const MAX_REMEMBERED = 1000;
/** Answers by provider and model, which are few: the patterns are many. */
const remembered = new Map<string, boolean>();

function isResponsesOnly(provider: HttpProvider, model: string): boolean {
  const { name, responsesOnly } = provider;
  if (responsesOnly === undefined) return false;
  const key = `${name} ${model}`;
  let answer = remembered.get(key);
  if (answer === undefined) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    answer = matchesAny(responsesOnly, model);
    remembered.set(key, answer);
  }
  return answer;
}

function own(name: DialectName, spoken: readonly DialectName[]): DialectName | undefined {
  return spoken.includes(name) ? name : spoken[0];
}

/** Tools of other types than those that the client runs: OpenAI's chat API knows none. */
function asksForHostedTools({ hasTools, body }: Exchange): boolean {
  if (!hasTools || !Array.isArray(body.tools)) return false;
  return body.tools.some(
    (tool) => isObject(tool) && tool.type !== "function" && tool.type !== "custom",
  );
}

/** What OpenAI's chat API cannot carry: tools that the provider runs itself, items kept whole, thoughts that go back to it. */
function needsResponses(request: ChatRequest): boolean {
  return (
    (request.tools ?? []).some(({ kind }) => kind === "hosted") ||
    request.turns.some(({ parts }) =>
      parts.some(({ type }) => type === "reasoning" || type === "native"),
    )
  );
}
