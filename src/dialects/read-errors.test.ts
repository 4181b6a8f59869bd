import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import { anthropicMessages } from "./anthropic-messages/index.ts";
import { bedrockConverse } from "./bedrock-converse/index.ts";
import { cohere } from "./cohere/index.ts";
import type { Dialect, ProviderError, ReadContext } from "./dialect.ts";
import { gemini } from "./gemini/index.ts";
import { openaiChat } from "./openai-chat/index.ts";
import { openaiResponses } from "./openai-responses/index.ts";

/** What the provider's table is given of a body that stands in the place of an answer. */
function toldOf(dialect: Dialect, body: Json): ProviderError | string {
  const told: ProviderError[] = [];
  const context: ReadContext = {
    origin: { provider: "acme", channel: "chn_1", model: "m" },
    failure: (error) => {
      told.push(error);
      return new Failure("upstream.error_unknown");
    },
  };
  try {
    dialect.readAnswer(body, context);
  } catch (thrown) {
    assert.ok(thrown instanceof Failure);
    return told[0] ?? thrown.cause;
  }
  return "an answer";
}

const dialects = [openaiChat, openaiResponses, anthropicMessages, gemini, bedrockConverse, cohere];

const errors: [string, Json, status?: number][] = [
  ["OpenRouter's code", { error: { code: 429, message: "Slow down" } }, 429],
  ["a reseller's code", { code: -1, msg: "broken", data: null }],
  ["FastAPI's detail", { detail: "Internal Server Error" }],
  ["Cloudflare's list", { success: false, errors: [{ code: 7000, message: "No route" }] }],
  ["Google's list", [{ error: { code: 503, message: "Overloaded", status: "UNAVAILABLE" } }], 503],
  ["Anthropic's", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }],
  ["AWS's", { __type: "ThrottlingException", message: "Slow down" }],
];

describe("an error in the place of an answer", () => {
  for (const dialect of dialects)
    for (const [what, body, status] of errors)
      it(`is found by ${dialect.name} in ${what} envelope, with the status that it names`, () => {
        const told = toldOf(dialect, body);
        assert.ok(typeof told !== "string", `found ${String(told)}`);
        assert.equal(told.status, status);
      });

  for (const dialect of dialects)
    it(`is not what ${dialect.name} sees in another API's answer`, () => {
      const told = toldOf(dialect, { status: "ok", version: "1.2.3" });
      assert.match(String(told), /^upstream\.(?:shape_unknown|empty)$/);
    });
});
