/** Rows that were reached before: the run fails where one no longer is. */
import { readFileSync, writeFileSync } from "node:fs";
import { isObject, type Json } from "../../src/core/json.ts";
import { type ContractName, contractNames } from "./rows.ts";

const file = new URL("./reached.json", import.meta.url);

export type Reached = Readonly<Record<ContractName, readonly string[]>>;

export function readReached(): Reached {
  const kept: Json = JSON.parse(readFileSync(file, "utf8"));
  const codes = (contract: ContractName) => {
    const list = isObject(kept) ? kept[contract] : undefined;
    if (!Array.isArray(list)) throw new Error(`reached.json has no list ${contract}`);
    return list.map(String);
  };
  return { native: codes("native"), concurred: codes("concurred"), newapi: codes("newapi") };
}

export function writeReached(reached: Reached): void {
  const lists = Object.fromEntries(contractNames.map((name) => [name, [...reached[name]].sort()]));
  writeFileSync(file, `${JSON.stringify(lists, undefined, 2)}\n`);
}
