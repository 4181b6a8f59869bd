/** Patterns of model names: `*` stands for any run of characters, everything else for itself. */

/** What the `*`s of the pattern stand for, or undefined where the name does not match. Linear in the name for one `*`. */
export function matchPattern(pattern: string, name: string): string[] | undefined {
  if (!pattern.includes("*")) return pattern === name ? [] : undefined;
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (name.length < first.length + last.length) return undefined;
  if (!name.startsWith(first) || !name.endsWith(last)) return undefined;
  const runs: string[] = [];
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return undefined;
    runs.push(name.slice(at, found));
    at = found + piece.length;
  }
  runs.push(name.slice(at, end));
  return runs;
}

export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchPattern(pattern, name) !== undefined);
}

/** The steps after which a chain of mappings is held to be endless. */
const MAX_STEPS = 16;
const MAX_LENGTH = 512;

/**
 * The provider's name of a model: rules are followed until none matches. An exact rule goes before patterns.
 * Undefined where the rules loop or the name grows without end.
 */
export function mapModel(
  mapping: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  let current = name;
  const seen = new Set<string>();
  for (let step = 0; step <= MAX_STEPS; step++) {
    const next = applyRule(mapping, current);
    // A rule that gives the name itself says that it stays as it is.
    if (next === undefined || next === current) return current;
    if (seen.has(next) || next.length > MAX_LENGTH) return undefined;
    seen.add(current);
    current = next;
  }
  return undefined;
}

function applyRule(mapping: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(mapping, name)) return mapping[name];
  for (const [pattern, target] of Object.entries(mapping)) {
    const runs = pattern.includes("*") ? matchPattern(pattern, name) : undefined;
    if (runs !== undefined) {
      let run = 0;
      return target.replaceAll("*", () => runs[run++] ?? "");
    }
  }
  return undefined;
}
