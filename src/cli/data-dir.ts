import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defaults } from "../config/defaults.ts";
import { interpolate } from "../config/interpolate.ts";
import { isObject } from "../core/json.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The data directory of the gateway that would start here: PARLEY_DATA_DIR, `data_dir` of the
 * configuration, or `./.parley`. Nothing else of the configuration is looked at: the variables that it
 * refers to, secrets above all, need not be set where the command line is used.
 */
export async function dataDirOf(environment: Terminal["environment"]): Promise<string> {
  const configured = environment.PARLEY_DATA_DIR || (await configuredDir(environment));
  return resolve(configured ?? defaults.dataDir);
}

async function configuredDir(environment: Terminal["environment"]): Promise<string | undefined> {
  const file = environment.PARLEY_CONFIG || "parley.yaml";
  if (!existsSync(file)) return undefined;
  const { parse } = await import("yaml");
  try {
    const config: unknown = parse(readFileSync(file, "utf8"));
    if (!isObject(config) || typeof config.data_dir !== "string") return undefined;
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(environment)) if (value) variables[name] = value;
    return interpolate(config.data_dir, variables).text;
  } catch {
    // The gateway tells what is wrong with its configuration; it may also run on an earlier, sound one.
    return undefined;
  }
}
