/** Requests a minute, in the two contracts that have a row for them. */
import assert from "node:assert/strict";
import type { Observed } from "../http.ts";
import type { ContractName } from "../rows.ts";
import type { Scenario } from "../scenario.ts";

/** The second request of a key that may make one a minute. */
export function rateLimited(
  contract: Extract<ContractName, "native" | "concurred">,
  check: (answer: Observed) => void,
): Scenario {
  return {
    contract,
    code: { native: "rate_limit_exceeded", concurred: "RATE_LIMIT_EXCEEDED" }[contract],
    title: "the second request within a minute of a key that may make one",
    async provoke({ main }) {
      const { secret } = await main.makeKey({ requests_per_minute: 1 });
      const first = await main.chat(contract, { credential: secret });
      assert.equal(first.status, 200, `the first request: ${first.text}`);
      const second = await main.chat(contract, { credential: secret });
      const wait = Number(second.headers["retry-after"]);
      assert.ok(wait > 0 && wait <= 60, `Retry-After is ${wait}`);
      check(second);
      return second;
    },
    control: ({ main }) => main.chat(contract, { key: { requests_per_minute: 1 } }),
  };
}
