import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOfPath } from "./errors.ts";

test("a path's prefix decides how failures are told", () => {
  const paths = {
    "/v1/chat/completions": "native",
    "/v1/models": "native",
    "/v1/messages": "anthropic",
    "/v1/messages/count_tokens": "anthropic",
    "/v1beta/models/x:generateContent": "gemini",
    "/api/v1/chat/completions": "concurred",
    "/api": "concurred",
    "/newapi/v1/models": "newapi",
    "/dashboard/billing/usage": "newapi",
    "/admin/v1/keys": "native",
    "/apiary": "native",
    "/": "native",
    "": "native",
    "*": "native",
  };
  for (const [path, contract] of Object.entries(paths))
    assert.equal(contractOfPath(path).name, contract, path);
});
