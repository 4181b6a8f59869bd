/** Credentials that are absent, doubled, unreadable or wrong, and which of several counts. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Cause } from "../../src/failures/catalogue/index.ts";
import {
  type Answer,
  KEY,
  type Prefixed,
  prefixed,
  prefixes,
  RunningGateway,
} from "../support/gateway.ts";
import { assertFailure } from "../support/judge.ts";
import { RawConnection, requestHead } from "../support/raw-http.ts";

/** What is bad is told within this many milliseconds. */
const AT_ONCE = 2000;

let gateway: RunningGateway;
before(async () => {
  gateway = await RunningGateway.start();
});
after(() => gateway?.stop());

const hello = [{ role: "user", content: "Hello" }];

interface Credential {
  what: string;
  headers: readonly (readonly [string, string])[];
  query?: string;
  cause: Cause | "none";
}

const good = `Bearer ${KEY}`;
const credentials: Credential[] = [
  { what: "none", headers: [], cause: "key.missing" },
  { what: "an empty bearer", headers: [["authorization", "Bearer "]], cause: "key.missing" },
  { what: "an empty header", headers: [["authorization", ""]], cause: "key.missing" },
  {
    what: "Basic",
    headers: [["authorization", "Basic dXNlcjpwdw=="]],
    cause: "key.header_unreadable",
  },
  {
    what: "a key without its scheme",
    headers: [["authorization", KEY]],
    cause: "key.header_unreadable",
  },
  {
    what: "two Authorization headers",
    headers: [
      ["authorization", good],
      ["authorization", good],
    ],
    cause: "key.header_unreadable",
  },
  {
    what: "two x-api-key headers",
    headers: [
      ["x-api-key", KEY],
      ["x-api-key", KEY],
    ],
    cause: "key.header_unreadable",
  },
  {
    what: "?key= twice",
    headers: [],
    query: `?key=${KEY}&key=${KEY}`,
    cause: "key.header_unreadable",
  },
  {
    what: "another's key",
    headers: [["authorization", "Bearer somebody-elses-key"]],
    cause: "key.unknown",
  },
  {
    what: "a key with a mistake in it",
    headers: [["authorization", `Bearer prl_${"0".repeat(42)}`]],
    cause: "key.malformed",
  },
  {
    what: "a key in quotes",
    headers: [["authorization", `Bearer "${KEY}"`]],
    cause: "key.malformed",
  },
  {
    what: "a bad Authorization before a good x-api-key",
    headers: [
      ["authorization", "Bearer other-key"],
      ["x-api-key", KEY],
    ],
    cause: "key.unknown",
  },
  {
    what: "a bad x-api-key before a good x-goog-api-key",
    headers: [
      ["x-api-key", "other-key"],
      ["x-goog-api-key", KEY],
    ],
    cause: "key.unknown",
  },
  {
    what: "a bad x-goog-api-key before a good ?key=",
    headers: [["x-goog-api-key", "other-key"]],
    query: `?key=${KEY}`,
    cause: "key.unknown",
  },
  {
    what: "a good Authorization before a repeated x-api-key",
    headers: [
      ["authorization", good],
      ["x-api-key", "a"],
      ["x-api-key", "b"],
    ],
    cause: "none",
  },
  { what: "bearer in small letters", headers: [["authorization", `bearer ${KEY}`]], cause: "none" },
  { what: "x-api-key", headers: [["x-api-key", KEY]], cause: "none" },
  { what: "x-goog-api-key", headers: [["x-goog-api-key", KEY]], cause: "none" },
  { what: "?key=", headers: [], query: `?key=${KEY}`, cause: "none" },
];

for (const { what, headers, query = "", cause } of credentials) {
  test(`credential: ${what}: ${cause === "none" ? "served" : cause}`, async () => {
    for (const prefix of prefixed) {
      const answer = await rawChat(prefix, headers, query);
      if (cause === "none") assert.equal(answer.status, 200, answer.text);
      else {
        assertFailure(answer, prefix, cause, { status: 401 });
        assert.doesNotMatch(answer.text, new RegExp(KEY), "no key is repeated");
      }
    }
  });
}

async function rawChat(
  prefix: Prefixed,
  headers: readonly (readonly [string, string])[],
  query: string,
): Promise<Answer> {
  const body = JSON.stringify({ model: "sandbox/chat", messages: hello });
  const connection = new RawConnection(gateway.port);
  const line = `POST ${prefixes[prefix]}/chat/completions${query}`;
  connection.write(
    requestHead(line, [["content-type", "application/json"], ...headers], body.length) + body,
  );
  const answer = await connection.answer({ ms: AT_ONCE });
  connection.close();
  return answer;
}
