import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteTable } from "./routes.ts";

function table(): RouteTable {
  const routes = new RouteTable();
  routes.add("/v1/models", ["GET", "HEAD"]);
  routes.add("/v1/models", ["POST"]);
  routes.add("/v1/models/*", ["GET"]);
  routes.add("/keys/:id", ["PATCH", "DELETE"]);
  return routes;
}

test("a path has the methods of every route that fits, in order", () => {
  assert.deepEqual(table().methodsOf("/v1/models"), ["GET", "HEAD", "POST"]);
  assert.deepEqual(table().methodsOf("/keys/key_1"), ["DELETE", "PATCH"]);
});

test("the query is no part of the path", () => {
  assert.deepEqual(table().methodsOf("/keys/key_1?a=/b"), ["DELETE", "PATCH"]);
});

test("a star stands for any rest, a colon for one segment", () => {
  assert.deepEqual(table().methodsOf("/v1/models/vendor/model"), ["GET"]);
  assert.deepEqual(table().methodsOf("/keys/key_1/more"), []);
  assert.deepEqual(table().methodsOf("/keys"), []);
});

test("what no route fits has no methods", () => {
  for (const path of ["/", "", "/v1", "/v1/modelsx", "*"])
    assert.deepEqual(table().methodsOf(path), [], path);
});

test("every route is listed once a method", () => {
  assert.deepEqual(
    table()
      .all()
      .map(({ pattern, method }) => `${method} ${pattern}`),
    [
      "GET /v1/models",
      "HEAD /v1/models",
      "POST /v1/models",
      "GET /v1/models/*",
      "PATCH /keys/:id",
      "DELETE /keys/:id",
    ],
  );
});
