import assert from "node:assert/strict";
import { test } from "node:test";
import { type Observed, observe } from "./http.ts";
import { catalogueOf, Witness } from "./witness.ts";

const rendering = (code: string, withTools?: string) => ({
  code,
  status: 502,
  ...(withTools !== undefined && { withTools: { code: withTools, status: 502 } }),
});

const catalogue = catalogueOf({
  causes: [
    {
      cause: "upstream.empty",
      renderings: {
        native: rendering("upstream_error"),
        concurred: rendering("MODEL_UNAVAILABLE", "tool_provider_error"),
        newapi: rendering("empty_response"),
      },
    },
  ],
  contracts: {
    native: { upstream_error: {}, internal_error: {} },
    concurred: { MODEL_UNAVAILABLE: {}, tool_provider_error: {} },
    newapi: { empty_response: {} },
  },
});

const headers = {
  "content-type": "application/json; charset=utf-8",
  "x-request-id": "req_1",
  "x-parley-error": "upstream.empty",
  "x-should-retry": "true",
  "retry-after": "1",
};

function failure(code: string, changes: Record<string, string | undefined> = {}): Observed {
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...headers, ...changes }))
    if (value !== undefined) changed[name] = value;
  return observe(502, changed, JSON.stringify({ error: { code } }));
}

function problemsWith(
  contract: "native" | "concurred" | "newapi",
  answer: Observed,
): readonly string[] {
  const witness = new Witness(catalogue);
  witness.see(contract, answer, "here");
  return [...witness.problems];
}

test("a failure of the catalogue passes, with the code of a request with tools too", () => {
  assert.deepEqual(problemsWith("native", failure("upstream_error")), []);
  assert.deepEqual(problemsWith("concurred", failure("MODEL_UNAVAILABLE")), []);
  assert.deepEqual(problemsWith("concurred", failure("tool_provider_error")), []);
});

const told: readonly [string, Observed, RegExp][] = [
  ["a code that the contract does not have", failure("surprise"), /surprise is not in/],
  ["a code that the cause is not told by", failure("internal_error"), /is told as internal_error/],
  [
    "a cause that nobody lists",
    failure("upstream_error", { "x-parley-error": "upstream.odd" }),
    /upstream\.odd, which GET \/errors does not list/,
  ],
  [
    "no cause",
    failure("upstream_error", { "x-parley-error": undefined }),
    /x-parley-error is undefined/,
  ],
  ["a page", failure("upstream_error", { "content-type": "text/html" }), /content type text\/html/],
  ["no id", failure("upstream_error", { "x-request-id": undefined }), /no x-request-id/],
  [
    "a retry without Retry-After",
    failure("upstream_error", { "retry-after": undefined }),
    /Retry-After undefined/,
  ],
  ["an empty body", observe(502, headers, ""), /without a code/],
];

for (const [what, answer, problem] of told) {
  test(`the witness tells ${what}`, () => {
    const problems = problemsWith("native", answer);
    assert.equal(problems.length, 1, problems.join("; "));
    assert.match(problems[0] ?? "", problem);
  });
}

test("a stream's error has a code of the contract", () => {
  const stream = (code: string) =>
    observe(
      200,
      { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_1" },
      `data: {"choices":[]}\n\ndata: {"error":{"code":"${code}"}}\n\ndata: [DONE]\n\n`,
    );
  assert.deepEqual(problemsWith("newapi", stream("empty_response")), []);
  assert.match(problemsWith("newapi", stream("upstream_error"))[0] ?? "", /upstream_error/);
});
