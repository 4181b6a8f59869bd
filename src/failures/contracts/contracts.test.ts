/** Every cause in every contract, and the documented rows against the code tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { further, starred, starredIn } from "../../../test/contract/extensions.ts";
import { causesText, compareWithShared, contractNames, rows } from "../../../test/contract/rows.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { type Cause, catalogue, causes } from "../catalogue/index.ts";
import { Failure } from "../failure.ts";
import type { ContractName, RenderContext } from "./contract.ts";
import { contracts, renderFailure } from "./index.ts";

const context: RenderContext = { requestId: "req_1", publicUrl: "http://parley.example" };

test("the rows are those of ../shared/contract", (t) => {
  const { told, files } = compareWithShared();
  if (told === "absent") t.skip("../shared/contract is not on this machine");
  else assert.deepEqual(files, []);
});

test("the starred codes are those of CAUSES.md", (t) => {
  const text = causesText();
  if (text === undefined) t.skip("../shared/contract is not on this machine");
  else assert.deepEqual(starredIn(text), starred);
});

for (const contract of contractNames) {
  test(`${contract} has exactly the documented rows and Parley's extension rows, with their statuses`, () => {
    const documented = rows
      .filter((row) => row.contract === contract)
      .map(({ code, status }) => [code, status]);
    const expected = {
      ...Object.fromEntries(documented),
      ...starred[contract],
      ...further[contract],
    };
    const table = Object.fromEntries(
      Object.entries(contracts[contract].codes).map(([code, { status }]) => [code, status]),
    );
    assert.deepEqual(table, expected);
    assert.equal(
      Object.keys(expected).length,
      documented.length +
        Object.keys(starred[contract]).length +
        Object.keys(further[contract]).length,
      "no code is in two of the lists",
    );
  });

  test(`${contract} has no code that no cause is told by`, () => {
    const { code, codes } = contracts[contract];
    const told = new Set(causes.flatMap((cause) => [code(cause), code(cause, true)]));
    assert.deepEqual(
      Object.keys(codes).filter((name) => !told.has(name)),
      [],
    );
  });
}

/** The shape of a contract's body: what its clients read. Throws. */
type Shape = (body: JsonObject, status: number) => void;

const shapes: Readonly<Record<ContractName, Shape>> = {
  native(body, status) {
    const error = object(body.error);
    texts(error, ["message", "type", "code", "doc_url", "suggestion"]);
    assert.ok("param" in error);
    assert.equal(error.request_id, context.requestId);
    assert.match(String(error.type), /^(\w+_request|\w+)_error$/);
    assert.equal(error.type === "api_error", status >= 500);
  },
  concurred(body) {
    const error = object(body.error);
    texts(error, ["message", "type", "code"]);
    // Tool codes are written in lower case and come in OpenAI's envelope.
    const isTool = /^tool_/.test(String(error.code));
    assert.match(String(error.code), isTool ? /^[a-z_]+$/ : /^[A-Z_]+$/);
    assert.equal(isObject(error.details), !isTool);
  },
  newapi(body) {
    texts(object(body.error), ["message", "type", "code"]);
  },
  anthropic(body) {
    assert.equal(body.type, "error");
    assert.equal(body.request_id, context.requestId);
    texts(object(body.error), ["type", "message"]);
  },
  gemini(body, status) {
    const error = object(body.error);
    texts(error, ["message", "status"]);
    assert.equal(error.code, status);
    assert.match(String(error.status), /^[A-Z_]+$/);
    assert.ok(Array.isArray(error.details));
  },
};

function object(value: Json | undefined): JsonObject {
  assert.ok(isObject(value), `not an object: ${JSON.stringify(value)}`);
  return value;
}

function texts(value: JsonObject, names: readonly string[]): void {
  for (const name of names) {
    assert.equal(typeof value[name], "string", `${name} of ${JSON.stringify(value)}`);
    assert.notEqual(value[name], "", name);
  }
}

function failureOf(cause: Cause): Failure {
  return new Failure(cause, { param: "messages[0]" });
}

const names: readonly ContractName[] = ["native", "concurred", "newapi", "anthropic", "gemini"];

for (const name of names) {
  const contract = contracts[name];
  for (const tools of [false, true]) {
    test(`every cause has ${name}'s shape and a code of its table${tools ? ", with tools in the request" : ""}`, () => {
      for (const cause of causes) {
        const rendered = renderFailure(contract, failureOf(cause), { ...context, tools });
        const body = object(JSON.parse(rendered.body));
        assert.ok(Object.hasOwn(contract.codes, contract.code(cause, tools)), cause);
        if (cause !== "client.disconnected") {
          assert.ok(
            rendered.status >= 400 && rendered.status <= 599,
            `${cause} ${rendered.status}`,
          );
        }
        shapes[name](body, rendered.status);
      }
    });
  }

  test(`every cause has the headers of a failure in ${name}`, () => {
    for (const cause of causes) {
      const { headers } = renderFailure(contract, failureOf(cause), context);
      const retryable = catalogue[cause].retry !== "never";
      assert.equal(headers["x-request-id"], context.requestId);
      assert.equal(headers["x-parley-error"], cause);
      assert.equal(headers["x-should-retry"], String(retryable), cause);
      assert.equal("retry-after" in headers, retryable, cause);
      if (retryable) assert.match(headers["retry-after"] ?? "", /^[1-9]\d*$/);
      assert.match(headers["content-type"] ?? "", /^application\/json/);
    }
  });

  test(`every cause can be told inside a stream in ${name}`, () => {
    for (const cause of causes) {
      const error: Json = JSON.parse(
        JSON.stringify(contract.renderInStream(failureOf(cause), context)),
      );
      assert.ok(isObject(error) && isObject(error.error), cause);
      assert.equal(typeof error.error.message, "string");
    }
  });
}

test("the status of a row is the status that is sent, where the row has one", () => {
  for (const name of ["native", "concurred"] as const) {
    const contract = contracts[name];
    for (const cause of causes) {
      for (const tools of [false, true]) {
        const { status } = contract.render(failureOf(cause), { ...context, tools });
        assert.equal(status, contract.codes[contract.code(cause, tools)]?.status, cause);
      }
    }
  }
});

test("newapi differs from its rows' statuses only as their status_note says", () => {
  const contract = contracts.newapi;
  const others: Readonly<Partial<Record<Cause, number>>> = {
    "key.missing": 401,
    "key.malformed": 401,
    "key.header_unreadable": 401,
    "key.unknown": 401,
    "request.body_too_large": 413,
  };
  for (const cause of causes) {
    const code = contract.code(cause);
    const sent = [undefined, 401, 403, 418, 500, 503].map(
      (providerStatus) => contract.render(new Failure(cause, { providerStatus }), context).status,
    );
    if (code === "bad_response_status_code") {
      // Never the provider's 401 or 403, which speak of the gateway's credential.
      assert.ok(!sent.includes(401) && !sent.includes(403), cause);
      assert.deepEqual(sent.slice(3), [418, 500, 503], cause);
    } else {
      const status = others[cause] ?? contract.codes[code]?.status;
      assert.deepEqual(new Set(sent), new Set([status]), cause);
    }
  }
});

test("a client reads what happened, in the words of the failure", () => {
  for (const name of names.filter((one) => one !== "concurred")) {
    for (const cause of causes) {
      const { body } = renderFailure(contracts[name], new Failure(cause), context);
      assert.ok(body.includes(JSON.stringify(catalogue[cause].message)), `${name} ${cause}`);
    }
  }
});

test("concurred says what its documentation fixes word for word", () => {
  const errorOf = (failure: Failure) => {
    const { body } = contracts.concurred.render(failure, context);
    const { error } = object(JSON.parse(JSON.stringify(body)));
    const { message, details } = object(error);
    return { message, details: object(details) };
  };
  assert.equal(
    errorOf(new Failure("key.missing")).message,
    "Authentication required. Provide a valid API key.",
  );
  const model = errorOf(
    new Failure("model.unknown", { details: { requestedModel: "unknown-model" } }),
  );
  assert.equal(model.message, "Invalid model: unknown-model");
  assert.equal(model.details.requestedModel, "unknown-model");
  const limit = errorOf(new Failure("limit.requests", { retryAfter: 60 }));
  assert.equal(limit.message, "Rate limit exceeded. Try again later.");
  assert.equal(limit.details.retryAfter, 60);
  const field = errorOf(new Failure("request.field_missing", { param: "messages" }));
  assert.equal(field.message, "Missing required field: messages");
  assert.equal(field.details.field, "messages");
});
