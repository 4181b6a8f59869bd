/** Sees every answer of the run, whatever it was asked for, and holds it to the catalogue that the gateway publishes. */
import { isObject, type Json } from "../../src/core/json.ts";
import { codeIn, eventsIn, type Observed } from "./http.ts";
import type { ContractName } from "./rows.ts";

/** Cause → for each contract, the codes by which it may be told. */
export interface Catalogue {
  causes: ReadonlyMap<string, Readonly<Record<ContractName, ReadonlySet<string>>>>;
  codes: Readonly<Record<ContractName, ReadonlySet<string>>>;
}

export class Witness {
  /** What was wrong with answers, each once. */
  readonly problems = new Set<string>();
  seen = 0;
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** `where`: the request, for people. */
  see(contract: ContractName, answer: Observed, where: string): void {
    this.seen++;
    const problems = [...this.#problems(contract, answer)];
    for (const problem of problems) this.problems.add(`${where}: ${problem}`);
  }

  *#problems(contract: ContractName, answer: Observed): Generator<string> {
    const { status, headers } = answer;
    if (headers["x-request-id"] === undefined) yield "no x-request-id";
    if (status >= 200 && status < 300) {
      yield* this.#inStream(contract, answer);
      return;
    }
    const type = headers["content-type"] ?? "none";
    if (!type.startsWith("application/json")) yield `a ${status} with the content type ${type}`;
    const { code } = answer;
    const cause = headers["x-parley-error"];
    const known = cause === undefined ? undefined : this.#catalogue.causes.get(cause);
    if (known === undefined) yield `x-parley-error is ${cause}, which GET /errors does not list`;
    if (code === undefined) yield `a ${status} without a code: ${answer.text.slice(0, 200)}`;
    else if (!this.#catalogue.codes[contract].has(code))
      yield `the code ${code} is not in the catalogue of ${contract}`;
    else if (known !== undefined && !known[contract].has(code))
      yield `${cause} is told as ${code}, which GET /errors/${cause} does not say`;
    const retry = headers["x-should-retry"];
    if (retry !== "true" && retry !== "false") yield `x-should-retry is ${retry}`;
    if ((retry === "true") !== (headers["retry-after"] !== undefined))
      yield `x-should-retry is ${retry}, Retry-After ${headers["retry-after"]}`;
  }

  *#inStream(contract: ContractName, { headers, text }: Observed): Generator<string> {
    if (headers["content-type"]?.startsWith("text/event-stream") !== true) return;
    for (const event of eventsIn(text)) {
      if (!isObject(event) || event.error === undefined) continue;
      const code = codeIn(event);
      if (code === undefined || !this.#catalogue.codes[contract].has(code))
        yield `a stream's error has the code ${code}, which is not in the catalogue of ${contract}`;
    }
  }
}

/** Reads `GET /errors` as a program does. */
export function catalogueOf(answer: Json | undefined): Catalogue {
  if (!isObject(answer) || !Array.isArray(answer.causes) || !isObject(answer.contracts))
    throw new Error("GET /errors does not answer with causes and contracts");
  const { contracts } = answer;
  const codes = (contract: ContractName) => {
    const table = contracts[contract];
    return new Set(isObject(table) ? Object.keys(table) : []);
  };
  const causes = answer.causes.map((page): [string, Record<ContractName, Set<string>>] => {
    const { cause, renderings } = isObject(page) ? page : {};
    const told = isObject(renderings) ? renderings : {};
    return [
      String(cause),
      {
        native: codesOf(told.native),
        concurred: codesOf(told.concurred),
        newapi: codesOf(told.newapi),
      },
    ];
  });
  return {
    causes: new Map(causes),
    codes: { native: codes("native"), concurred: codes("concurred"), newapi: codes("newapi") },
  };
}

/** The codes of one rendering: with and without tools in the request. */
function codesOf(rendering: Json | undefined): Set<string> {
  const found = new Set<string>();
  if (!isObject(rendering)) return found;
  for (const one of [rendering, rendering.withTools])
    if (isObject(one) && typeof one.code === "string") found.add(one.code);
  return found;
}
