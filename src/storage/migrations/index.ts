/** The steps of each database's schema, in order. */
import type { Migration } from "./migration.ts";
import { initial as responsesInitial } from "./responses/0001-initial.ts";
import { initial as stateInitial } from "./state/0001-initial.ts";
import { initial as usageInitial } from "./usage/0001-initial.ts";

export const stateMigrations: readonly Migration[] = [stateInitial];
export const responsesMigrations: readonly Migration[] = [responsesInitial];
export const usageMigrations: readonly Migration[] = [usageInitial];
