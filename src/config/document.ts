import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { Json } from "../core/json.ts";
import { InterpolationError, interpolate } from "./interpolate.ts";
import { ConfigError, type ConfigProblem, joinPath } from "./problem.ts";

/** A YAML file as a JSON value that knows where each of its keys stands. */
export interface ConfigDocument {
  file: string;
  value: Json;
  /** The line (from 1) on which a key stands; for a path that is not there, the nearest one above it. */
  lineOf(path: string): number;
  /** Variables in the value at `path`. Such a value is never shown: it may be a secret. */
  variablesOf(path: string): readonly string[];
}

/** Beyond these no honest configuration goes; aliases that multiply are cut short here. */
const maxNodes = 200_000;
const maxDepth = 64;

/**
 * Reads YAML 1.2 (one document), with `${NAME}` in string values replaced. Throws ConfigError with
 * every syntax error, or with every variable that is missing.
 */
export function readDocument(
  text: string,
  file: string,
  variables: Readonly<Record<string, string>>,
): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errors = [...document.errors, ...document.warnings];
  const twice = errors.filter(({ code }) => code === "DUPLICATE_KEY");
  // Of the others only the first: what follows it in the text is mostly its consequence.
  const syntax = errors.filter(({ code }) => code !== "DUPLICATE_KEY").slice(0, 1);
  if (errors.length > 0) {
    const problems = [...syntax, ...twice].map((error) =>
      syntaxProblem(error, document, file, lines, text),
    );
    throw new ConfigError(problems);
  }
  return new Reader(document, file, lines, variables).read();
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #problems: ConfigProblem[] = [];
  readonly #places = new Map<string, number>();
  readonly #used = new Map<string, string[]>();
  #nodes = 0;

  constructor(
    document: Document.Parsed,
    file: string,
    lines: LineCounter,
    variables: Readonly<Record<string, string>>,
  ) {
    this.#document = document;
    this.#file = file;
    this.#lines = lines;
    this.#variables = variables;
  }

  read(): ConfigDocument {
    const contents = this.#document.contents;
    const value = contents === null ? {} : this.#value(contents, "", 1, 0);
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
    const places = this.#places;
    const used = this.#used;
    return {
      file: this.#file,
      // A file of nothing but comments is an empty configuration.
      value: value ?? {},
      lineOf(path) {
        for (let at = path; at !== ""; at = parentOf(at)) {
          const line = places.get(at);
          if (line !== undefined) return line;
        }
        return 1;
      },
      variablesOf: (path) => used.get(path) ?? [],
    };
  }

  #value(node: Node, path: string, line: number, depth: number): Json {
    this.#nodes++;
    if (this.#nodes > maxNodes || depth > maxDepth) {
      const what = depth > maxDepth ? `nested deeper than ${maxDepth} levels` : "too large";
      throw new ConfigError([
        { file: this.#file, line, key: path, message: `is ${what}, aliases followed` },
      ]);
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) return this.#wrong(path, line, `*${node.source} names no anchor`);
      return this.#value(target, path, line, depth + 1);
    }
    if (isMap(node)) return this.#map(node, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const at = joinPath(path, index);
        const place = this.#lineAt(item, line);
        this.#places.set(at, place);
        return this.#value(item as Node, at, place, depth + 1);
      });
    }
    if (isScalar(node)) return this.#scalar(node.value, node.source, path, line);
    return null;
  }

  #map(node: { items: { key: unknown; value: unknown }[] }, path: string, depth: number): Json {
    const entries: [string, Json][] = [];
    for (const pair of node.items) {
      const line = this.#lineAt(pair.key, 1);
      const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : undefined;
      if (key === undefined || key === "__proto__") {
        this.#wrong(path, line, "every key must be plain text");
        continue;
      }
      const at = joinPath(path, key);
      this.#places.set(at, line);
      const value = pair.value as Node | null;
      entries.push([key, value === null ? null : this.#value(value, at, line, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #scalar(value: unknown, source: string | undefined, path: string, line: number): Json {
    if (typeof value === "string") {
      try {
        const { text, used } = interpolate(value, this.#variables);
        if (used.length > 0) this.#used.set(path, used);
        return text;
      } catch (error) {
        if (!(error instanceof InterpolationError)) throw error;
        return this.#wrong(path, line, error.message);
      }
    }
    if (typeof value === "number") {
      if (!Number.isFinite(value)) return this.#wrong(path, line, "must be a finite number");
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        const shown = source ?? String(value);
        return this.#wrong(path, line, `${shown} cannot be held exactly: write it in quotes`);
      }
      return value;
    }
    return typeof value === "boolean" ? value : null;
  }

  #wrong(key: string, line: number, message: string): null {
    this.#problems.push({ file: this.#file, line, key, message });
    return null;
  }

  #lineAt(node: unknown, otherwise: number): number {
    const start = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
    return start ? this.#lines.linePos(start[0]).line : otherwise;
  }
}

/** `a.b[0]["c.d"]` → `a.b[0]` → `a.b` → `a` → the empty path. */
function parentOf(path: string): string {
  const last = /(\.[\w-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path);
  return last ? path.slice(0, last.index) : "";
}

function syntaxProblem(
  error: YAMLError,
  document: Document.Parsed,
  file: string,
  lines: LineCounter,
  text: string,
): ConfigProblem {
  const { line } = lines.linePos(error.pos[0]);
  if (error.code === "DUPLICATE_KEY") {
    const key = keyAt(document, error.pos[0]);
    return { file, line, key, message: "is given twice: keep one of them" };
  }
  if (error.code === "TAB_AS_INDENT") {
    return { file, line, message: "indented with a tab: YAML allows only spaces" };
  }
  if (error.code === "MULTIPLE_DOCS") {
    return { file, line, message: "holds a second document (---): only one is read" };
  }
  // The parser quotes the text at fault, which may be a secret.
  const message = error.message.replace(/:? ".*$/s, "");
  const hint = text.split("\n")[line - 1]?.includes("${")
    ? ` (a \${NAME} inside { } or [ ] must be written in quotes)`
    : "";
  return { file, line, message: `not valid YAML: ${message}${hint}` };
}

/** The path of the map key that starts at `offset`. */
function keyAt(document: Document.Parsed, offset: number): string | undefined {
  let found: string | undefined;
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      const steps: (string | number)[] = [];
      for (const [i, node] of ancestors.entries()) {
        const child = ancestors[i + 1] ?? pair;
        if (isSeq(node)) steps.push(node.items.indexOf(child));
        if ("key" in node && isScalar(node.key)) steps.push(String(node.key.value));
      }
      found = [...steps, String(pair.key.value)].reduce<string>(joinPath, "");
      return visit.BREAK;
    },
  });
  return found;
}
