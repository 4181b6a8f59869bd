/** What only a vendor's own Responses API has, asked of a model whose provider has no such API. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/core/json.ts";
import type { World } from "../../harness.ts";
import { errorIn } from "../../http.ts";
import type { Scenario } from "../../scenario.ts";

const compaction: Scenario = {
  contract: "native",
  code: "no_responses_endpoint",
  title: "compaction, which only a vendor's Responses API has",
  provoke: (world) => respond(world, "groq", {}, "/compact"),
  control: (world) => respond(world, "openai", {}, "/compact"),
};

export const responses: readonly Scenario[] = [
  onlyThere("prompt", { prompt: { id: "pmpt_1" } }),
  onlyThere("conversation", { conversation: "conv_1" }),
  compaction,
  onlyThere("context_management", {
    context_management: [{ type: "compaction", compact_threshold: 10_000 }],
  }),
];

/** The script of a provider that is not called: no other scenario plays it. */
const unasked = "responses-unasked";

function onlyThere(field: string, asks: JsonObject): Scenario {
  return {
    contract: "native",
    code: "no_responses_endpoint",
    title: `${field}, which only a vendor's Responses API has`,
    async provoke(world) {
      const before = world.upstream.calls(unasked);
      const answer = await respond(world, "groq", asks);
      assert.equal(errorIn(answer.body)?.param, field);
      assert.equal(world.upstream.calls(unasked), before, "the provider was called");
      return answer;
    },
    control: (world) => respond(world, "openai", asks),
  };
}

async function respond({ main }: World, provider: string, asks: JsonObject, path = "") {
  const script = provider === "openai" ? "responses" : unasked;
  const { model } = await main.makeChannel(script, { provider });
  return main.send("native", {
    method: "POST",
    path: `/v1/responses${path}`,
    body: { model, input: "Say hello.", ...asks },
  });
}
