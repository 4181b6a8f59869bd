/** What every failure must be, whatever it is about. */
import assert from "node:assert/strict";
import { type Cause, catalogue } from "../../src/failures/catalogue/index.ts";
import { contracts } from "../../src/failures/contracts/index.ts";
import { type Answer, errorOf, type Prefixed, type RunningGateway } from "./gateway.ts";

/** A whole failure of the catalogue, told as the contract tells it, and nothing that is not for the client. */
export function assertFailure(
  answer: Answer,
  contract: Prefixed,
  cause: Cause,
  expected: { status?: number; param?: string } = {},
): void {
  const shown = `${contract}: ${answer.status} ${answer.text.slice(0, 500)}`;
  assert.equal(answer.headers.get("x-parley-error"), cause, shown);
  if (contract === "native" && expected.status !== undefined)
    assert.equal(answer.status, expected.status, shown);
  assert.ok(answer.status >= 400 && answer.status !== 500, shown);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/, shown);
  assert.match(answer.headers.get("x-request-id") ?? "", /^req_\w{8,}$/, shown);
  const retries = catalogue[cause].retry !== "never";
  assert.equal(answer.headers.get("x-should-retry"), String(retries), shown);
  assert.equal(answer.headers.has("retry-after"), retries, shown);
  const error = errorOf(answer);
  assert.equal(error.code, contracts[contract].code(cause), shown);
  assert.equal(typeof error.message, "string", shown);
  if (expected.param !== undefined && contract === "native")
    assert.equal(error.param, expected.param, shown);
  assert.doesNotMatch(answer.text, /<html|\.ts:\d|node_modules|node:internal/, shown);
}

/** A request that nothing is wrong with, on a connection of its own. */
export async function assertServes(gateway: RunningGateway): Promise<void> {
  const answer = await gateway.chat({ model: "sandbox/chat" }, "native", { connection: "close" });
  assert.equal(answer.status, 200, answer.text);
}
