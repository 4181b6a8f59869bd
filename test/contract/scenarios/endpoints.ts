/** An API that no provider of the model has: the same row in two contracts. */
import assert from "node:assert/strict";
import { prefixes } from "../gateway.ts";
import type { World } from "../harness.ts";
import type { ContractName } from "../rows.ts";
import type { Scenario } from "../scenario.ts";

export const endpoints: readonly Scenario[] = [
  withoutEndpoint("native", "no_compatible_endpoint"),
  withoutEndpoint("newapi", "invalid_api_type"),
];

function withoutEndpoint(contract: ContractName, code: string): Scenario {
  return {
    contract,
    code,
    title: "embeddings asked of a model that only chats",
    async provoke(world) {
      const before = world.upstream.calls("vectors");
      const answer = await embed(world, contract, "gpt-4o");
      assert.equal(world.upstream.calls("vectors"), before, "the provider was called");
      return answer;
    },
    control: (world) => embed(world, contract, "text-embedding-3-small"),
  };
}

/** Asks a channel of its own whose model is the provider's `served`. */
async function embed({ main }: World, contract: ContractName, served: string) {
  const { id, model } = await main.makeChannel("vectors");
  await main.admin("PATCH", `/channels/${id}`, { model_mapping: { [model]: served } });
  return main.send(contract, {
    method: "POST",
    path: `${prefixes[contract]}/embeddings`,
    body: { model, input: "Something to be found." },
  });
}
