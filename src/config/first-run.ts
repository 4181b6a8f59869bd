import { writeFileSync } from "node:fs";
import { isIPv6 } from "node:net";

export interface FirstRun {
  /** The first API key, whole: this is the only time it is shown. */
  key: string;
  /** Where Parley is reached, without a trailing slash: `http://127.0.0.1:4100`. */
  baseUrl: string;
  model: string;
  /** The path of `first-run.txt` in the data directory. */
  file: string;
}

/** Where the message goes: standard output. */
export interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows the first key and a request to paste. On a terminal directly; elsewhere the output may be
 * kept by a log collector, so they go into a file (mode 0600) and only its path is written.
 */
export function announceFirstRun(first: FirstRun, output: Terminal): void {
  const text = firstRunText(first);
  if (output.isTTY === true) {
    output.write(text);
    return;
  }
  writeFileSync(first.file, text, { mode: 0o600, flag: "w" });
  output.write(`The first API key and a request to try are in ${first.file}\n`);
}

export function firstRunText(first: FirstRun): string {
  return [
    "",
    `  Your API key    ${first.key}`,
    `  OpenAI base URL ${first.baseUrl}/v1`,
    "",
    "  Try it:",
    "",
    curlLine(first),
    "",
    "  The key is shown this once. `npm run parley -- keys create NAME` makes more.",
    "",
    "",
  ].join("\n");
}

/** One line that bash, zsh and sh run as it is. */
export function curlLine(first: Pick<FirstRun, "key" | "baseUrl" | "model">): string {
  const body = JSON.stringify({
    model: first.model,
    messages: [{ role: "user", content: "Hello" }],
  });
  return [
    "curl",
    quoted(`${first.baseUrl}/v1/chat/completions`),
    "-H",
    quoted(`Authorization: Bearer ${first.key}`),
    "-H",
    quoted("Content-Type: application/json"),
    "-d",
    quoted(body),
  ].join(" ");
}

/** The address to try from this machine: an unspecified one (`0.0.0.0`, `::`) is reached by loopback. */
export function localUrl(host: string, port: number): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Single quotes hold everything but themselves, in every POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
