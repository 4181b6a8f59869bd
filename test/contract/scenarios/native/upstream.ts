/** What providers do, and what is left where none can be asked. */
import assert from "node:assert/strict";
import { fresh } from "../../gateway.ts";
import { errorIn } from "../../http.ts";
import { chatScenario, type Scenario } from "../../scenario.ts";

/** Long enough for a provider that answers at once, on a busy machine. */
const DEADLINE_MS = 1500;

export const upstream: readonly Scenario[] = [
  {
    contract: "native",
    code: "model_unavailable",
    title: "the provider answers 503, also when it is asked again",
    async provoke({ main, upstream }) {
      const script = `status-503-${fresh("overloaded")}`;
      const answer = await main.chat("native", { script, channel: { retries: 2 } });
      assert.equal(upstream.calls(script), 3, "one attempt and two retries");
      assert.equal(errorIn(answer.body)?.provider, "openai");
      return answer;
    },
    control: ({ main }) => main.chat("native", { channel: { retries: 2 } }),
  },
  chatScenario({
    contract: "native",
    code: "no_provider_available",
    title: "the only channel of the model is switched off",
    cause: { channel: { enabled: false } },
    control: { channel: { enabled: true } },
  }),
  chatScenario({
    contract: "native",
    code: "upstream_error",
    title: "the provider answers with a web page",
    cause: { script: "html" },
  }),
  chatScenario({
    contract: "native",
    code: "upstream_timeout",
    title: "the provider is silent beyond the request's deadline",
    request: { body: { gateway: { timeouts: { total_ms: DEADLINE_MS } } } },
    cause: { script: "silent" },
  }),
  chatScenario({
    contract: "native",
    code: "content_filtered",
    title: "the provider's filter refuses the prompt",
    cause: { script: "filtered" },
  }),
  chatScenario({
    contract: "native",
    code: "context_length_exceeded",
    title: "the provider counts more tokens than its window holds",
    cause: { script: "long" },
  }),
  chatScenario({
    contract: "native",
    code: "response_api_only",
    title: "a model that only the Responses API has, asked to stop at a word, which that API lacks",
    request: { body: { stop: ["END"] } },
    cause: { channel: { model_mapping: { "*": "gpt-5-pro" } } },
    control: { channel: { model_mapping: { "*": "gpt-5" } } },
    check: (answer) => assert.equal(errorIn(answer.body)?.param, "stop"),
  }),
];
