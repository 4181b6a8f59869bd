/** Writes what in docs/ is derived from the code. `--check`: only says whether it is up to date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configurationPage } from "../src/config/page.ts";
import { contracts } from "../src/failures/contracts/index.ts";
import {
  allCausePages,
  type CausePage,
  codePage,
  originSentence,
  retrySentence,
} from "../src/failures/pages.ts";
import { providerPages } from "./provider-pages.ts";

const root = import.meta.dirname;
const pages = new Map<string, string>([["configuration.md", configurationPage()]]);

pages.set("errors/README.md", indexPage());
for (const cause of allCausePages()) pages.set(`errors/${cause.cause}.md`, causeMarkdown(cause));
for (const { name } of Object.values(contracts))
  pages.set(`errors/codes-${name}.md`, contractMarkdown(name));
for (const [name, text] of providerPages()) pages.set(name, text);

function indexPage(): string {
  const rows = allCausePages().map(
    ({ cause, message, renderings: { native, concurred, newapi } }) =>
      `| [\`${cause}\`](${cause}.md) | ${message} | \`${native.code}\` ${native.status} | \`${concurred.code}\` ${concurred.status} | \`${newapi.code}\` ${newapi.status} |`,
  );
  return `# The catalogue of failures

Generated from \`src/failures/catalogue/\`. A running gateway serves the same at \`/errors\`. How failures are told: [errors.md](../errors.md).

Codes by contract: ${Object.keys(contracts)
    .map((name) => `[${name}](codes-${name}.md)`)
    .join(", ")}.

| cause | what happened | native | concurred | newapi |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

function causeMarkdown(page: CausePage): string {
  const rows = Object.values(contracts).map(({ name }) => {
    const { code, status, withTools } = page.renderings[name];
    const tools =
      withTools === undefined ? "" : `; with tools \`${withTools.code}\` ${withTools.status}`;
    return `| ${name} | \`${code}\`${tools} | ${status} |`;
  });
  return `# ${page.cause}

${page.message}

- **When:** ${page.when}
- **Whose fault:** ${originSentence(page.origin)}
- **How to fix it:** ${page.fix}
- **Retry:** ${retrySentence(page.retry)}

| contract | code | status |
|---|---|---|
${rows.join("\n")}
`;
}

function contractMarkdown(name: keyof typeof contracts): string {
  const rows = Object.keys(contracts[name].codes).map((code) => {
    const page = codePage(name, code);
    const causes = (page?.causes ?? [])
      .map(({ cause }) => `[\`${cause}\`](${cause}.md)`)
      .join(", ");
    return `| \`${code}\` | ${page?.status ?? ""} | ${page?.meaning ?? ""} | ${causes} |`;
  });
  return `# Codes of the contract \`${name}\`

| code | status | meaning | causes |
|---|---|---|---|
${rows.join("\n")}
`;
}

const checkOnly = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, text] of pages) {
  const path = join(root, name);
  if (readIfThere(path) === text) continue;
  stale.push(name);
  if (!checkOnly) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
for (const folder of ["errors", "providers"]) {
  for (const name of filesIn(folder)) {
    if (pages.has(name)) continue;
    stale.push(name);
    if (!checkOnly) rmSync(join(root, name));
  }
}
if (checkOnly && stale.length > 0) {
  process.stderr.write(`out of date, run npm run docs: ${stale.join(", ")}\n`);
  process.exitCode = 1;
}

/** Paths below docs/ of what a folder holds; none where it is not there yet. */
function filesIn(folder: string): string[] {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : [];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
