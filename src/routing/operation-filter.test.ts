import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel } from "../core/channel.ts";
import { Failure } from "../failures/failure.ts";
import type { Offering } from "./offerings.ts";
import { type EndpointFacts, endpointAlone, withEndpoint } from "./operation-filter.ts";

const both: EndpointFacts = {
  kind: "http",
  operations: { embeddings: "openai" },
  onlyFor: [
    { models: ["chat-embed-*"], endpoint: "embeddings" },
    { models: ["chat-*"], endpoint: "chat" },
  ],
};
const providers = new Map<string, EndpointFacts>([
  ["both", both],
  ["chats", { kind: "http" }],
]);

function offering(provider: string, model: string): Offering {
  const channel: Channel = {
    id: `chn_${provider}`,
    name: provider,
    provider,
    credentials: [],
    modelMapping: {},
    priority: 0,
    weight: 1,
    groups: [],
    enabled: true,
    timeouts: {},
    overrides: {},
    options: {},
    definedIn: "api",
    createdAt: 0,
    updatedAt: 0,
    version: 1,
  };
  const facts = { name: provider, kind: "http" as const };
  return { channel, provider: facts, model, asked: model, credential: undefined };
}

test("the first pattern that matches says what a model serves, and the answer stays", () => {
  for (let time = 0; time < 2; time++) {
    assert.equal(endpointAlone(both, "chat-embed-1"), "embeddings");
    assert.equal(endpointAlone(both, "chat-1"), "chat");
    assert.equal(endpointAlone(both, "new-model"), undefined);
  }
});

test("what is not known of a model is no reason to leave it out", () => {
  const unknown = [offering("both", "new-model")];
  assert.equal(withEndpoint(unknown, "embeddings", providers), unknown);
  assert.equal(withEndpoint(unknown, "chat", providers), unknown);
});

test("only the offerings without the endpoint are left out", () => {
  const offerings = [offering("chats", "m"), offering("both", "m"), offering("both", "chat-1")];
  assert.deepEqual(withEndpoint(offerings, "embeddings", providers), [offerings[1]]);
});

test("where none is left, the refusal names the model", () => {
  for (const [model, endpoint] of [
    ["chat-1", "embeddings"],
    ["chat-embed-1", "chat"],
    ["new-model", "rerank"],
  ] as const) {
    assert.throws(
      () => withEndpoint([offering("both", model)], endpoint, providers),
      (thrown) =>
        thrown instanceof Failure &&
        thrown.cause === "model.no_endpoint" &&
        thrown.param === "model",
    );
  }
});
