/** The catalogue as people and programs read it: pages and JSON, all derived from the entries and their renderings. */
import type { CauseEntry } from "./catalogue/entry.ts";
import { type Cause, catalogue, causes } from "./catalogue/index.ts";
import type { Contract, ContractName } from "./contracts/contract.ts";
import { contracts } from "./contracts/index.ts";
import { Failure } from "./failure.ts";

/** One cause with what each contract's clients see. */
export interface CausePage extends CauseEntry {
  cause: Cause;
  renderings: Record<ContractName, Rendering>;
}

interface Rendering {
  code: string;
  status: number;
  /** Where a request with tools is told otherwise. */
  withTools?: { code: string; status: number };
}

/** One code of one contract, with the causes that are told by it. */
export interface CodePage {
  contract: ContractName;
  code: string;
  status: number;
  meaning: string;
  causes: {
    cause: Cause;
    when: string;
    fix: string;
    retry: CauseEntry["retry"];
    origin: CauseEntry["origin"];
  }[];
}

const context = { requestId: "", publicUrl: "" };

export function causePage(cause: Cause): CausePage {
  return {
    cause,
    ...catalogue[cause],
    renderings: {
      native: rendering(contracts.native, cause),
      concurred: rendering(contracts.concurred, cause),
      newapi: rendering(contracts.newapi, cause),
      anthropic: rendering(contracts.anthropic, cause),
      gemini: rendering(contracts.gemini, cause),
    },
  };
}

function rendering(contract: Contract, cause: Cause): Rendering {
  const failure = new Failure(cause);
  const plain = { code: contract.code(cause), status: contract.render(failure, context).status };
  const tools = { ...context, tools: true };
  const withTools = {
    code: contract.code(cause, true),
    status: contract.render(failure, tools).status,
  };
  return withTools.code === plain.code ? plain : { ...plain, withTools };
}

export function isContractName(name: string): name is ContractName {
  return Object.hasOwn(contracts, name);
}

/** Undefined where the contract has no such code. */
export function codePage(name: ContractName, code: string): CodePage | undefined {
  const contract = contracts[name];
  const row = Object.hasOwn(contract.codes, code) ? contract.codes[code] : undefined;
  if (row === undefined) return undefined;
  return {
    contract: name,
    code,
    ...row,
    causes: causes
      .filter((cause) => contract.code(cause) === code || contract.code(cause, true) === code)
      .map((cause) => {
        const { when, fix, retry, origin } = catalogue[cause];
        return { cause, when, fix, retry, origin };
      }),
  };
}

export function allCausePages(): CausePage[] {
  return causes.map(causePage);
}

/** How a retry rule reads. */
export function retrySentence(retry: CauseEntry["retry"]): string {
  return retry === "never"
    ? "A retry does not help until something is changed."
    : `A retry may help; without better knowledge, after ${retry.after} ${retry.after === 1 ? "second" : "seconds"} (Retry-After).`;
}

export function originSentence(origin: CauseEntry["origin"]): string {
  return {
    client: "The request, or the account behind it, is at fault.",
    gateway: "The gateway, or its configuration, is at fault.",
    provider: "The provider is at fault.",
  }[origin];
}
