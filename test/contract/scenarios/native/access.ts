/** Who calls, what they may do, and how often. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { newSecret } from "../../../../src/accounts/key-secret.ts";
import { isObject } from "../../../../src/core/json.ts";
import { chatScenario, type Scenario } from "../../scenario.ts";
import { rateLimited } from "../rate-limit.ts";

export const access: readonly Scenario[] = [
  chatScenario({
    contract: "native",
    code: "invalid_api_key",
    title: "a key of the right form that this gateway does not have",
    cause: { credential: newSecret() },
  }),
  {
    contract: "native",
    code: "expired_api_key",
    title: "a key whose time is over",
    async provoke({ main }) {
      const ends = new Date(Date.now() + 50).toISOString();
      const { secret } = await main.makeKey({ expires_at: ends });
      await pause(100);
      return main.chat("native", { credential: secret });
    },
    control: ({ main }) =>
      main.chat("native", {
        key: { expires_at: new Date(Date.now() + 3_600_000).toISOString() },
      }),
  },
  {
    contract: "native",
    code: "insufficient_permissions",
    title: "a key without the scope reads the keys",
    async provoke({ main }) {
      const { secret } = await main.makeKey({ scopes: ["inference"] });
      return main.send("native", listKeys(secret));
    },
    async control({ main }) {
      const { secret } = await main.makeKey({ scopes: ["keys:read"] });
      return main.send("native", listKeys(secret));
    },
  },
  rateLimited("native", (answer) => {
    const { error } = isObject(answer.body) ? answer.body : {};
    assert.equal(isObject(error) && error.type, "rate_limit_error");
  }),
];

function listKeys(secret: string) {
  return {
    method: "GET",
    path: "/admin/v1/keys",
    headers: { authorization: `Bearer ${secret}` },
  };
}
