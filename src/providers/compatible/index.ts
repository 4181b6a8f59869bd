/** The table of vendors that speak OpenAI's chat format, each entry made a provider. */
import type { DialectName } from "../../dialects/dialect.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import type { CompatibleVendor } from "./entry.ts";
import { completing, operationPaths, operationsOfVendors } from "./operations.ts";
import { clouds } from "./vendors/clouds.ts";
import { labs } from "./vendors/labs.ts";
import { labsOfChina } from "./vendors/labs-china.ts";
import { local } from "./vendors/local.ts";
import { platforms } from "./vendors/platforms.ts";
import { regionalClouds } from "./vendors/regional-clouds.ts";

const withCompletions: readonly DialectName[] = ["openai-chat", "openai-completions"];

/** Any other server of the format: its channel gives the address, and nothing is presumed of its manners. */
const anyServer: HttpProvider = {
  kind: "http",
  name: "compatible",
  title: "OpenAI-compatible server",
  docs: "docs/channels.md",
  dialects: withCompletions,
  baseUrlForm: "https://{host}/v1",
  keyless: true,
  operations: operationsOfVendors.compatible,
  address: (call) => addressOf({}, call),
  failure: (error) => failureFromTable([], error, "compatible"),
};

/** Every entry. Names are unique. */
export const compatibleVendors: readonly CompatibleVendor[] = [
  ...labs,
  ...labsOfChina,
  ...clouds,
  ...regionalClouds,
  ...platforms,
  ...local,
];

export const compatible: readonly HttpProvider[] = [
  ...compatibleVendors.map(providerOf),
  anyServer,
];

/** A vendor's entry as a provider. Developer turns go as system turns unless the entry says otherwise: few vendors know that role. */
function providerOf(vendor: CompatibleVendor): HttpProvider {
  const rows = vendor.failures ?? [];
  return {
    kind: "http",
    name: vendor.name,
    title: vendor.title,
    docs: vendor.docs,
    dialects: completing.has(vendor.name) ? withCompletions : ["openai-chat"],
    operations: operationsOfVendors[vendor.name],
    ...(vendor.baseUrl === undefined ? {} : { baseUrl: vendor.baseUrl }),
    ...(vendor.baseUrlForm === undefined ? {} : { baseUrlForm: vendor.baseUrlForm }),
    ...(vendor.key === undefined ? {} : { environment: { key: vendor.key } }),
    ...(vendor.keyless === undefined ? {} : { keyless: vendor.keyless }),
    ...(vendor.models === undefined ? {} : { models: vendor.models }),
    manners: { developerRole: "system", ...vendor.manners },
    failures: rows,
    ...(vendor.recorded === undefined ? {} : { recorded: vendor.recorded }),
    address: (call) => addressOf(vendor, call),
    failure: (error) => failureFromTable(rows, error, vendor.name),
  };
}

function addressOf(vendor: Pick<CompatibleVendor, "path">, call: ProviderCall): ProviderAddress {
  const path = pathOf(vendor, call);
  return {
    url: `${call.baseUrl}${path}`,
    headers: call.credential === "" ? {} : { authorization: `Bearer ${call.credential}` },
  };
}

function pathOf(
  { path = "/chat/completions" }: Pick<CompatibleVendor, "path">,
  { operation, dialect }: ProviderCall,
): string {
  if (operation !== undefined) return operationPaths[operation];
  return dialect === "openai-completions" ? "/completions" : path;
}
