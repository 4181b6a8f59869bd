/** Configuration: what parley.yaml and the environment say, checked and typed. */
export { type DataDir, openDataDir } from "./data-dir.ts";
export { type Environment, loadEnvironment, type ProviderFacts } from "./environment.ts";
export { announceFirstRun, type FirstRun, localUrl } from "./first-run.ts";
export { loadConfig } from "./load.ts";
export { ConfigError, type ConfigProblem, StartError } from "./problem.ts";
export { defaultAccount, defaultProject } from "./resources.ts";
export type { Config } from "./schema.ts";
export { type WatchOptions, watchConfig } from "./watch.ts";
