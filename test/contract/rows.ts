/** The documented rows: copies of ../shared/contract/*.json, which are what the contracts promise. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isObject, type Json } from "../../src/core/json.ts";

/** The contracts that have documented rows, in the order in which they are told. */
export const contractNames = ["native", "concurred", "newapi"] as const;
export type ContractName = (typeof contractNames)[number];

export interface Row {
  contract: ContractName;
  code: string;
  /** The HTTP status; 0 where nobody is left to be answered. */
  status: number;
  meaning: string;
}

const here = new URL("./rows/", import.meta.url);
const shared = new URL("../../../shared/contract/", import.meta.url);

/** Which file a contract's rows stand in, and under which keys. */
const sources: Readonly<Record<ContractName, { file: string; keys: readonly string[] }>> = {
  native: { file: "auriko.json", keys: ["codes"] },
  concurred: { file: "concurred.json", keys: ["house_codes", "tool_codes"] },
  newapi: { file: "newapi.json", keys: ["codes"] },
};

/** Every row, in the files' order. */
export const rows: readonly Row[] = contractNames.flatMap(rowsOf);

function rowsOf(contract: ContractName): Row[] {
  const { file, keys } = sources[contract];
  const document: Json = JSON.parse(readFileSync(new URL(file, here), "utf8"));
  return keys.flatMap((key) => {
    const list = isObject(document) ? document[key] : undefined;
    if (!Array.isArray(list)) throw new Error(`${file} has no list ${key}`);
    return list.map((entry) => {
      const row = isObject(entry) ? entry : {};
      const { code, status, meaning, description } = row;
      if (typeof code !== "string" || typeof status !== "number")
        throw new Error(`${file}: a row of ${key} lacks its code or status`);
      return { contract, code, status, meaning: String(description ?? meaning) };
    });
  });
}

/** The project's copies beside the files that they are copies of; `absent` where those are not on this machine. */
export function compareWithShared(): { told: "same" | "absent" | "different"; files: string[] } {
  let names: string[];
  try {
    names = readdirSync(shared).filter((name) => name.endsWith(".json"));
  } catch {
    return { told: "absent", files: [] };
  }
  const copies = readdirSync(here);
  const files = [...new Set([...names, ...copies])].filter(
    (name) => read(new URL(name, shared)) !== read(new URL(name, here)),
  );
  return { told: files.length === 0 ? "same" : "different", files };
}

function read(url: URL): string | undefined {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return undefined;
  }
}

/** The text of CAUSES.md, where it is on this machine. */
export function causesText(): string | undefined {
  return read(new URL("CAUSES.md", shared));
}

export const rowsFolder = fileURLToPath(here);
