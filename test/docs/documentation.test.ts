/** What the documentation shows works, and what it points at is there. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { loadEnvironment } from "../../src/config/environment.ts";
import { parseConfig } from "../../src/config/load.ts";
import { providers } from "../../src/providers/registry.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Every variable that a text names, set to something. */
function variablesIn(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);
  return Object.fromEntries(names.map((name) => [name, "value"]));
}

for (const provider of providers.values()) {
  test(`the page of ${provider.name} shows a channel that parley.yaml takes`, () => {
    const page = read(`docs/providers/${provider.name}.md`);
    if (provider.kind === "local") return;
    const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const environment = loadEnvironment(variablesIn(yaml), [...providers.values()]);
    const config = parseConfig(yaml, "parley.yaml", environment, 0);
    const channel = config.channels.find(({ name }) => name === provider.name);
    assert.equal(channel?.provider, provider.name);
    if (provider.baseUrl === undefined) assert.ok(channel?.baseUrl);
    if (!provider.keyless) assert.equal(channel?.credentials.length, 1);
    // Options are shown commented out: with the marks gone the file still loads, and has them all
    const full = yaml.replaceAll("    # options:", "    options:").replaceAll("    #   ", "      ");
    const withOptions = parseConfig(full, "parley.yaml", environment, 0);
    assert.deepEqual(
      Object.keys(
        withOptions.channels.find(({ name }) => name === provider.name)?.options ?? {},
      ).toSorted(),
      Object.keys(provider.options ?? {}).toSorted(),
    );
  });
}

test("every relative link of the documentation leads to a file, and to a heading where it names one", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root })];
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !leads(page, target))
      .map((target) => `${page}: ${target}`),
  );
  assert.deepEqual(dead, []);
});

function leads(page: string, target: string): boolean {
  const [file = "", heading] = target.split("#");
  const path = file === "" ? page : join(dirname(page), file);
  if (!existsSync(join(root, path))) return false;
  return heading === undefined || headingsOf(read(path)).includes(heading);
}

/** Headings as their anchors. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
