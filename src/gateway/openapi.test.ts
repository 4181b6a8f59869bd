import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compose, type Parley } from "../compose.ts";
import { loadConfig, loadEnvironment, openDataDir } from "../config/index.ts";
import { openApi, operations } from "./openapi.ts";
import { RouteTable } from "./routes.ts";

const directory = mkdtempSync(join(tmpdir(), "parley-openapi-"));
let parley: Parley;

before(async () => {
  const path = join(directory, "parley.yaml");
  writeFileSync(path, "listen: {port: 0}\nlog: {level: silent}\n");
  const variables = { PARLEY_CONFIG: path, PARLEY_DATA_DIR: join(directory, "data") };
  const environment = loadEnvironment(variables, []);
  const config = loadConfig(environment.configPath, environment);
  parley = await compose(environment, config, openDataDir(config.dataDir, environment.secret));
});
after(async () => {
  await parley?.stop(0);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** A path with something in the place of every parameter. */
function sampleOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "sample");
}

test("every operation that is described is answered", () => {
  for (const { method, path } of operations) {
    const methods = parley.routes.methodsOf(sampleOf(path));
    assert.ok(methods.includes(method.toUpperCase()), `${method} ${path} is no route`);
  }
});

test("every route is described", () => {
  const routes = parley.routes.all().filter(({ method }) => method !== "HEAD");
  assert.ok(routes.length > 20, `${routes.length} routes`);
  for (const { pattern, method } of routes) {
    const one = new RouteTable();
    one.add(pattern, [method]);
    assert.ok(
      operations.some(
        (operation) =>
          operation.method.toUpperCase() === method &&
          one.methodsOf(sampleOf(operation.path)).length > 0,
      ),
      `${method} ${pattern} is not described`,
    );
  }
});

test("what is served is what is described", async () => {
  const response = await fetch(`${parley.url}/openapi.json`);
  const served = JSON.parse(await response.text());
  assert.equal(served.openapi, "3.1.0");
  assert.deepEqual(
    Object.keys(served.paths).sort(),
    [...new Set(operations.map(({ path }) => path))].sort(),
  );
});

test("an operation that needs no key says so, and parameters are those of the path", () => {
  const { paths } = openApi("1.2.3", "https://gateway.example");
  assert.match(JSON.stringify(paths["/health"]), /"security":\[\]/);
  const text = JSON.stringify(paths["/admin/v1/channels/{id}/credentials/{credential}"]);
  assert.match(text, /"name":"id".*"name":"credential"/);
  assert.doesNotMatch(JSON.stringify(paths["/v1/chat/completions"]), /"security"/);
});
