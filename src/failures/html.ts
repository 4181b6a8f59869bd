/** The catalogue's pages as HTML: no script, no outside resource. */
import type { ContractName } from "./contracts/contract.ts";
import { contracts } from "./contracts/index.ts";
import {
  allCausePages,
  type CausePage,
  type CodePage,
  originSentence,
  retrySentence,
} from "./pages.ts";

/** What the pages may load: their own style, nothing else. */
export const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #fff; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #30363d; --paper: #0d1117; --accent: #6cb6ff; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
code { font: .92em ui-monospace, monospace; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
dt { font-weight: 600; margin-top: .75rem; } dd { margin: 0; }
.wide { overflow-x: auto; } .whole { white-space: nowrap; }`;

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Parley</title><style>${style}</style></head>
<body><main>${body}</main></body></html>
`;
}

function codeLink(contract: ContractName, code: string): string {
  return `<a href="/errors/${contract}/${encodeURIComponent(code)}"><code>${escaped(code)}</code></a>`;
}

function causeLink(cause: string): string {
  return `<a href="/errors/${cause}"><code>${escaped(cause)}</code></a>`;
}

/** Every cause, by the stage that raises it, and every contract's codes. */
export function indexHtml(): string {
  const groups = Map.groupBy(allCausePages(), ({ cause }) => cause.split(".")[0] ?? "");
  const tables = [...groups].map(
    ([group, pages]) => `<h2><code>${escaped(group)}.*</code></h2><div class="wide"><table>
<tr><th>Cause</th><th>What happened</th><th>native</th><th>concurred</th><th>newapi</th></tr>
${pages.map(causeRow).join("\n")}</table></div>`,
  );
  const codes = Object.values(contracts).map(
    ({ name, codes: rows }) =>
      `<h2>${name}</h2><p>${Object.keys(rows)
        .map((code) => codeLink(name, code))
        .join(" · ")}</p>`,
  );
  return page(
    "Errors",
    `<h1>Every way in which a request can fail</h1>
<p>Each answer that is a failure carries its cause in the header <code>x-parley-error</code>, and in <code>x-should-retry</code> whether the same request may succeed later.
The code in the body depends on the contract that the client speaks.</p>${tables.join("")}<h2>Codes by contract</h2>${codes.join("")}`,
  );
}

function causeRow(entry: CausePage): string {
  const { native, concurred, newapi } = entry.renderings;
  return `<tr><td>${causeLink(entry.cause)}</td><td>${escaped(entry.message)}</td><td class="whole">${codeLink("native", native.code)} <span class="soft">${native.status}</span></td><td class="whole">${codeLink("concurred", concurred.code)} <span class="soft">${concurred.status}</span></td><td class="whole">${codeLink("newapi", newapi.code)} <span class="soft">${newapi.status}</span></td></tr>`;
}

export function causeHtml(entry: CausePage): string {
  const rows = Object.entries(contracts).map(([, { name }]) => {
    const { code, status, withTools } = entry.renderings[name];
    const tools =
      withTools === undefined
        ? ""
        : `; with tools ${codeLink(name, withTools.code)} ${withTools.status}`;
    return `<tr><td>${name}</td><td>${codeLink(name, code)}${tools}</td><td>${status}</td></tr>`;
  });
  return page(
    entry.cause,
    `<p class="soft"><a href="/errors">Errors</a></p><h1><code>${escaped(entry.cause)}</code></h1><p>${escaped(entry.message)}</p>
<dl><dt>When</dt><dd>${escaped(entry.when)}</dd><dt>Whose fault</dt><dd>${originSentence(entry.origin)}</dd>
<dt>How to fix it</dt><dd>${escaped(entry.fix)}</dd><dt>Retry</dt><dd>${retrySentence(entry.retry)}</dd></dl>
<h2>What clients see</h2><table><tr><th>Contract</th><th>Code</th><th>Status</th></tr>${rows.join("")}</table>`,
  );
}

export function codeHtml(entry: CodePage): string {
  const rows = entry.causes.map(
    ({ cause, when, fix, retry }) =>
      `<tr><td>${causeLink(cause)}</td><td>${escaped(when)}</td><td>${escaped(fix)}</td><td class="whole">${retry === "never" ? "no" : `after ${retry.after} s`}</td></tr>`,
  );
  return page(
    entry.code,
    `<p class="soft"><a href="/errors">Errors</a> / ${entry.contract}</p><h1><code>${escaped(entry.code)}</code></h1>
<p>${escaped(entry.meaning)}. HTTP status ${entry.status}${entry.status === 0 ? " (nobody is left to be answered: seen in logs and usage only)" : ""}.</p>
<h2>Causes</h2><div class="wide"><table><tr><th>Cause</th><th>When</th><th>How to fix it</th><th>Retry</th></tr>${rows.join("")}</table></div>`,
  );
}
