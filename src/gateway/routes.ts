/** Which paths exist, and for which methods: what tells a wrong verb from an unknown path. */

export class RouteTable {
  readonly #routes: { segments: string[]; methods: Set<string> }[] = [];

  /** `pattern` as Fastify writes it: `:name` for a segment, a final `*` for the rest. */
  add(pattern: string, methods: readonly string[]): void {
    const known = this.#routes.find(
      ({ segments }) => segments.join("/") === split(pattern).join("/"),
    );
    if (known === undefined)
      this.#routes.push({ segments: split(pattern), methods: new Set(methods) });
    else for (const method of methods) known.methods.add(method);
  }

  /** Every route: its pattern and one of its methods. */
  all(): { pattern: string; method: string }[] {
    return this.#routes.flatMap(({ segments, methods }) =>
      [...methods].map((method) => ({ pattern: `/${segments.join("/")}`, method })),
    );
  }

  /** The methods that the path answers to; empty where there is no such path. */
  methodsOf(url: string): string[] {
    const question = url.indexOf("?");
    const path = split(question === -1 ? url : url.slice(0, question));
    const found = new Set<string>();
    for (const { segments, methods } of this.#routes) {
      if (matches(segments, path)) for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function split(path: string): string[] {
  return path.split("/").slice(1);
}

function matches(segments: readonly string[], path: readonly string[]): boolean {
  for (const [index, segment] of segments.entries()) {
    if (segment === "*") return path.length > index;
    if (path[index] === undefined || (segment !== path[index] && !segment.startsWith(":")))
      return false;
  }
  return segments.length === path.length;
}
