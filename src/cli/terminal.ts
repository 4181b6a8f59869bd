import type { Readable, Writable } from "node:stream";
import type { JsonObject } from "../core/json.ts";

/** What a command sees of the world; tests give their own. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  stdout: Pick<Writable, "write">;
  stderr: Pick<Writable, "write">;
  environment: Readonly<Record<string, string | undefined>>;
}

/** An answer of the gateway as it is. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows under a head, in columns as wide as their widest cell. */
export function printTable(
  terminal: Terminal,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [head, ...rows].map((cells) => cells.map(plain));
  const widths = head.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of lines) {
    const line = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    terminal.stdout.write(`${line.trimEnd()}\n`);
  }
}

/** What every command that answers with a resource can be told. */
export interface Output {
  json?: boolean;
}

/** A resource: as JSON, or its fields, one a line, without those that are empty. `instead`: texts for single fields. */
export function printResource(
  terminal: Terminal,
  resource: JsonObject,
  output: Output,
  instead: Readonly<Record<string, string>> = {},
): void {
  if (output.json) {
    printJson(terminal, resource);
    return;
  }
  const fields = Object.entries(resource)
    .map(([name, value]) => [name.replaceAll("_", " "), instead[name] ?? show(value)] as const)
    .filter(([name, value]) => name !== "object" && value !== "");
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields)
    terminal.stdout.write(`${name.padEnd(width)}  ${plain(value)}\n`);
}

/** A value of an answer for people; empty where there is none. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(show).join(", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, item]) => `${name}=${show(item)}`)
      .join(", ");
  return String(value);
}

/** Names come from others, and providers' words too: nothing in them may move the terminal's cursor. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
