/** Codes of the house envelope. */
import assert from "node:assert/strict";
import { newSecret } from "../../../../src/accounts/key-secret.ts";
import { isObject, type JsonObject } from "../../../../src/core/json.ts";
import { errorIn, type Observed } from "../../http.ts";
import { type ChatScenario, chatScenario, type Scenario } from "../../scenario.ts";
import { rateLimited } from "../rate-limit.ts";
import { credentialUnreadable } from "../sealed.ts";

export const house: readonly Scenario[] = [
  chat({
    code: "UNAUTHORIZED",
    title: "no credential",
    cause: { credential: "" },
    check: (answer) =>
      assert.equal(
        errorIn(answer.body)?.message,
        "Authentication required. Provide a valid API key.",
      ),
  }),
  chat({
    code: "INVALID_API_KEY",
    title: "a key of the right form that this gateway does not have",
    cause: { credential: newSecret() },
  }),
  chat({
    code: "FORBIDDEN",
    title: "a model that the key's list does not hold",
    cause: { key: { models: ["another-model"] } },
    control: { key: { models: ["model-of-*"] } },
  }),
  chat({
    code: "BAD_REQUEST",
    title: "a body that is not JSON",
    cause: { encode: (body) => body.slice(0, -1) },
  }),
  chat({
    code: "MISSING_REQUIRED_FIELD",
    title: "no messages",
    cause: { body: { messages: null } },
    check: (answer) => {
      assert.equal(errorIn(answer.body)?.message, "Missing required field: messages");
      assert.equal(detailsOf(answer).field, "messages");
    },
  }),
  chat({
    code: "INVALID_MODEL",
    title: "a model that no channel serves",
    cause: { body: { model: "unknown-model" } },
    check: (answer) => {
      assert.equal(errorIn(answer.body)?.message, "Invalid model: unknown-model");
      assert.equal(detailsOf(answer).requestedModel, "unknown-model");
      const available = detailsOf(answer).availableModels;
      assert.ok(
        Array.isArray(available) && available.includes("sandbox/chat"),
        "names what there is",
      );
    },
  }),
  rateLimited("concurred", (answer) => {
    assert.equal(errorIn(answer.body)?.message, "Rate limit exceeded. Try again later.");
    const { retryAfter } = detailsOf(answer);
    assert.equal(String(retryAfter), answer.headers["retry-after"]);
    assert.equal(typeof retryAfter, "number");
  }),
  chat({
    code: "MODEL_UNAVAILABLE",
    title: "the provider answers 503",
    cause: { script: "status-503" },
  }),
  credentialUnreadable("concurred", "INTERNAL_ERROR"),
];

function chat(told: Omit<ChatScenario, "contract">): Scenario {
  return chatScenario({
    contract: "concurred",
    ...told,
    check(answer) {
      // The house envelope names no `details` that is not an object.
      assert.ok(isObject(errorIn(answer.body)?.details), `no details in ${answer.text}`);
      told.check?.(answer);
    },
  });
}

function detailsOf(answer: Observed): JsonObject {
  const details = errorIn(answer.body)?.details;
  return isObject(details) ? details : {};
}
