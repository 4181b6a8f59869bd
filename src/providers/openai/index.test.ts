import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ProviderCall } from "../provider.ts";
import { openai } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://api.openai.com/v1",
  credential: "sk-test",
  options: {},
  dialect: "openai-chat",
  model: "gpt-5",
  stream: false,
  body: new Uint8Array(),
};

/** Whether the vendor's data say that the model is served by the Responses API alone. */
function isResponsesOnly(model: string): boolean {
  return (openai.responsesOnly ?? []).some((name) =>
    new RegExp(`^${name.replaceAll("*", ".*")}$`).test(model),
  );
}

describe("OpenAI", () => {
  test("is reached at the address of each of its formats", async () => {
    const { url: chat, headers } = await openai.address(call);
    const { url: responses } = await openai.address({ ...call, dialect: "openai-responses" });
    assert.equal(chat, "https://api.openai.com/v1/chat/completions");
    assert.equal(responses, "https://api.openai.com/v1/responses");
    assert.deepEqual(headers, { authorization: "Bearer sk-test" });
  });

  test("says which of its models the Responses API alone serves", () => {
    for (const model of [
      "gpt-5-pro",
      "gpt-5-pro-2025-10-06",
      "o1-pro",
      "o3-pro-2025-06-10",
      "gpt-5-codex",
      "gpt-5.1-codex-max",
      "codex-mini-latest",
      "o3-deep-research",
      "o4-mini-deep-research-2025-06-26",
      "computer-use-preview",
    ]) {
      assert.ok(isResponsesOnly(model), model);
    }
    for (const model of ["gpt-5", "gpt-5-mini-2025-08-07", "gpt-4o", "o1", "o3-mini", "gpt-4.1"]) {
      assert.ok(!isResponsesOnly(model), model);
    }
  });
});
